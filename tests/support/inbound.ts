// Mail that comes back, as Postmark posts it, and the people between whom it goes.
import { randomUUID } from 'node:crypto';
import type { Sql } from 'postgres';
import { call, type Answer } from './visitor.ts';
import type { TestStack } from './own-stack.ts';
import { escalate, type OwnedChatbot } from './outbox.ts';

export type InboundFields = Record<string, unknown>;

/** A mail as Postmark's inbound webhook describes it; `fields` replaces or adds. */
export function inboundMail(
  from: string,
  to: string,
  text: string,
  fields: InboundFields = {},
): InboundFields {
  const [local = '', domain = ''] = to.split('@');
  return {
    FromName: 'Kim Doe',
    MessageStream: 'inbound',
    From: from,
    FromFull: { Email: from, Name: 'Kim Doe', MailboxHash: '' },
    To: to,
    ToFull: [{ Email: to, Name: '', MailboxHash: local.split('+')[1] ?? '' }],
    Cc: '',
    CcFull: [],
    Bcc: '',
    BccFull: [],
    OriginalRecipient: `${local}@${domain}`,
    Subject: 'Re: Your question',
    MessageID: randomUUID(),
    ReplyTo: '',
    MailboxHash: local.split('+')[1] ?? '',
    Date: 'Mon, 23 Nov 2026 09:20:00 +0100',
    TextBody: text,
    HtmlBody: '',
    StrippedTextReply: '',
    Tag: '',
    Headers: [{ Name: 'Message-ID', Value: `<${randomUUID()}@doe.example>` }],
    Attachments: [],
    ...fields,
  };
}

/** Posts it as Postmark does. A string or bytes are posted as they are. */
export async function postInbound(
  stack: Pick<TestStack, 'api_url' | 'postmark_webhooks'>,
  body: unknown,
): Promise<Answer> {
  const { user, password } = stack.postmark_webhooks;
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return await call(stack.api_url, 'postmark-inbound', { body, headers: { authorization } });
}

/** The address at which the visitor, or a member, answers a conversation. */
export async function replyAddress(
  sql: Sql,
  conversationId: string,
  userId: string | null = null,
): Promise<string> {
  const [row] = await sql<{ address: string }[]>`
    select private.reply_address(${conversationId}, ${userId}) as address`;
  return row!.address;
}

export interface MailedCase {
  conversation_id: string;
  escalation_id: string;
  /** The visitor's own address. */
  email: string;
  /** Where the visitor answers. */
  address: string;
}

/** A case whose visitor has left an address. */
export async function mailedCase(
  sql: Sql,
  { id }: Pick<OwnedChatbot, 'id'>,
  question?: string,
): Promise<MailedCase> {
  const made = await escalate(sql, id, question);
  const email = `kim-${randomUUID().slice(0, 8)}@doe.example`;
  await sql`insert into public.leads (conversation_id, chatbot_id, name, email)
    values (${made.conversation_id}, ${id}, 'Kim Doe', ${email})`;
  return { ...made, email, address: await replyAddress(sql, made.conversation_id) };
}

export interface KeptMail {
  status: string;
  reason: string | null;
  text: string;
  whole: string | null;
  message_id: string | null;
  attachments: unknown[];
  from_email: string;
}

/** What has been kept of the mails to a conversation, oldest first. */
export async function keptMails(sql: Sql, conversationId: string): Promise<KeptMail[]> {
  return await sql<KeptMail[]>`
    select * from public.inbound_mails where conversation_id = ${conversationId} order by received_at, id`;
}

/** What has been said in a conversation, without the system's lines. */
export async function said(
  sql: Sql,
  conversationId: string,
): Promise<{ role: string; text: string; via: string }[]> {
  return await sql<{ role: string; text: string; via: string }[]>`
    select role::text, text, via::text from public.messages
    where conversation_id = ${conversationId} and role <> 'system' order by seq`;
}
