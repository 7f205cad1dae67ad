// A person's answer on its way to a visitor who has left, on a stack of its own whose sender runs when it is told to: by mail, back into
// the chat by the mail's link, and never to somebody who did not ask. Random histories then show that every answer is in exactly one
// place, and that none is forgotten.
import { createHash, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stack } from '../../supabase/local/index.ts';
import { connectSql, rpc, waitFor } from '../support/clients.ts';
import { inboundMail, postInbound, replyAddress } from '../support/inbound.ts';
import {
  mailsTo,
  makeChatbot,
  reportMail,
  silence,
  sweep,
  type OwnedChatbot,
  type StoredMail,
} from '../support/outbox.ts';
import { describeStack, startOwnStack, type TestStack } from '../support/own-stack.ts';
import { call, newKey, visit, type Visitor } from '../support/visitor.ts';

const HISTORIES = Number(process.env['FUZZ_RUNS'] ?? 40);

let own: Stack;
let stack: TestStack;
let sql: Sql;

beforeAll(async () => {
  own = await startOwnStack({ seed: false });
  stack = describeStack(own);
  sql = connectSql(stack);
  await silence(sql);
});

afterAll(async () => {
  await sql?.end({ timeout: 1 });
  await own?.stop();
});

const newAddress = () => `${randomUUID()}@visitor.example`;

/** A visitor who asked for a person and left an address. */
async function ask(
  bot: OwnedChatbot,
  email: string | null,
  question = 'Where is my parcel?',
): Promise<Visitor> {
  const visitor = await visit(stack.api_url, bot.id);
  await visitor.call('messages', { body: { id: randomUUID(), text: question } });
  const lead = email === null ? {} : { lead: { email } };
  const wish = { request_id: randomUUID(), trigger: 'inline_cta', ...lead };
  await visitor.call('escalations', { body: wish });
  return visitor;
}

const answer = (bot: OwnedChatbot, { conversationId }: Visitor, text: string) =>
  rpc(bot.owner.db, 'send_reply', { conversation_id: conversationId, id: randomUUID(), text });

/** The wait is over for this conversation, and the sender comes by. */
async function mailOut({ conversationId }: Visitor): Promise<void> {
  await sql`update public.deliveries set next_attempt_at = now()
    where conversation_id = ${conversationId} and purpose = 'reply' and status = 'queued' and lease_token is null`;
  await sweep(stack, sql);
}

const statuses = async ({ conversationId }: Visitor) =>
  (
    await sql<{ status: string }[]>`
      select status from public.reply_receipts where conversation_id = ${conversationId} order by seq`
  ).map(({ status }) => status);

const becomes = (visitor: Visitor, ...wanted: string[]) =>
  waitFor(`the replies to be ${wanted.join(', ')}`, async () => {
    return String(await statuses(visitor)) === String(wanted);
  });

const linkIn = ({ TextBody }: StoredMail, path: string) =>
  new RegExp(`^(\\S*${path})(\\S{43})$`, 'm').exec(TextBody)?.[2] ?? '';

