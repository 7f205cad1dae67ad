// Reads what Postmark posts about a mail. Everything in it may have been written by anybody, and a field of another type than
// Postmark documents says nothing: it counts as absent.
import { cut } from '../_shared/clean.ts';

/** A mail as far as we need it. */
export interface InboundMail {
  /** Postmark's own id of it, the same whenever it comes. */
  messageId: string;
  /** What stands behind the plus of the addresses it was sent to, in lower case, the likeliest first. */
  tokens: string[];
  from: string;
  fromName: string | null;
  subject: string | null;
  text: string;
  html: string;
  attachments: Attachment[];
  /** Which of our mails to visitors it answers, by their deliveries' ids, as far as it says so (RFC 5322, section 3.6.4). */
  answered: string[];
  /** What shows that a machine wrote it, or null. */
  machine: string | null;
}

/** A file that is named and not taken over; its size is in bytes. */
export interface Attachment {
  name: string;
  type: string | null;
  size: number | null;
}

type Fields = Record<string, unknown>;

const TEXT_MAX = 1_000_000;
const HEADERS_MAX = 500;
const ATTACHMENTS_MAX = 50;
const TOKENS_MAX = 20;
const ADDRESSES_MAX = 20_000;

/** Reads the mail; null when it has no id to know it by. */
export function readMail(body: Fields): InboundMail | null {
  const messageId = lineIn(body, 'MessageID', 200);
  if (!messageId) return null;
  const headers = headersIn(body);
  const sender = fieldsIn(body, 'FromFull');
  const from = (lineIn(sender, 'Email', 320) ?? addressIn(lineIn(body, 'From', 1000)) ?? '').toLowerCase();
  return {
    messageId,
    tokens: tokensIn(body, headers),
    from,
    fromName: lineIn(sender, 'Name', 200) ?? lineIn(body, 'FromName', 200),
    subject: lineIn(body, 'Subject', 500),
    text: cut(stringIn(body, 'TextBody'), TEXT_MAX),
    html: cut(stringIn(body, 'HtmlBody'), TEXT_MAX),
    attachments: attachmentsIn(body),
    answered: answeredIn(headers),
    machine: machineBehind(from, headers),
  };
}

// A mailbox that forwards to Postmark leaves our address in To alone, one that is reached by Bcc leaves it in the envelope alone.
const ADDRESSED = ['OriginalRecipient', 'To', 'Cc', 'Bcc'];
const LISTED = ['ToFull', 'CcFull', 'BccFull'];
const ENVELOPED = [
  'delivered-to',
  'x-original-to',
  'envelope-to',
  'x-forwarded-to',
  'x-envelope-to',
  'to',
  'cc',
];
const TOKEN_IN_ADDRESS = /\+([a-z2-7]{26})@/gi;
const TOKEN = /^[a-z2-7]{26}$/i;

function tokensIn(body: Fields, headers: ReadonlyMap<string, string[]>): string[] {
  const listed = LISTED.flatMap((name) => listIn(body, name));
  const addresses = [
    ...ADDRESSED.map((name) => stringIn(body, name)),
    ...listed.map((entry) => stringIn(entry, 'Email')),
    ...ENVELOPED.flatMap((name) => headers.get(name) ?? []),
  ];
  const named = addresses.flatMap((text) =>
    [...text.slice(0, ADDRESSES_MAX).matchAll(TOKEN_IN_ADDRESS)].map(([, token = '']) => token),
  );
  const hashes = [body, ...listed].map((entry) => stringIn(entry, 'MailboxHash').trim());
  const tokens = [...named, ...hashes.filter((hash) => TOKEN.test(hash))];
  return [...new Set(tokens.map((token) => token.toLowerCase()))].slice(0, TOKENS_MAX);
}

const ANSWERED_MAX = 50;
const REPLY_ID = /<reply\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@/gi;

function answeredIn(headers: ReadonlyMap<string, string[]>): string[] {
  const named = ['in-reply-to', 'references'].flatMap((name) => headers.get(name) ?? []);
  const ids = named.flatMap((text) => [...text.matchAll(REPLY_ID)].map(([, id = '']) => id.toLowerCase()));
  return [...new Set(ids)].slice(0, ANSWERED_MAX);
}

/** By the headers of RFC 3834 and those that programs use beside it. */
function machineBehind(from: string, headers: ReadonlyMap<string, string[]>): string | null {
  const has = (name: string, test: (value: string) => boolean) =>
    (headers.get(name) ?? []).some((value) => test(value.trim().toLowerCase()));
  if (has('auto-submitted', (value) => value !== '' && !/^no\b/.test(value))) return 'auto_submitted';
  if (has('x-auto-response-suppress', (value) => value !== '' && value !== 'none'))
    return 'auto_response_suppress';
  if (has('precedence', (value) => /^(bulk|junk|list|auto[-_]?reply)$/.test(value))) return 'precedence';
  if (has('return-path', (value) => value === '<>')) return 'empty_return_path';
  if (has('content-type', (value) => value.startsWith('multipart/report'))) return 'report';
  const AUTOMATIC = [
    'x-autoreply',
    'x-autorespond',
    'x-autoresponder',
    'x-auto-reply',
    'x-failed-recipients',
  ];
  if (AUTOMATIC.some((name) => has(name, (value) => value !== '' && value !== 'no'))) return 'autoreply';
  return /^(mailer-daemon|postmaster)@/.test(from) ? 'mailer_daemon' : null;
}

function headersIn(body: Fields): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  for (const header of listIn(body, 'Headers').slice(0, HEADERS_MAX)) {
    const name = stringIn(header, 'Name').trim().toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), stringIn(header, 'Value').slice(0, ADDRESSES_MAX)]);
  }
  return headers;
}

function attachmentsIn(body: Fields): Attachment[] {
  return listIn(body, 'Attachments')
    .slice(0, ATTACHMENTS_MAX)
    .map((file) => {
      const size = file['ContentLength'];
      return {
        name: lineIn(file, 'Name', 200) ?? '?',
        type: lineIn(file, 'ContentType', 100),
        size: Number.isSafeInteger(size) && (size as number) >= 0 ? (size as number) : null,
      };
    });
}

function addressIn(text: string | null): string | null {
  return text === null ? null : (/<([^<>\s]{1,320})>\s*$/.exec(text)?.[1] ?? cut(text, 320));
}

function stringIn(fields: Fields, name: string): string {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return typeof value === 'string' ? value : '';
}

/** One line without controls, trimmed and cut; null when nothing is left. */
function lineIn(fields: Fields, name: string, max: number): string | null {
  const line = stringIn(fields, name)
    .slice(0, max * 4)
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
  return cut(line, max).trim() || null;
}

function fieldsIn(fields: Fields, name: string): Fields {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function listIn(fields: Fields, name: string): Fields[] {
  const value: unknown = Object.hasOwn(fields, name) ? fields[name] : undefined;
  const entries: unknown[] = Array.isArray(value) ? value : [];
  return entries.filter((entry): entry is Fields => typeof entry === 'object' && entry !== null);
}
