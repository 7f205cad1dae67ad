// Mattermost, by an incoming webhook of one's own server (developers.mattermost.com, "Incoming webhooks", read 2026-11). Text is
// Markdown, and `<!here>` and its kin are turned into mentions as well, for those who come from Slack.
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

/** The server takes 16,383; this is what a screen shows. */
const TEXT_MAX = 4000;

export const channel: Channel = {
  description: {
    name: 'Mattermost',
    setup: [
      'In Mattermost, press the grid at the top left, then “Integrations”, then “Incoming Webhooks”.',
      'Press “Add Incoming Webhook”, name it Handoff, choose the channel that is to be told, and press “Save”.',
      'Copy the address that is shown and paste it here. The server must be reachable from the internet by https.',
    ],
    fields: [addressField('https://chat.example.com/hooks/…', 'Whoever has it can post to your channel.')],
    pace: { messages: 5, seconds: 1 },
    is_summarised: true,
  },

  validate: (entered) =>
    takeAddress(
      entered,
      ({ pathname }) => /\/hooks\/[a-z0-9]{26}$/.test(pathname),
      'This isn’t the address of a Mattermost webhook. It ends with /hooks/ and 26 letters and digits.',
    ),

  words(notice) {
    if (notice.kind === 'seen' || notice.kind === 'resolved') return null;
    const write = (question: string) =>
      [
        `**${harmless(headline(notice))}**`,
        question && quoteLines(harmless(question)),
        detailsOf(notice),
        `[${linkText(notice)}](${notice.url})`,
      ]
        .filter(Boolean)
        .join('\n\n');
    return { text: longestThatFits(notice, write, (text) => text.length <= TEXT_MAX) };
  },

  send: ({ url = '' }, words) => postJson(url, words),

  judge(answer) {
    const { id } = jsonOf(answer);
    // Deleted: 400 with this name, as if the message were at fault.
    if (id === 'web.incoming_webhook.invalid.app_error') return gone('MATTERMOST_INVALID');
    if (id === 'web.incoming_webhook.disabled.app_error') {
      return gone('MATTERMOST_DISABLED', 'Incoming webhooks are switched off on this server.');
    }
    return judgeByStatus(answer, [401, 403, 404]);
  },
};

function harmless(text: string): string {
  return withoutMentions(escapedMarkdown(text));
}
