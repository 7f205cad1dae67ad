// The part of T1 that is about alerts: one that is held, a reminder, and the reminder that follows a visitor's words in a case that
// somebody had seen. When a mail is due is reckoned here, from the setting and the moment it counts from, and not read from its receipt;
// when it came is the mailbox's word.
import type { Sql } from 'postgres';
import { rpc, waitFor } from '../support/clients.ts';
import { escalate, mailsTo, makeChatbot, type OwnedChatbot } from '../support/outbox.ts';
import type { TestStack } from '../support/own-stack.ts';

const HOLD_SECONDS = 3;
/** The shortest that a step of the ladder can wait. */
const REMINDER_MINUTES = 1;
/** As many mails of a chatbot as go to an address within an hour, two of each case. */
export const CASES_PER_CHATBOT = 10;

/** How late each mail was, in milliseconds. */
export interface AlertTiming {
  held: number;
  /** Of a case that nobody looked at. */
  reminder: number;
  /** Of a case that was seen, and in which the visitor then wrote. */
  followUp: number;
  /** How many mails the two cases had: an alert and a reminder each. */
  mails: number;
}

/** A chatbot whose alerts are held, and whose owner is reminded a minute later. */
export async function makeHoldingChatbot(stack: TestStack): Promise<OwnedChatbot> {
  const chatbot = await makeChatbot(stack);
  const rungs = [
    { after_minutes: 0, target: 'recipients' },
    { after_minutes: REMINDER_MINUTES, target: 'owner' },
  ];
  await rpc(chatbot.owner.db, 'save_alerts', {
    chatbot_id: chatbot.id,
    settings: { rungs, hold_seconds: HOLD_SECONDS },
  });
  return chatbot;
}

/** Two cases, one that nobody looks at and one that is seen and then written into. */
export async function timeAlerts(stack: TestStack, sql: Sql, chatbot: OwnedChatbot): Promise<AlertTiming> {
  const unseen = await escalate(sql, chatbot.id);
  const seen = await escalate(sql, chatbot.id);
  const askedAt = await momentOf(sql`
    select created_at as at from public.deliveries where escalation_id = ${unseen.escalation_id} and purpose = 'alert'`);
  const alertAt = await arrival(stack, sql, chatbot, unseen.conversation_id, 'alert');
  await arrival(stack, sql, chatbot, seen.conversation_id, 'alert');
  await rpc(chatbot.owner.db, 'open_case', { conversation_id: seen.conversation_id });
  const wroteAt = await momentOf(sql`
    insert into public.messages (conversation_id, role, text) values (${seen.conversation_id}, 'visitor', 'Hello?')
    returning created_at as at`);
  const remindedAt = await arrival(stack, sql, chatbot, unseen.conversation_id, 'reminder');
  const followedAt = await arrival(stack, sql, chatbot, seen.conversation_id, 'reminder');
  const ofThese = await sql<{ id: string }[]>`
    select id from public.deliveries where conversation_id in (${unseen.conversation_id}, ${seen.conversation_id})`;
  const arrived = (await mailsTo(stack, chatbot.owner.email)).filter(({ Metadata }) =>
    ofThese.some(({ id }) => id === Metadata['delivery_id']),
  );
  return {
    mails: arrived.length,
    held: alertAt - askedAt - HOLD_SECONDS * 1000,
    reminder: remindedAt - askedAt - REMINDER_MINUTES * 60_000,
    followUp: followedAt - wroteAt - REMINDER_MINUTES * 60_000,
  };
}

async function momentOf(query: PromiseLike<{ at?: Date }[]>): Promise<number> {
  return (await query)[0]!.at!.getTime();
}

/** When the mail was in the mailbox, in milliseconds since 1970. */
async function arrival(
  stack: TestStack,
  sql: Sql,
  { owner }: OwnedChatbot,
  conversation_id: string,
  purpose: 'alert' | 'reminder',
): Promise<number> {
  const id = await waitFor(
    `the ${purpose} to leave`,
    async () => {
      const [row] = await sql<{ id: string }[]>`
        select id from public.deliveries
        where conversation_id = ${conversation_id} and purpose = ${purpose} and status in ('sent', 'delivered')`;
      return row?.id;
    },
    120_000,
  );
  const mail = await waitFor(`the ${purpose} in the mailbox`, async () =>
    (await mailsTo(stack, owner.email)).find(({ Metadata }) => Metadata['delivery_id'] === id),
  );
  return Date.parse(mail.ReceivedAt);
}