describe('an answer to somebody who has left', () => {
  it('is one mail with the words as typed, and its link opens the conversation in another browser', async () => {
    const bot = await makeChatbot(stack, { name: 'Northpine' });
    await rpc(bot.owner.db, 'save_profile', { profile: { display_name: 'Ana Silva' } });
    const email = newAddress();
    const visitor = await ask(bot, email);
    await answer(bot, visitor, 'It left **today**.');
    await answer(bot, visitor, 'https://track.example/1');
    expect(await mailsTo(stack, email)).toHaveLength(0);
    await mailOut(visitor);
    const [mail, ...more] = await mailsTo(stack, email);
    expect(more).toHaveLength(0);
    expect(mail!.From).toBe('"Ana at Northpine" <alerts@handoff.test>');
    for (const words of ['It left **today**.', 'https://track.example/1', '> Where is my parcel?']) {
      expect(mail!.TextBody).toContain(words);
    }
    await becomes(visitor, 'delivered', 'delivered');

    const token = linkIn(mail!, '#handoff=');
    const resume = (body: object) => call<{ token: string }>(stack.api_url, 'widget/resume', { body });
    const opened = await resume({ chatbot_id: bot.id, token });
    expect(opened.status).toBe(201);
    const { body } = await call<{ messages: { text: string }[] }>(stack.api_url, 'widget/conversation', {
      token: opened.body.token,
    });
    expect(body.messages.at(-1)!.text).toBe('https://track.example/1');
    // Looking has changed nothing; reading does.
    expect(await statuses(visitor)).toEqual(['delivered', 'delivered']);
    await call(stack.api_url, 'widget/seen', { token: opened.body.token, body: { read_seq: 99 } });
    expect(await statuses(visitor)).toEqual(['read', 'read']);
    const other = await makeChatbot(stack);
    for (const wrong of [
      { chatbot_id: other.id, token },
      { chatbot_id: bot.id, token: linkIn(mail!, '/not-me/') },
      { chatbot_id: bot.id, token: 'x'.repeat(43) },
      { chatbot_id: bot.id, token: 7 },
    ]) {
      expect(await resume(wrong)).toMatchObject({ status: 401, body: { code: 'TOKIV' } });
    }
    // A later answer is the next mail of the same thread.
    await answer(bot, visitor, 'Has it come?');
    await mailOut(visitor);
    const [later] = await mailsTo(stack, email);
    expect(later!.Subject).toBe(mail!.Subject);
    expect(later!.TextBody).not.toContain('It left');
  });

  it('is not mailed to somebody who says that they never asked, by whatever conversation', async () => {
    const bot = await makeChatbot(stack);
    const email = newAddress();
    const [first, second] = [await ask(bot, email), await ask(bot, email.toUpperCase())];
    await answer(bot, first, 'Hello');
    await mailOut(first);
    const [mail] = await mailsTo(stack, email);
    const disown = (token: unknown) => call(stack.api_url, 'widget/not-me', { body: { token } });
    expect((await disown('x'.repeat(43))).status).toBe(401);
    const token = linkIn(mail!, '/not-me/');
    expect([(await disown(token)).status, (await disown(token)).status]).toEqual([204, 204]);
    await answer(bot, second, 'Hello again');
    await answer(bot, first, 'Are you there?');
    await mailOut(first);
    await sql`update public.conversations set visitor_seen_at = null where chatbot_id = ${bot.id}`;
    await mailOut(second);
    expect(await mailsTo(stack, email)).toHaveLength(1);
    expect(await statuses(second)).toEqual(['unreachable']);
  });

  it('that comes back is told to whoever wrote it, and the address is left alone', async () => {
    const bot = await makeChatbot(stack);
    const email = newAddress();
    const visitor = await ask(bot, email);
    await answer(bot, visitor, 'Hello');
    await mailOut(visitor);
    await becomes(visitor, 'delivered');
    const [mail] = await mailsTo(stack, email);
    await reportMail(stack, mail!.MessageID, 'HardBounce');
    await becomes(visitor, 'bounced');
    await sweep(stack, sql);
    const told = (await mailsTo(stack, bot.owner.email)).filter(({ Subject }) =>
      /didn’t reach/.test(Subject),
    );
    expect(told).toHaveLength(1);
    expect(told[0]!.TextBody).toContain('> Hello');
  });

  it('reaches everybody once while answers and the sender cross', async () => {
    const bot = await makeChatbot(stack);
    await rpc(bot.owner.db, 'save_replies', { chatbot_id: bot.id, settings: { reply_mail_wait_minutes: 0 } });
    const visitors = await Promise.all(Array.from({ length: 8 }, () => ask(bot, newAddress())));
    await sql`update private.reply_quota set sent_at = '{}'`;
    let isWriting = true;
    const sweeping = (async () => {
      while (isWriting) {
        await sweep(stack, sql);
        await sql`update private.reply_quota set sent_at = '{}'`;
      }
    })();
    await Promise.all(
      visitors.map(async (visitor) => {
        for (let n = 0; n < 12; n++) await answer(bot, visitor, `Answer ${n}.`);
      }),
    );
    isWriting = false;
    await sweeping;
    await waitFor('every answer to be mailed', async () => {
      await sql`update private.reply_quota set sent_at = '{}'`;
      await sql`update public.deliveries set next_attempt_at = now() where chatbot_id = ${bot.id}
        and purpose = 'reply' and status = 'queued' and lease_token is null`;
      await sweep(stack, sql);
      const [row] = await sql<{ count: number }[]>`select count(*)::int from public.reply_receipts
        where chatbot_id = ${bot.id} and status not in ('mailed', 'delivered')`;
      return row!.count === 0;
    });
    for (const { conversationId } of visitors) {
      const [{ email }] =
        (await sql`select email from public.leads where conversation_id = ${conversationId}`) as unknown as [
          { email: string },
        ];
      const said = (await mailsTo(stack, email)).flatMap(
        ({ TextBody }) => TextBody.match(/Answer \d+\./g) ?? [],
      );
      expect(said.toSorted()).toEqual(Array.from({ length: 12 }, (_, n) => `Answer ${n}.`).toSorted());
    }
  });
});

