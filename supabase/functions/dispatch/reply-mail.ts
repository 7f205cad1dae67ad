// What goes out because a person answered: the mail to the visitor, and the one that tells the person when it came back.
import { inHeader, inLine, namedAddress, quoted, shortened } from '../_shared/mail-text.ts';
import { senderAddress, writeReplyMail } from '../_shared/reply-mail.ts';
import type { ReplyMailContent } from '../_shared/reply-mail.ts';
import type { Delivery } from './delivery.ts';
import type { Letter, MailSettings } from './letter.ts';

const NAME_MAX = 60;
/** The characters that a line of a mail may have (RFC 5322, section 2.1.1): Exim as Debian sets it up refuses a mail with a longer one. */
const LINE_MAX = 998;

/** What `claim_deliveries` gives for a mail to a visitor; written down by the database when it was claimed first. */
interface ReplyData extends ReplyMailContent {
  /** The mails of this conversation before this one, oldest first. */
  earlier: string[];
}

/**
 * A person wrote it, so it bears none of the marks of a machine's mail. The headers make one thread of a conversation's mails
 * (RFC 5322, section 3.6.4): the conversation is their common root, also where the mail service gives a mail an id of its own.
 */
export function replyLetter(delivery: Delivery, { from }: MailSettings): Letter {
  const data = delivery.data as unknown as ReplyData | null;
  if (!data?.replies?.length) throw new TypeError('A mail to a visitor needs its replies.');
  const { sender, subject, paragraphs } = writeReplyMail(data);
  const domain = /@([a-z0-9.-]+)/i.exec(from)?.[1]?.toLowerCase() ?? 'localhost';
  const idOf = (name: string) => `<${name}@${domain}>`;
  const root = idOf(`conversation.${delivery.conversation_id}`);
  const earlier = data.earlier.map((id) => idOf(`reply.${id}`));
  return {
    from: senderAddress(sender, from),
    replyTo: data.reply_to && namedAddress(sender, data.reply_to),
    subject,
    paragraphs,
    headers: [
      { Name: 'Message-ID', Value: idOf(`reply.${delivery.id}`) },
      { Name: 'X-PM-KeepID', Value: 'true' },
      { Name: 'In-Reply-To', Value: earlier.at(-1) ?? root },
      { Name: 'References', Value: thread(root, earlier) },
    ],
  };
}

/** The root and those of the mails that fit into one line with it; the oldest are left out. */
function thread(root: string, earlier: string[]): string {
  const ids = [root, ...earlier].join(' ');
  return earlier.length === 0 || `References: ${ids}`.length <= LINE_MAX
    ? ids
    : thread(root, earlier.slice(1));
}

/** Whoever answered believes to have been heard. */
export function replyBounced({ chatbot, data }: Delivery): Letter {
  const text = (key: string) => (typeof data?.[key] === 'string' ? data[key] : '');
  const replies = Array.isArray(data?.['replies']) ? data['replies'].map(String) : [];
  if (!text('url')) throw new TypeError('Word of a bounce needs its link.');
  const why =
    text('reason') === 'SpamComplaint'
      ? 'was reported as spam by the one who got it'
      : 'came back: the mailbox doesn’t take it';
  return {
    subject: `[${shortened(inHeader(chatbot.name), NAME_MAX)}] Your answer didn’t reach the visitor (${text('reference')})`,
    paragraphs: [
      `Your answer to a visitor of ${inLine(chatbot.name)} ${why}. It went to ${text('address') || 'the address they gave'}, and no more answers are mailed there.`,
      replies.length > 0 ? `What you wrote:\n\n${quoted(replies.join('\n\n'))}` : null,
      'The visitor still finds it in the chat. If they leave another address, it is mailed there by itself.',
      `Open the conversation:\n${text('url')}`,
    ],
  };
}
