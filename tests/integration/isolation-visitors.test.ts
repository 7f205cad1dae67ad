// A token opens one conversation and an API key one chatbot. Whoever holds one and knows ids of somebody else's gets the answer that
// a made-up id gets, and changes nothing there.
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { api, sql } from '../support/stack.ts';
import { call, makeChatbot, newKey, visit, type Answer, type Visitor } from '../support/visitor.ts';

let victim: Visitor;
let messageId: string;
let answerId: string;
let escalationId: string;
/** In another conversation of the same chatbot, and in one of another chatbot. */
let others: Visitor[];
let key: string;

beforeAll(async () => {
  const [mine, theirs] = await Promise.all([makeChatbot(sql), makeChatbot(sql)]);
  await sql`insert into public.answers (chatbot_id, question, answer) values (${mine.chatbotId}, 'How do I return boots?', 'By post.')`;
  victim = await visit(api, mine.chatbotId);
  messageId = randomUUID();
  const asked = await victim.call<{ message: { id: string } }>('messages', {
    body: { id: messageId, text: 'How do I return boots? My code is zebra-crossing.' },
  });
  answerId = asked.body.message.id;
  const escalated = await victim.call<{ escalation_id: string }>('escalations', {
    body: { request_id: randomUUID(), trigger: 'inline_cta' },
  });
  escalationId = escalated.body.escalation_id;
  others = [await visit(api, mine.chatbotId), await visit(api, theirs.chatbotId)];
  key = await newKey(sql, theirs.chatbotId);
});

const state = async () =>
  (
    await sql<{ state: string }[]>`
      select md5(concat(
        (select c::text from public.conversations c where c.id = ${victim.conversationId}),
        (select string_agg(m::text, '' order by m.seq) from public.messages m where m.conversation_id = ${victim.conversationId}),
        (select string_agg(e::text, '' order by e.number) from public.escalations e where e.conversation_id = ${victim.conversationId}),
        (select string_agg(l::text, '') from public.leads l where l.conversation_id = ${victim.conversationId}))) as state`
  )[0]!.state;

const told = ({ status, body }: Answer<unknown>) => ({ status, body });

it('lets a visitor read and rate nothing of another conversation', async () => {
  const before = await state();
  for (const other of others) {
    const read = await other.call('conversation?after=0');
    expect(JSON.stringify(read.body)).not.toContain('zebra-crossing');
    const rate = (message_id: string) => other.call('feedback', { body: { message_id, value: 'positive' } });
    const foreign = await rate(answerId);
    expect(foreign.status).toBe(404);
    expect(told(foreign)).toEqual(told(await rate(randomUUID())));
  }
  expect(await state()).toBe(before);
});

it('lets a visitor neither take over a message nor be given its text', async () => {
  const before = await state();
  for (const other of others) {
    const { status, body } = await other.call('messages', { body: { id: messageId, text: 'Mine now.' } });
    expect([status, body['code']]).toEqual([409, 'CONFL']);
    expect(JSON.stringify(body)).not.toContain('zebra-crossing');
  }
  expect(await state()).toBe(before);
});

it('records a request that names a foreign message, without the message', async () => {
  const before = await state();
  for (const other of others) {
    const { status, body } = await other.call('escalations', {
      body: { request_id: randomUUID(), trigger: 'inline_cta', message_id: answerId },
    });
    expect(status).toBe(201);
    const [row] =
      await sql`select message_id, question from public.escalations where id = ${String(body['escalation_id'])}`;
    expect(row).toEqual({ message_id: null, question: '' });
    expect((await other.call('leads', { body: { name: 'Mallory' } })).status).toBe(204);
  }
  expect(await state()).toBe(before);
});

it('keeps a key to its own chatbot', async () => {
  const before = await state();
  const ask = (path: string, body?: unknown) => call(api, `api/${path}`, { token: key, body });
  const session = victim.sessionId;
  const text = { role: 'visitor', text: 'Mine now.' };
  // The name of a session is the caller's own choice: it leads to the caller's conversation, never to the victim's.
  for (const path of [`conversations/${session}/messages`, `conversations/${session}/escalations`]) {
    const answer = await ask(path, path.endsWith('messages') ? text : {});
    expect(answer.status).toBe(201);
    expect(JSON.stringify(answer.body)).not.toMatch(
      new RegExp(`${victim.conversationId}|${escalationId}|zebra-crossing`),
    );
  }
  const refused = await ask(`escalations/${escalationId}/resolve`, {});
  expect(told(refused)).toEqual(told(await ask(`escalations/${randomUUID()}/resolve`, {})));
  expect(refused.status).toBe(404);
  for (const path of ['escalations', 'events?after=0']) {
    const listed = await ask(path);
    expect(listed.status).toBe(200);
    expect(JSON.stringify(listed.body)).not.toMatch(
      new RegExp(`${victim.conversationId}|${escalationId}|zebra-crossing`),
    );
  }
  expect(await state()).toBe(before);
});
