/**
 * Writes back to a mail as a mail program would, and posts it as Postmark's inbound webhook does. Only what is addressed to the
 * inbound mailbox is posted; an answer to anybody else lies in this mailbox as mail to them.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { INVALID_FIELD, Refusal } from './refusal.ts';
import type { Answer, Message, Store } from './store.ts';
import { header } from './threads.ts';
import type { Webhooks } from './webhooks.ts';

/** Who answers: whoever the mail was to, somebody else, or a machine of theirs. */
export const WRITERS = ['reader', 'stranger', 'autoresponder'] as const;

const STRANGER = 'somebody.else@elsewhere.test';
const TEXT_MAX = 1_000_000;
const schema = z.object({
  MessageID: z.string(),
  text: z.string().max(TEXT_MAX).default(''),
  as: z.enum(WRITERS).default('reader'),
  /** How often the same mail is posted. */
  times: z.coerce.number().int().min(1).max(100).default(1),
  /** Whether the mail that is answered stands below, as programs do. */
  quote: z.union([z.boolean(), z.enum(['true', 'false', 'on'])]).default(true),
  html: z.string().max(TEXT_MAX).optional(),
  /** Fields of the webhook that replace what would be posted. */
  fields: z.record(z.string(), z.unknown()).default({}),
});

export interface Answering {
  store: Store;
  webhooks: Webhooks;
  /** The mailbox whose mail Postmark posts; empty when none is configured. */
  inboundAddress: string;
}

/** Answers a mail; the id of what was posted, or of the mail that now lies here. Throws a {@link Refusal}. */
export function answerMail(
  { store, webhooks, inboundAddress }: Answering,
  body: unknown,
): { MessageID: string } {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new Refusal(INVALID_FIELD, z.prettifyError(parsed.error));
  const { as, times, fields, html, ...given } = parsed.data;
  const message = store.message(given.MessageID);
  if (!message) throw new Refusal(INVALID_FIELD, 'There is no such message.', 404);
  const to = replyAddressOf(message);
  const from = as === 'stranger' ? STRANGER : (message.Recipients[0] ?? message.To);
  const isQuoted = given.quote !== false && given.quote !== 'false' && html === undefined;
  const typed =
    as === 'autoresponder' ? given.text || 'I am away and will read your mail on Monday.' : given.text;
  const text = isQuoted ? `${typed}\n\n${quoteOf(message)}\n` : typed;
  if (!isInbound(to, inboundAddress)) return keepHere(store, message, from, to, text);

  const payload = { ...inboundPayload(message, from, to, text, html ?? '', as), ...fields };
  const MessageID = String(payload.MessageID);
  const answer: Answer = {
    MessageID,
    of: message.MessageID,
    From: from,
    To: to,
    Subject: String(payload.Subject),
    TextBody: text || (html ?? ''),
    SentAt: new Date().toISOString(),
    statuses: [],
  };
  store.addAnswer(answer);
  for (let time = 0; time < times; time += 1) webhooks.sendInbound(payload);
  return { MessageID };
}

/** Where an answer to this mail goes. */
export function replyAddressOf({ ReplyTo, From }: Message): string {
  const first = ReplyTo || From;
  return (/<([^<>]+)>/.exec(first)?.[1] ?? first).trim();
}

/** Whether mail to this address reaches the inbound mailbox, whatever stands behind a plus. */
export function isInbound(address: string, inboundAddress: string): boolean {
  const bare = address.toLowerCase().replace(/\+[^@]*(?=@)/, '');
  return inboundAddress !== '' && bare === inboundAddress.toLowerCase();
}

function keepHere(
  store: Store,
  { Subject }: Message,
  From: string,
  To: string,
  TextBody: string,
): { MessageID: string } {
  const kept: Message = {
    From,
    To,
    TextBody,
    Cc: '',
    Bcc: '',
    ReplyTo: '',
    HtmlBody: '',
    Tag: '',
    MessageStream: 'outbound',
    Metadata: {},
    Headers: [],
    Attachments: [],
    Recipients: [To],
    Subject: answeredSubject(Subject),
    MessageID: randomUUID(),
    ReceivedAt: new Date().toISOString(),
    Status: 'Delivered',
  };
  store.addMessages([kept]);
  return { MessageID: kept.MessageID };
}

function quoteOf({ From, TextBody, ReceivedAt }: Message): string {
  const at = new Date(ReceivedAt);
  const day = at.toLocaleDateString('en-US', {
    weekday: 'short',
    month: 'short',
    day: 'numeric',
    year: 'numeric',
    timeZone: 'UTC',
  });
  const time = at.toLocaleTimeString('en-US', { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' });
  const lines = TextBody.trimEnd()
    .split('\n')
    .map((line) => (line.startsWith('>') ? `>${line}` : `> ${line}`.trimEnd()));
  return `On ${day} at ${time} ${From.includes('<') ? From : `<${From}>`} wrote:\n\n${lines.join('\n')}`;
}

const answeredSubject = (subject: string) => (/^re:/i.test(subject) ? subject : `Re: ${subject}`);

/** The fields that Postmark documents for its inbound webhook. */
function inboundPayload(
  message: Message,
  from: string,
  to: string,
  text: string,
  html: string,
  as: (typeof WRITERS)[number],
) {
  const own = header(message, 'Message-ID') || `<${message.MessageID}@mtasv.net>`;
  const MailboxHash = /\+([^@]*)@/.exec(to)?.[1] ?? '';
  const Headers = [
    { Name: 'Return-Path', Value: `<${from}>` },
    { Name: 'Message-ID', Value: `<${randomUUID()}@mailbox.test>` },
    { Name: 'In-Reply-To', Value: own },
    { Name: 'References', Value: `${header(message, 'References')} ${own}`.trim() },
    ...(as === 'autoresponder' ? [{ Name: 'Auto-Submitted', Value: 'auto-replied' }] : []),
  ];
  return {
    FromName: '',
    MessageStream: 'inbound',
    From: from,
    FromFull: { Email: from, Name: '', MailboxHash: '' },
    To: to,
    ToFull: [{ Email: to, Name: '', MailboxHash }],
    Cc: '',
    CcFull: [],
    Bcc: '',
    BccFull: [],
    OriginalRecipient: to,
    Subject:
      as === 'autoresponder' ? `Automatic reply: ${message.Subject}` : answeredSubject(message.Subject),
    MessageID: randomUUID(),
    ReplyTo: '',
    MailboxHash,
    Date: new Date().toUTCString().replace('GMT', '+0000'),
    TextBody: text,
    HtmlBody: html,
    StrippedTextReply: '',
    Tag: '',
    Headers,
    Attachments: [],
  };
}
