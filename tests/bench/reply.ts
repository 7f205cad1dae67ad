// A1: what a reply of a person costs the database since it has a receipt, a mail in case nobody reads it and an event for the
// visitor's own bot, against what it cost before, in a copy of the same database with the functions of that day.
import { readFileSync } from 'node:fs';
import type { Sql } from 'postgres';
import { openDatabase } from './database.ts';
import { report, sideBySide, type Variant } from './harness.ts';

const MEMBER = '00000000-0000-4000-8000-00000000be01';
const CHATBOT = '00000000-0000-4000-8000-00000000be02';
// Few, and often: so that what else the machine does hits both.
const CASES_A_RUN = 10;
const REPETITIONS = 61;

const STAGE = `
  insert into auth.users (id, email) values ('${MEMBER}', 'owner@bench.example');
  insert into public.chatbots (id, owner_id, name) values ('${CHATBOT}', '${MEMBER}', 'Shop');
`;
const SIGN_IN = `
  set role authenticated;
  select set_config('request.jwt.claims', '{"sub": "${MEMBER}", "role": "authenticated"}', false);
`;
const REPLY =
  "select public.send_reply($1, gen_random_uuid(), 'It left our house yesterday and is with you tomorrow.', 10)";

/** Open cases in which the visitor has asked and nobody has answered. */
async function openCases(sql: Sql): Promise<string[]> {
  const made = await sql<{ id: string }[]>`
    insert into public.conversations (chatbot_id) select ${CHATBOT} from generate_series(1, ${CASES_A_RUN}) returning id`;
  const ids = made.map(({ id }) => id);
  await sql`insert into public.messages (conversation_id, role, text)
    select x, 'visitor', 'Where is my parcel?' from unnest(${ids}::uuid[]) x`;
  await sql`insert into public.escalations (conversation_id, trigger) select x, 'inline_cta' from unnest(${ids}::uuid[]) x`;
  return ids;
}

/** Replies of a signed-in member, one committed after the other: to cases that wait for their first, or for a second. */
function replying(name: string, sql: Sql, which: 'first' | 'second'): Variant {
  const replyToAll = async (ids: string[]) => {
    await sql.unsafe(SIGN_IN).simple();
    for (const id of ids) await sql.unsafe(REPLY, [id], { prepare: true });
    await sql.unsafe('reset role');
  };
  return {
    name,
    async run() {
      const ids = await openCases(sql);
      if (which === 'second') await replyToAll(ids);
      const start = performance.now();
      await replyToAll(ids);
      return (1000 * ids.length) / (performance.now() - start);
    },
  };
}

async function count(sql: Sql) {
  const [n] = await sql<Record<'replies' | 'receipts' | 'mails' | 'events' | 'answered', number>[]>`
    select (select count(*) from public.messages where role = 'agent')::int as replies,
      (select count(*) from public.reply_receipts where status = 'waiting')::int as receipts,
      (select count(*) from public.deliveries where purpose = 'reply' and status = 'queued')::int as mails,
      (select count(*) from public.events where type = 'message.sent')::int as events,
      (select count(*) from public.escalations where first_replied_at is not null)::int as answered`;
  return n!;
}

/** A1: CPU alone, in memory, one client, since the two are compared and nothing is shared. */
export async function a1(): Promise<void> {
  const database = await openDatabase('memory');
  try {
    await database.sql.unsafe(STAGE).simple();
    const before = await database.copy('before');
    await before.unsafe(readFileSync(new URL('reply-before.sql', import.meta.url), 'utf8')).simple();
    const [today] = database.clients(1) as [Sql];
    const { rates, ratio, sameAgainstSame } = await sideBySide(
      [
        replying('first replies, as they were', before, 'first'),
        replying('first replies', today, 'first'),
        replying('second replies, as they were', before, 'second'),
        replying('second replies', today, 'second'),
      ],
      REPETITIONS,
    );
    const [is, was] = [await count(today), await count(before)];
    await report({
      metric: 'A1',
      title: 'what a reply costs ÷ what it cost before it had a receipt',
      how: `send_reply as a member, in cases that nobody has looked at and in those with an answer already. Today: receipt, mail in case it stays unread, message.sent, and the end of the reminders. ${database.storage}, 1 client.`,
      claims: [
        {
          name: 'the first reply of a case',
          ratio: ratio('first replies, as they were', 'first replies'),
          reach: 1.3,
          isCost: true,
        },
        {
          name: 'the second',
          ratio: ratio('second replies, as they were', 'second replies'),
          reach: 1.3,
          isCost: true,
        },
      ],
      checks: [
        {
          name: `${is.replies} replies, as many receipts and events, a mail under way for each of ${is.answered} cases`,
          isTrue:
            is.replies > 0 &&
            is.receipts === is.replies &&
            is.events === is.replies &&
            is.mails === is.answered,
        },
        {
          name: `as it was: ${was.replies} replies in ${was.answered} cases, and none of that`,
          isTrue: was.replies > 0 && was.answered > 0 && was.receipts + was.events + was.mails === 0,
        },
      ],
      sameAgainstSame,
      rates,
    });
  } finally {
    await database.stop();
  }
}
