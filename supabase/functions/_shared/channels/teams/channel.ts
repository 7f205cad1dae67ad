// Microsoft Teams, by a workflow that posts a card when its address is called (learn.microsoft.com, "Create incoming webhooks with
// Workflows", read 2026-11). It takes Adaptive Cards only. A TextRun shows its text as it is, where a TextBlock would read Markdown.
// Taken (202) means that the workflow has started, not that the card was posted: the workflow's own run history shows that.
import type { Channel } from '../channel.ts';
import { addressField, postJson, takeAddress } from '../entering.ts';
import { judgeByStatus } from '../judging.ts';
import { detailsOf, headline, linkText, questionOf } from '../wording.ts';

/** A card has 28 KB with everything in it; a character may take six bytes in JSON. */
const QUESTION_MAX = 3000;
const BODY_MAX_BYTES = 28 * 1024;
const HOSTS = /\.(logic\.azure\.(com|us)|api\.(gov\.|high\.)?powerplatform\.(com|us))$/;

export const channel: Channel = {
  description: {
    name: 'Microsoft Teams',
    setup: [
      'In Teams, open the channel that is to be told, press “…” beside its name, and choose “Workflows”.',
      'Search for “webhook” and choose “Send webhook alerts to a channel”.',
      'Name it Handoff, press “Next”, check team and channel, and press “Add workflow”.',
      'Copy the address that is shown and paste it here. Add a second owner to the workflow: it stops when its only owner leaves.',
    ],
    fields: [
      addressField('https://….logic.azure.com/workflows/…', 'Whoever has it can post to your channel.'),
    ],
    pace: { messages: 4, seconds: 1 },
    is_summarised: true,
  },

  validate: (entered) =>
    takeAddress(
      entered,
      ({ hostname, pathname, searchParams }) =>
        HOSTS.test(hostname) && pathname.includes('/workflows/') && searchParams.has('sig'),
      'This isn’t the address of a Teams workflow. It ends with a long signature, “sig=…”; copy it as a whole.',
    ),

  words(notice) {
    if (notice.kind === 'seen' || notice.kind === 'resolved') return null;
    let words = card(notice, QUESTION_MAX);
    for (let max = QUESTION_MAX; new TextEncoder().encode(JSON.stringify(words)).length > BODY_MAX_BYTES;) {
      max = Math.floor(max * 0.8);
      words = card(notice, max);
    }
    return words;
  },

  send: ({ url = '' }, words) => postJson(url, words),

  // 401 and 403: the signature is no longer valid; 404: the workflow was deleted or switched off.
  judge: (answer) => judgeByStatus(answer, [401, 403, 404, 410]),
};

function card(notice: Parameters<Channel['words']>[0], questionMax: number) {
  const question = questionOf(notice, questionMax);
  const details = detailsOf(notice);
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          msteams: { width: 'Full' },
          body: [
            text(headline(notice), { weight: 'bolder' }),
            ...(question ? [text(question)] : []),
            ...(details ? [text(details, { isSubtle: true, size: 'small' })] : []),
          ],
          actions: [{ type: 'Action.OpenUrl', title: linkText(notice), url: notice.url }],
        },
      },
    ],
  };
}

function text(words: string, style: Record<string, unknown> = {}) {
  return { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: words, ...style }] };
}