// What can happen to the replies of a conversation, in any order.
type Step =
  | { what: Plain }
  | { what: 'read'; seq: number }
  | { what: 'lead'; address: 'first' | 'second' }
  | { what: 'finish'; outcome: 'ok' | 'retry' | 'permanent' | 'suppressed' | 'unclear' }
  | { what: 'report'; told: 'Delivery' | 'HardBounce' | 'SoftBounce' | 'SpamComplaint' }
  | { what: 'mails'; on: boolean };

type Plain = 'reply' | 'old reply' | 'fetch' | 'open' | 'close' | 'claim' | 'answer';
const plain = (what: Plain, weight: number) => ({ weight, arbitrary: fc.constant<Step>({ what }) });
const read = fc.nat(12).map((seq): Step => ({ what: 'read', seq }));
const lead = fc.constantFrom('first', 'second').map((address): Step => ({ what: 'lead', address }));
const finish = fc
  .constantFrom('ok', 'ok', 'retry', 'permanent', 'suppressed', 'unclear')
  .map((outcome): Step => ({ what: 'finish', outcome }));
const heard = fc
  .constantFrom('Delivery', 'HardBounce', 'SoftBounce', 'SpamComplaint')
  .map((told): Step => ({ what: 'report', told }));
const mails = fc.boolean().map((on): Step => ({ what: 'mails', on }));
const steps = fc.array(
  fc.oneof(
    plain('reply', 6),
    plain('old reply', 1),
    plain('fetch', 1),
    plain('open', 1),
    plain('close', 1),
    plain('claim', 4),
    plain('answer', 1),
    { weight: 2, arbitrary: read },
    { weight: 2, arbitrary: lead },
    { weight: 3, arbitrary: finish },
    { weight: 3, arbitrary: heard },
    { weight: 1, arbitrary: mails },
  ),
  { minLength: 5, maxLength: 40 },
);

interface Scene {
  bot: OwnedChatbot;
  key: string;
  conversation: string;
  session: string;
  mailboxes: Record<'first' | 'second', string>;
}

async function take(scene: Scene, step: Step): Promise<void> {
  const { bot, conversation } = scene;
  switch (step.what) {
    case 'reply':
      await sql`insert into public.messages (conversation_id, role, text, author_id)
        values (${conversation}, 'agent', 'Hello', ${bot.owner.id})`;
      return;
    case 'old reply':
      await sql`insert into public.messages (conversation_id, role, text, created_at)
        values (${conversation}, 'agent', 'Long ago', now() - interval '2 days')`;
      return;
    case 'fetch':
      await call(stack.api_url, `api/conversations/${scene.session}/messages`, { token: scene.key });
      return;
    case 'read':
      await call(stack.api_url, `api/conversations/${scene.session}/read`, {
        token: scene.key,
        body: { seq: step.seq },
      });
      return;
    case 'open':
    case 'close':
      await sql`update public.conversations set visitor_seen_at = ${step.what === 'open' ? new Date() : null}
        where id = ${conversation}`;
      return;
    case 'lead': {
      const email = scene.mailboxes[step.address];
      await sql`insert into public.leads (conversation_id, chatbot_id, email) values (${conversation}, ${bot.id}, ${email})
        on conflict (conversation_id) do update set email = excluded.email`;
      return;
    }
    case 'claim':
      await sql`update public.deliveries set next_attempt_at = now(), leased_until = now() where conversation_id = ${conversation}
        and purpose = 'reply' and status = 'queued'`;
      await sql`select public.claim_deliveries(500, 60, gen_random_uuid())`;
      return;
    case 'finish':
      await sql`select public.finish_deliveries(array[jsonb_build_object('id', d.id, 'lease_token', d.lease_token,
          'outcome', ${step.outcome}::text, 'retry_after_seconds', 0)])
        from public.deliveries d where d.conversation_id = ${conversation} and d.purpose = 'reply' and d.lease_token is not null`;
      return;
    case 'report': {
      const told = step.told.endsWith('Bounce') ? 'Bounce' : step.told;
      await sql`select public.record_postmark_event(jsonb_build_object('RecordType', ${told}::text, 'Type', ${step.told}::text,
          'Email', d.recipient, 'Metadata', jsonb_build_object('delivery_id', d.id)))
        from public.deliveries d where d.conversation_id = ${conversation} and d.purpose = 'reply' and d.recipient is not null`;
      return;
    }
    case 'answer': {
      const [mail] = await sql<{ id: string; recipient: string }[]>`
        select id, recipient from public.deliveries where conversation_id = ${conversation} and purpose = 'reply'
          and sent_at is not null order by created_at desc, id desc limit 1`;
      if (!mail) return;
      const Headers = [{ Name: 'In-Reply-To', Value: `<reply.${mail.id}@desk.example>` }];
      const to = await replyAddress(sql, conversation);
      expect(
        (await postInbound(stack, inboundMail(mail.recipient, to, 'Thank you', { Headers }))).status,
      ).toBe(200);
      return;
    }
    case 'mails':
      await sql`update public.human_support_settings set reply_mail_enabled = ${step.on} where chatbot_id = ${bot.id}`;
  }
}

