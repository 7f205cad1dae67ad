// The mail that carries a person's answers to a visitor who has left: what the person typed, who it was, the question, the way back
// to the chat, and a line for whoever never asked anything. Pure, so that the settings can show the very mail that is sent.
import { inHeader, inLine, namedAddress, quoted, shortened } from './mail-text.ts';
import { REPLY_LINE_CODE } from './reply-lines.ts';
import { replyWords } from './reply-mail-words.ts';

export interface ReplyMailContent {
  chatbot: string;
  language: string | null;
  reference: string;
  /** The visitor's words that are answered; null when nothing was typed. */
  question: string | null;
  /** In the order in which they were written. */
  replies: { author: string | null; text: string }[];
  resume_url: string;
  not_me_url: string;
  /** Where an answer by mail is taken; null when none is. */
  reply_to: string | null;
}

export interface ReplyMail {
  /** Whose name the mail comes under. */
  sender: string;
  subject: string;
  paragraphs: string[];
}

const NAME_MAX = 60;
const QUESTION_MAX = 1000;

/** The mail's words. */
export function writeReplyMail(content: ReplyMailContent): ReplyMail {
  const words = replyWords(content.language);
  const chatbot = shortened(inHeader(content.chatbot), NAME_MAX);
  const names = [...new Set(content.replies.map(({ author }) => nameOf(author)))];
  const last = nameOf(content.replies.at(-1)?.author ?? null);
  const question = content.question === null ? '' : shortened(content.question.trim(), QUESTION_MAX);
  const inBody = inLine(chatbot);
  return {
    sender: last ? words.sender(last, chatbot) : chatbot,
    subject: words.subject(chatbot, content.reference),
    paragraphs: [
      ...(content.reply_to ? [`— ${words.marker} — ${REPLY_LINE_CODE}`] : []),
      names.length === 1 && last ? words.answered(inLine(last), inBody) : words.answeredByTeam(inBody),
      ...content.replies.map(({ author, text }) => {
        const name = nameOf(author);
        return names.length > 1 && name ? `${inLine(name)}:\n${asTyped(text)}` : asTyped(text);
      }),
      ...(question ? [`${words.question}\n${quoted(question)}`] : []),
      `${words.goOn}\n${content.resume_url}${content.reply_to ? `\n\n${words.orReply}` : ''}`,
      `${words.notMe(inBody)}\n${content.not_me_url}`,
    ],
  };
}

/** `sender` before the address that is configured, whatever name stands before it there. */
export function senderAddress(sender: string, configured: string): string {
  return namedAddress(sender, /<([^<>]+)>\s*$/.exec(configured)?.[1] ?? configured.trim());
}

function nameOf(author: string | null): string {
  return shortened(inHeader(author ?? ''), NAME_MAX);
}

/** A member's words as they stand in the chat: their links are their own. Only what could not be seen there is left out. */
function asTyped(text: string): string {
  return text
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .replace(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069\ufeff\p{Cs}]/gu, '')
    .trim();
}
