// Google Chat, by a space's webhook (developers.google.com/workspace/chat, "Send messages with incoming webhooks", "Format messages",
// "Usage limits", read 2026-11). Cards take a little HTML; mentions exist in a message's text alone, which is not used.
// Everything about one case goes into one thread.
import type { Channel } from '../channel.ts';
import { addressField, postJson, takeAddress } from '../entering.ts';
import { judgeByStatus } from '../judging.ts';
import { detailsOf, escapedHtml, headline, linkText, questionOf } from '../wording.ts';

/** A message has 32,000 bytes; escaped and in JSON a character may take nine. */
const QUESTION_MAX = 2500;

export const channel: Channel = {
  description: {
    name: 'Google Chat',
    setup: [
      'In Google Chat, open the space that is to be told, press its name, and choose “Apps & integrations”.',
      'Press “Add webhooks”, name it Handoff, and press “Save”.',
      'Press “⋮” beside it, choose “Copy link”, and paste it here.',
    ],
    fields: [
      addressField(
        'https://chat.googleapis.com/v1/spaces/…/messages?key=…&token=…',
        'Whoever has it can post to your space.',
      ),
    ],
    pace: { messages: 1, seconds: 1 },
    is_summarised: true,
  },

  validate: (entered) =>
    takeAddress(
      entered,
      ({ hostname, pathname, searchParams }) =>
        hostname === 'chat.googleapis.com' &&
        /^\/v1\/spaces\/[\w-]+\/messages$/.test(pathname) &&
        searchParams.has('key') &&
        searchParams.has('token'),
      'This isn’t the address of a Google Chat webhook. It begins with https://chat.googleapis.com/v1/spaces/; copy it as a whole.',
    ),

  words(notice) {
    if (notice.kind === 'seen' || notice.kind === 'resolved') return null;
    const paragraphs = [questionOf(notice, QUESTION_MAX), detailsOf(notice)].filter(Boolean);
    return {
      fallbackText: headline(notice),
      thread: { threadKey: notice.incident },
      cardsV2: [
        {
          cardId: 'handoff',
          card: {
            header: { title: headline(notice) },
            sections: [
              {
                widgets: [
                  ...paragraphs.map((text) => ({
                    textParagraph: { text: escapedHtml(text).replaceAll('\n', '<br>') },
                  })),
                  {
                    buttonList: {
                      buttons: [{ text: linkText(notice), onClick: { openLink: { url: notice.url } } }],
                    },
                  },
                ],
              },
            ],
          },
        },
      ],
    };
  },

  send({ url = '' }, words) {
    const target = new URL(url);
    target.searchParams.set('messageReplyOption', 'REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD');
    return postJson(target.href, words);
  },

  judge: (answer) => judgeByStatus(answer, [401, 403, 404]),
};
