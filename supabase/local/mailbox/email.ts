/** What Postmark accepts as an e-mail: the fields, their limits, and the refusal for each that is wrong. */
import { z } from 'zod';
import { readAddresses } from './addresses.ts';
import * as refusals from './refusal.ts';
import { Refusal } from './refusal.ts';

const MAX_ADDRESS = 255;
const MAX_RECIPIENTS = 50;
const MAX_SUBJECT = 2_000;
const MAX_BODY_BYTES = 5_000_000;
const MAX_TAG = 1_000;
const MAX_METADATA = 10;
const MAX_METADATA_KEY = 20;
const MAX_METADATA_VALUE = 80;
/** Streams a server starts with; the second may send, but only to lists. */
const SENDING_STREAMS = new Set(['outbound', 'broadcast']);
const BANNED_EXTENSION =
  /\.(?:vbs|exe|bin|bat|chm|com|cpl|crt|hlp|hta|inf|ins|isp|jse?|lnk|md[be]|ms[cipt]|pcd|pif|reg|scr|sct|shs|vbe|ws[fhc]?)$/i;
const BASE64 = /^(?:[a-z0-9+/]{4})*(?:[a-z0-9+/]{2}==|[a-z0-9+/]{3}=)?$/i;

const text = z.string().nullish();
const pair = z.object({ Name: z.string(), Value: z.string() });
const schema = z.object({
  From: text,
  To: text,
  Cc: text,
  Bcc: text,
  ReplyTo: text,
  Subject: text,
  TextBody: text,
  HtmlBody: text,
  Tag: text,
  MessageStream: text,
  Metadata: z.record(z.string(), z.string()).nullish(),
  TrackOpens: z.boolean().nullish(),
  TrackLinks: z.enum(['None', 'HtmlAndText', 'HtmlOnly', 'TextOnly']).nullish(),
  Headers: z.array(pair).nullish(),
  Attachments: z
    .array(
      z.object({
        Name: z.string(),
        Content: z.string(),
        ContentType: z.string(),
        ContentID: z.string().nullish(),
      }),
    )
    .nullish(),
});

/** An accepted e-mail, absent fields as empty ones. */
export interface Email {
  From: string;
  To: string;
  Cc: string;
  Bcc: string;
  ReplyTo: string;
  Subject: string;
  TextBody: string;
  HtmlBody: string;
  Tag: string;
  MessageStream: string;
  Metadata: Record<string, string>;
  Headers: { Name: string; Value: string }[];
  Attachments: string[];
  /** Bare addresses of To, Cc and Bcc that may be written to. */
  Recipients: string[];
}

const invalid = (message: string) => new Refusal(refusals.INVALID_EMAIL, message);

/** Reads one e-mail as the API got it; throws a {@link Refusal}. */
export function readEmail(body: unknown): Email {
  const parsed = schema.safeParse(body);
  if (!parsed.success) {
    const path = parsed.error.issues[0]?.path.join('.') ?? '';
    throw new Refusal(refusals.INVALID_FIELD, `Invalid request field(s): '${path}'.`);
  }
  const given = parsed.data;
  const email: Email = {
    From: given.From ?? '',
    To: given.To ?? '',
    Cc: given.Cc ?? '',
    Bcc: given.Bcc ?? '',
    ReplyTo: given.ReplyTo ?? '',
    Subject: given.Subject ?? '',
    TextBody: given.TextBody ?? '',
    HtmlBody: given.HtmlBody ?? '',
    Tag: given.Tag ?? '',
    MessageStream: given.MessageStream ?? 'outbound',
    Metadata: given.Metadata ?? {},
    Headers: given.Headers ?? [],
    Attachments: (given.Attachments ?? []).map((attachment) => attachment.Name),
    Recipients: [],
  };
  refuseInjection(email);
  email.Recipients = readRecipients(email);
  checkContent(email);
  checkMetadata(email.Metadata);
  checkStream(email.MessageStream);
  for (const { Name, Content } of given.Attachments ?? []) checkAttachment(Name, Content);
  return email;
}

function refuseInjection(email: Email): void {
  const headers = email.Headers.flatMap(({ Name, Value }) => [Name, Value]);
  const { From, To, Cc, Bcc, ReplyTo, Subject, Tag } = email;
  for (const value of [From, To, Cc, Bcc, ReplyTo, Subject, Tag, ...headers]) {
    if (/[\r\n\0]/.test(value)) throw invalid('Line breaks are not allowed in headers.');
  }
}

function readRecipients(email: Email): string[] {
  const from = readAddresses('From', email.From);
  if (from.length !== 1 || email.From.length > MAX_ADDRESS) {
    throw invalid(`Invalid 'From' address: '${email.From}'.`);
  }
  readAddresses('ReplyTo', email.ReplyTo);
  const to = readAddresses('To', email.To);
  if (to.length === 0) throw invalid('Zero recipients specified');
  const all = [...to, ...readAddresses('Cc', email.Cc), ...readAddresses('Bcc', email.Bcc)];
  if (all.length > MAX_RECIPIENTS)
    throw invalid(`Too many recipients: at most ${MAX_RECIPIENTS} are allowed.`);
  return all;
}

function checkContent({ Subject, TextBody, HtmlBody, Tag }: Email): void {
  if (!TextBody && !HtmlBody) throw invalid('Provide either email TextBody or HtmlBody or both.');
  if (Subject.length > MAX_SUBJECT) throw invalid(`Subject exceeds ${MAX_SUBJECT} characters.`);
  if (Tag.length > MAX_TAG) throw invalid(`Tag exceeds ${MAX_TAG} characters.`);
  for (const [name, value] of Object.entries({ TextBody, HtmlBody })) {
    if (Buffer.byteLength(value) > MAX_BODY_BYTES)
      throw new Refusal(refusals.TOO_LARGE, `${name} exceeds 5 MB.`, 413);
  }
}

function checkMetadata(metadata: Record<string, string>): void {
  const keys = Object.keys(metadata);
  if (keys.length > MAX_METADATA) throw invalid(`Metadata: at most ${MAX_METADATA} fields are allowed.`);
  if (new Set(keys.map((key) => key.toLowerCase())).size < keys.length) {
    throw invalid('Metadata: keys that differ only in case are not allowed.');
  }
  for (const [key, value] of Object.entries(metadata)) {
    if (key.length > MAX_METADATA_KEY)
      throw invalid(`Metadata key '${key}' exceeds ${MAX_METADATA_KEY} characters.`);
    if (value.length > MAX_METADATA_VALUE) {
      throw invalid(`Metadata value of '${key}' exceeds ${MAX_METADATA_VALUE} characters.`);
    }
  }
}

function checkStream(stream: string): void {
  if (SENDING_STREAMS.has(stream)) return;
  if (stream === 'inbound') {
    throw new Refusal(refusals.NOT_A_SENDING_STREAM, `The stream '${stream}' does not send messages.`);
  }
  throw new Refusal(refusals.UNKNOWN_STREAM, `The message stream '${stream}' does not exist on this server.`);
}

function checkAttachment(name: string, content: string): void {
  if (BANNED_EXTENSION.test(name)) {
    throw new Refusal(refusals.BANNED_ATTACHMENT, `Attachments of this type are not allowed: '${name}'.`);
  }
  if (!BASE64.test(content.replace(/\s/g, ''))) throw invalid(`Attachment '${name}' is not valid base64.`);
}