interface Numbers {
  replies: number;
  read: number;
  fetched: number;
  mailed: number;
  on_the_way: number;
  unreachable: number;
  unexplained: number;
}

const PART_OF: Record<string, keyof Numbers> = {
  read: 'read',
  fetched: 'fetched',
  mailed: 'mailed',
  delivered: 'mailed',
  waiting: 'on_the_way',
  bounced: 'unreachable',
  unreachable: 'unreachable',
};

describe('whatever happens to answers', () => {
  it(
    `they add up, none is forgotten, and what was read stays read (${HISTORIES} histories)`,
    { timeout: 900_000 },
    async () => {
      const bot = await makeChatbot(stack);
      const key = await newKey(sql, bot.id);
      await fc.assert(
        fc.asyncProperty(steps, fc.boolean(), async (history, isOwnBot) => {
          const [made] = await sql<{ id: string; session_id: string }[]>`
          insert into public.conversations (chatbot_id) values (${bot.id}) returning id, session_id`;
          if (!isOwnBot) {
            await sql`insert into private.conversation_tokens (token_hash, conversation_id)
            values (${createHash('sha256').update(made!.id).digest()}, ${made!.id})`;
          }
          const scene: Scene = {
            bot,
            key,
            conversation: made!.id,
            session: made!.session_id,
            mailboxes: { first: newAddress(), second: newAddress() },
          };
          const received = new Set<string>();
          for (const step of history) {
            await take(scene, step);
            const receipts = await sql<{ message_id: string; status: string; in_hand: boolean }[]>`
            select r.message_id, r.status, case when r.delivery_id is null
              then exists (select from public.deliveries d where d.conversation_id = r.conversation_id and d.purpose = 'reply'
                and d.status = 'queued' and d.attempt_count = 0)
              else exists (select from public.deliveries d where d.id = r.delivery_id and d.status = 'queued') end as in_hand
            from public.reply_receipts r where r.conversation_id = ${scene.conversation}`;
            for (const { message_id, status, in_hand } of receipts) {
              if (status === 'waiting')
                expect(in_hand, 'a reply that waits has a mail that waits').toBe(true);
              if (received.has(message_id)) expect(['read', 'fetched']).toContain(status);
              if (status === 'read' || status === 'fetched') received.add(message_id);
            }
          }
          const numbers = await rpc<{ replies: Numbers }>(bot.owner.db, 'reconciliation', {
            chatbot_id: bot.id,
          });
          const rows = await sql<{ status: string; count: number }[]>`
          select r.status, count(*)::int from public.messages m left join public.reply_receipts r on r.message_id = m.id
          where m.chatbot_id = ${bot.id} and m.role = 'agent' group by 1`;
          const counted: Numbers = {
            replies: 0,
            read: 0,
            fetched: 0,
            mailed: 0,
            on_the_way: 0,
            unreachable: 0,
            unexplained: 0,
          };
          for (const { status, count } of rows) {
            counted.replies += count;
            counted[PART_OF[status] ?? 'unexplained'] += count;
          }
          expect(numbers.replies).toEqual(counted);
          expect(numbers.replies.unexplained).toBe(0);
        }),
        { numRuns: HISTORIES },
      );
    },
  );
});
