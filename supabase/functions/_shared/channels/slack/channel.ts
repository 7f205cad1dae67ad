// Slack, by an incoming webhook of an app (docs.slack.dev, "Sending messages using incoming webhooks", "Rich text block", read 2026-11).
// Rich text holds words as words: mentions, links and formatting are elements of their own there, never found in a text.
import type { Channel } from '../channel.ts';
import { addressField, postJson, takeAddress } from '../entering.ts';
import { judgeByStatus } from '../judging.ts';
import { detailsOf, escapedHtml, headline, linkText, questionOf } from '../wording.ts';

const QUESTION_MAX = 2500;

export const channel: Channel = {
  description: {
    name: 'Slack',
    setup: [
      'Open api.slack.com/apps and press “Create New App”, then “From scratch”. Name it Handoff and choose your workspace.',
      'In the app’s menu open “Incoming Webhooks” and switch “Activate Incoming Webhooks” on.',
      'Press “Add New Webhook”, choose the channel that is to be told, and press “Allow”.',
      'Press “Copy” beside the new address and paste it here.',
    ],
    fields: [
      addressField('https://hooks.slack.com/services/T…/B…/…', 'Whoever has it can post to your channel.'),
    ],
    pace: { messages: 1, seconds: 1 },
    is_summarised: true,
  },

  validate: (entered) =>
    takeAddress(
      entered,
      ({ hostname, pathname }) =>
        /^hooks\.slack(-gov)?\.com$/.test(hostname) && /^\/services(\/[A-Za-z0-9]+){3}$/.test(pathname),
      'This isn’t the address of a Slack webhook. It begins with https://hooks.slack.com/services/.',
    ),

  words(notice) {
    if (notice.kind === 'seen' || notice.kind === 'resolved') return null;
    const question = questionOf(notice, QUESTION_MAX);
    const details = detailsOf(notice);
    return {
      // What a notification shows; escaped as the service asks.
      text: escapedHtml(headline(notice)),
      mrkdwn: false,
      unfurl_links: false,
      unfurl_media: false,
      blocks: [
        {
          type: 'rich_text',
          elements: [
            section([{ type: 'text', text: headline(notice), style: { bold: true } }]),
            ...(question ? [{ type: 'rich_text_quote', elements: [{ type: 'text', text: question }] }] : []),
            section([
              ...(details ? [{ type: 'text', text: `${details} · ` }] : []),
              { type: 'link', url: notice.url, text: linkText(notice) },
            ]),
          ],
        },
      ],
    };
  },

  send: ({ url = '' }, words) => postJson(url, words),

  // 403 action_prohibited and invalid_token, 404 no_service and channel_not_found, 410 channel_is_archived.
  judge: (answer) => judgeByStatus(answer, [403, 404, 410]),
};

function section(elements: Record<string, unknown>[]) {
  return { type: 'rich_text_section', elements };
}
