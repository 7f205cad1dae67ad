// Takes the mails that people write back: Postmark's inbound webhook. The address that a mail came to names the conversation and
// whose answer it is; quotes are cut out where they are provably ours, and the database decides what becomes of it. Whatever is
// understood gets the same answer, taken or not, so that nobody learns from here whether a conversation exists. 5xx asks for it again.
import { hasCredentials, unauthorized, type Credentials } from '../_shared/basic-auth.ts';
import { AppError } from '../_shared/errors.ts';
import { json, readJson, refuse } from '../_shared/http.ts';
import { REPLY_LINE_CODE } from '../_shared/reply-lines.ts';
import { replyText } from '../_shared/reply-text.ts';
import type { Rpc } from '../_shared/rpc.ts';
import { sha256Hex } from '../_shared/tokens.ts';
import { readMail, type InboundMail } from './mail.ts';

export interface PostmarkInboundOptions extends Credentials {
  rpc: Rpc;
  textOfHtml: (html: string) => string;
  /** Whom our mails come from, as `Name <address>`. */
  mailFrom: string;
}

/** What the database says about the conversation a mail is for. */
interface Context {
  is_member: boolean;
  addresses: (string | null)[];
  names: string[];
  sent: string[];
}

/** Postmark takes mails of 35 MB, files included, and posts the files in base64. */
const MAIL_MAX_BYTES = 50 * 1024 * 1024;

/** Makes the handler. Answers 200 to everything it understands, 401 to strangers, 5xx when Postmark should try again. */
export function postmarkInboundHandler(
  options: PostmarkInboundOptions,
): (request: Request) => Promise<Response> {
  return async (request) => {
    try {
      if (request.method !== 'POST') throw new AppError('NOMTH', undefined, 'POST');
      if (!(await hasCredentials(request, options))) return unauthorized('postmark-inbound');
      const mail = readMail(await readJson(request, MAIL_MAX_BYTES));
      if (mail) await receive(mail, options);
      return json(200, { is_received: true });
    } catch (error) {
      return refuse(error);
    }
  };
}

async function receive(mail: InboundMail, options: PostmarkInboundOptions): Promise<void> {
  const { rpc, textOfHtml, mailFrom } = options;
  if (mail.tokens.length === 0) return;
  const p_token_hashes = await Promise.all(mail.tokens.map(sha256Hex));
  const context = await rpc<Context | null>('mail_context', { p_token_hashes, p_message_id: mail.messageId });
  if (!context) return;
  const ours = [...context.addresses, addressOf(mailFrom)].filter((address) => address !== null);
  const whole = (mail.text.trim() === '' ? textOfHtml(mail.html) : mail.text).trim();
  const { text } = replyText({
    text: whole,
    sent: context.sent,
    ownAddresses: ours,
    ownNames: [...context.names, nameOf(mailFrom)].filter((name) => name !== ''),
    theirAddress: mail.from || null,
    isSignatureCut: context.is_member,
  });
  const p_mail = {
    message_id: mail.messageId,
    from: mail.from,
    from_name: mail.fromName,
    subject: mail.subject,
    text: text || mail.attachments.map(({ name }) => name).join('\n'),
    whole: text === whole ? null : whole,
    answered: mail.answered,
    machine: ours.includes(mail.from) ? 'own_mail' : mail.machine,
    holds_quote: text.includes(REPLY_LINE_CODE) || text.includes('/human-support?conv='),
    attachments: mail.attachments,
  };
  await rpc('receive_mail', { p_token_hashes, p_mail });
}

function addressOf(named: string): string | null {
  return (/<([^<>]+)>\s*$/.exec(named)?.[1] ?? named).trim().toLowerCase() || null;
}

function nameOf(named: string): string {
  return /^\s*"?([^"<]*?)"?\s*</.exec(named)?.[1] ?? '';
}
