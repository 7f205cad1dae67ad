// Discord, by a channel's webhook (discord.com/developers, "Execute Webhook", "Rate Limits", read 2026-11). Text is Markdown and
// 2,000 characters long at most; who may be mentioned is said beside it: nobody.
import type { Channel } from '../channel.ts';
import { addressField, postJson, takeAddress } from '../entering.ts';
import { gone, jsonOf, judgeByStatus } from '../judging.ts';
import {
  detailsOf,
  escapedMarkdown,
  headline,
  linkText,
  longestThatFits,
  quoteLines,
  withoutMentions,
} from '../wording.ts';

const TEXT_MAX = 2000;
/** The message's flag that keeps pages from being shown below it. */
const SUPPRESS_EMBEDS = 1 << 2;
const UNKNOWN_WEBHOOK = 10015;
const INVALID_WEBHOOK_TOKEN = 50027;

export const channel: Channel = {
  description: {
    name: 'Discord',
    setup: [
      'In Discord, press the gear beside the channel that is to be told, and open “Integrations”.',
      'Press “Webhooks”, then “New Webhook”. Name it Handoff and save.',
      'Press “Copy Webhook URL” and paste it here.',
    ],
    fields: [addressField('https://discord.com/api/webhooks/…', 'Whoever has it can post to your channel.')],
    pace: { messages: 5, seconds: 2 },
    is_summarised: true,
  },

  validate: (entered) =>
    takeAddress(
      entered,
      ({ hostname, pathname }) =>
        /^(canary\.|ptb\.)?discord(app)?\.com$/.test(hostname) &&
        /^\/api(\/v\d+)?\/webhooks\/\d+\/[\w-]+$/.test(pathname),
      'This isn’t the address of a Discord webhook. It begins with https://discord.com/api/webhooks/.',
    ),

  words(notice) {
    if (notice.kind === 'seen' || notice.kind === 'resolved') return null;
    const write = (question: string) =>
      [
        `**${harmless(headline(notice))}**`,
        question && quoteLines(harmless(question)),
        detailsOf(notice),
        `${linkText(notice)}: <${notice.url}>`,
      ]
        .filter(Boolean)
        .join('\n');
    return {
      content: longestThatFits(notice, write, (text) => text.length <= TEXT_MAX),
      allowed_mentions: { parse: [] },
      flags: SUPPRESS_EMBEDS,
    };
  },

  send: ({ url = '' }, words) => postJson(url, words),

  judge(answer) {
    const { code, retry_after } = jsonOf(answer);
    if (code === UNKNOWN_WEBHOOK || code === INVALID_WEBHOOK_TOKEN) return gone(`DISCORD${code}`);
    const verdict = judgeByStatus(answer, [401, 404]);
    // Seconds with a fraction; the header, where there is one, is rounded.
    if (answer.status === 429 && typeof retry_after === 'number') {
      return { ...verdict, retry_after_seconds: Math.max(retry_after, answer.retry_after_seconds ?? 0) };
    }
    return verdict;
  },
};

function harmless(text: string): string {
  return withoutMentions(escapedMarkdown(text));
}
