import { LANGUAGES } from '#shared/labels.ts';
import { writeReplyMail } from '#shared/reply-mail.ts';
import * as appearance from '$lib/server/appearance';
import { attempt, payloadOf } from '$lib/server/forms';
import { requireUser } from '$lib/server/guards';
import * as widgetSettings from '$lib/server/widget-settings';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  await requireUser(event);
  const { profile } = await event.parent();
  const { db } = event.locals;
  const [replies, { name, language }] = await Promise.all([
    widgetSettings.readReplies(db, event.params.chatbot),
    appearance.read(db, event.params.chatbot),
  ]);
  const author = profile.display_name?.trim().split(/\s+/)[0] || null;
  return {
    replies,
    language,
    mails: LANGUAGES.map((one) => ({ language: one, ...mailIn(one, name, author) })),
  };
};

/** A mail as the sender would write it, around words that stand for those of a visitor and of whoever is signed in. */
function mailIn(language: string, chatbot: string, author: string | null) {
  const { sender, subject, paragraphs } = writeReplyMail({
    chatbot,
    language,
    reference: 'A1B2C3',
    question: '…',
    replies: [{ author, text: '…' }],
    resume_url: 'https://www.example.com/#handoff=…',
    not_me_url: 'https://www.example.com/not-me/…',
    reply_to: 'replies@example.com',
  });
  return { sender, subject, text: paragraphs.join('\n\n') };
}

export const actions: Actions = {
  default: async (event) => {
    await requireUser(event);
    const replies = payloadOf(await event.request.formData());
    return attempt('replies', async () => {
      await widgetSettings.saveReplies(event.locals.db, event.params.chatbot, replies);
      return {};
    });
  },
};
