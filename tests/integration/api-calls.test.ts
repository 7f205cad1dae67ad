import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { connectSql } from '../support/clients.ts';
import { assertMatches } from '../support/json-schema.ts';
import { call, insist, makeChatbot, newKey, visit } from '../support/visitor.ts';
import type { Answer, CallOptions } from '../support/visitor.ts';

const { api_url: api } = inject('stack');
const sql = connectSql(inject('stack'));
afterAll(() => sql.end());

interface Document {
  paths: Record<
    string,
    Record<string, { responses: Record<string, { content: Record<string, { schema: object }> }> }>
  >;
}

let document: Document;
let chatbotId: string;
let ownerId: string;
let key: string;
let strangersKey: string;

beforeAll(async () => {
  ({ chatbotId, ownerId } = await makeChatbot(sql));
  await sql`update public.profiles set display_name = 'Ana Silva' where user_id = ${ownerId}`;
  key = await newKey(sql, chatbotId);
  strangersKey = await newKey(sql, (await makeChatbot(sql)).chatbotId);
  ({ body: document } = await call<Document>(api, 'api/openapi.json'));
});

const newSession = () => `embed-${randomUUID()}`;

/** Makes a call and holds the answer against the published document. */
async function ask<T = Record<string, unknown>>(
  template: string,
  path: string,
  options: CallOptions = {},
): Promise<Answer<T>> {
  const answer = await call<T>(api, `api${path}`, { token: key, ...options });
  const method = options.method ?? (options.body === undefined ? 'GET' : 'POST');
  const described = document.paths[template]?.[method.toLowerCase()]?.responses[String(answer.status)];
  expect(
    described,
    `${template} does not tell of ${answer.status} ${JSON.stringify(answer.body)}`,
  ).toBeDefined();
  assertMatches(described?.content['application/json']?.schema ?? {}, answer.body, document);
  return answer;
}

interface Message {
  id: string;
  seq: number;
}
interface Spoken {
  seq: number;
  role: string;
  author: string | null;
  text: string;
}
interface Escalation {
  escalation_id: string;
  conversation_id: string;
  number: number;
  status: string;
  ask_count: number;
  question: string;
}

const say = (session: string, body: object) =>
  ask<Message>('/conversations/{session_id}/messages', `/conversations/${session}/messages`, { body });
const escalate = (session: string, body: object = {}) =>
  ask<Escalation>('/conversations/{session_id}/escalations', `/conversations/${session}/escalations`, {
    body,
  });
const list = (query = '') =>
  ask<{ escalations: Escalation[]; next: string | null }>('/escalations', `/escalations${query}`);
const events = (query = '', token = key) =>
  ask<{ events: { seq: number; id: string; event: string }[]; next: number }>('/events', `/events${query}`, {
    token,
  });

describe('a bot of one’s own', () => {
  it('stores what was said in a conversation that begins with the first message', async () => {
    const session = newSession();
    const first = await say(session, { role: 'visitor', text: 'Do you ship to Mars?' });
    const second = await say(session, { role: 'assistant', text: 'Not yet.' });
    expect([first.status, second.status, first.body.seq, second.body.seq]).toEqual([201, 201, 1, 2]);
    const [row] = await sql`select session_id, message_count, last_message_preview, chatbot_id
      from public.conversations where session_id = ${session}`;
    expect(row).toEqual({
      session_id: session,
      message_count: 2,
      last_message_preview: 'Not yet.',
      chatbot_id: chatbotId,
    });
  });

  it('may repeat a message by its id', async () => {
    const session = newSession();
    const message = { id: randomUUID(), role: 'visitor', text: 'Hello' };
    const first = await say(session, message);
    const again = await say(session, message);
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body).toEqual(first.body);
  });

  it('adds to a conversation of the widget', async () => {
    const visitor = await visit(api, chatbotId);
    await say(visitor.sessionId, { role: 'assistant', text: 'From elsewhere.' });
    const { body } = await visitor.call<{ messages: { text: string }[] }>('conversation');
    expect(body.messages.map(({ text }) => text)).toEqual(['From elsewhere.']);
  });

  it('asks for a person, once per episode', async () => {
    const session = newSession();
    const { body: message } = await say(session, { role: 'visitor', text: 'A person, please!' });
    const request_id = randomUUID();
    const first = await escalate(session, { request_id, message_id: message.id });
    const repeated = await escalate(session, { request_id });
    const again = await escalate(session);
    expect([first.status, repeated.status, again.status]).toEqual([201, 200, 200]);
    expect([first.body.ask_count, repeated.body.ask_count, again.body.ask_count]).toEqual([1, 1, 2]);
    expect(first.body).toMatchObject({ number: 1, status: 'open', question: 'A person, please!' });
    const [row] =
      await sql`select trigger, message_id from public.escalations where id = ${first.body.escalation_id}`;
    expect(row).toEqual({ trigger: 'api', message_id: message.id });
    const [mails] = await sql`select count(*)::int from public.deliveries
      where escalation_id = ${first.body.escalation_id} and purpose = 'alert'`;
    expect(mails).toEqual({ count: 1 });
  });

  it('asks for a person before anything was said, and without a body', async () => {
    const answer = await ask<Escalation>(
      '/conversations/{session_id}/escalations',
      `/conversations/${newSession()}/escalations`,
      { method: 'POST' },
    );
    expect([answer.status, answer.body.question]).toEqual([201, '']);
  });

  it('resolves, harmlessly twice, and the next asking is a new episode', async () => {
    const session = newSession();
    const { body } = await escalate(session);
    const path = `/escalations/${body.escalation_id}/resolve`;
    const resolve = () => ask<Escalation>('/escalations/{escalation_id}/resolve', path, { method: 'POST' });
    const [first, again] = [await resolve(), await resolve()];
    expect([first.status, first.body.status]).toEqual([200, 'resolved']);
    expect(again.body).toEqual(first.body);
    expect((await escalate(session)).body.number).toBe(2);
  });
});

describe('a person’s answer to a bot of one’s own', () => {
  const read = (session: string, query = '', token = key) =>
    ask<{ messages: Spoken[]; next: number }>(
      '/conversations/{session_id}/messages',
      `/conversations/${session}/messages${query}`,
      { token },
    );
  const mark = (session: string, seq: number) =>
    ask<{ read_seq: number }>('/conversations/{session_id}/read', `/conversations/${session}/read`, {
      body: { seq },
    });
  const answer = (conversation_id: string, text: string) =>
    sql`insert into public.messages (conversation_id, role, text, author_id) values (${conversation_id}, 'agent', ${text}, ${ownerId})`;
  const statuses = async (conversation_id: string) =>
    (
      await sql<{ status: string }[]>`
        select status from public.reply_receipts where conversation_id = ${conversation_id} order by seq`
    ).map(({ status }) => status);

  it('is fetched by reading it, and read when the bot says so', async () => {
    const session = newSession();
    const { body } = await escalate(session);
    await say(session, { role: 'visitor', text: 'Anybody there?' });
    await answer(body.conversation_id, 'Yes, Ana here.');
    await answer(body.conversation_id, 'How can I help?');
    expect(await statuses(body.conversation_id)).toEqual(['waiting', 'waiting']);
    const first = await read(session, '?limit=2');
    expect(first.body.messages.map(({ role, author, text }) => [role, author, text])).toEqual([
      ['visitor', null, 'Anybody there?'],
      ['agent', 'Ana', 'Yes, Ana here.'],
    ]);
    // What was not handed out has not been fetched.
    expect(await statuses(body.conversation_id)).toEqual(['fetched', 'waiting']);
    const rest = await read(session, `?after=${first.body.next}`);
    expect(rest.body.messages.map(({ text }) => text)).toEqual(['How can I help?']);
    expect(await statuses(body.conversation_id)).toEqual(['fetched', 'fetched']);
    expect((await mark(session, 2)).body.read_seq).toBe(2);
    expect(await statuses(body.conversation_id)).toEqual(['read', 'fetched']);
    expect((await mark(session, 99)).body.read_seq).toBe(3);
    expect((await mark(session, 1)).body.read_seq).toBe(3);
    expect(await statuses(body.conversation_id)).toEqual(['read', 'read']);
    expect((await read(session, '?after=3')).body).toEqual({ messages: [], next: 3 });
  });

  it('is in the feed as it was typed, with the question it answers', async () => {
    const { chatbotId: own, ownerId: author } = await makeChatbot(sql);
    const token = await newKey(sql, own);
    const session = newSession();
    const path = `api/conversations/${session}/messages`;
    const asked = await call<Message>(api, path, { token, body: { role: 'visitor', text: 'Why?' } });
    const [conversation] = await sql<{ id: string }[]>`
      select id from public.conversations where session_id = ${session}`;
    await sql`update public.profiles set display_name = 'Zoë Ångström' where user_id = ${author}`;
    const [sent] = await sql<{ id: string; created_at: Date }[]>`
      insert into public.messages (conversation_id, role, text, author_id)
      values (${conversation!.id}, 'agent', ${' Because.\n\n**So.** '}, ${author}) returning id, created_at`;
    await sql`insert into public.messages (conversation_id, role, event, text, author_id)
      values (${conversation!.id}, 'system', 'handed_back', 'Zoë', ${author})`;
    const { body } = await call<{ events: { event: string; data: unknown }[] }>(api, 'api/events', { token });
    expect(body.events.map(({ event }) => event)).toEqual([
      'conversation.started',
      'message.received',
      'message.sent',
      'conversation.handed_back',
    ]);
    expect(body.events[2]!.data).toEqual({
      conversation_id: conversation!.id,
      session_id: session,
      chatbot_id: own,
      message_id: sent!.id,
      seq: 2,
      author: 'Zoë',
      text: ' Because.\n\n**So.** ',
      sent_at: `${sent!.created_at.toISOString().slice(0, 19)}Z`,
      in_reply_to: asked.body.id,
    });
    expect(body.events[3]!.data).toMatchObject({ session_id: session, author: 'Zoë', seq: 3 });
  });

  it('is not fetched by whoever reads along in a conversation of the widget', async () => {
    const visitor = await visit(api, chatbotId);
    await visitor.call('messages', { body: { id: randomUUID(), text: 'Hello' } });
    await answer(visitor.conversationId, 'Hello!');
    expect((await read(visitor.sessionId)).body.messages.at(-1)?.text).toBe('Hello!');
    expect(await statuses(visitor.conversationId)).toEqual(['waiting']);
  });

  it('is nobody else’s, and not there where nothing was said', async () => {
    const session = newSession();
    await say(session, { role: 'visitor', text: 'Mine' });
    for (const [path, token] of [
      [session, strangersKey],
      [newSession(), key],
    ] as const) {
      expect(await read(path, '', token)).toMatchObject({ status: 404, body: { code: 'NTFND' } });
      const marked = await call(api, `api/conversations/${path}/read`, { token, body: { seq: 1 } });
      expect(marked).toMatchObject({ status: 404, body: { code: 'NTFND' } });
    }
    expect(await sql`select from public.conversations where session_id = ${session}`).toHaveLength(1);
  });
});

describe('the list of escalations', () => {
  it('comes page by page, newest first, each once', async () => {
    const { chatbotId: listed } = await makeChatbot(sql);
    const token = await newKey(sql, listed);
    const made: string[] = [];
    for (let n = 0; n < 7; n++) {
      const path = `api/conversations/${newSession()}/escalations`;
      made.unshift((await call<Escalation>(api, path, { token, body: {} })).body.escalation_id);
    }
    const seen: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const after: string = next && `&after=${next}`;
      const { status, body }: Answer<{ escalations: Escalation[]; next: string | null }> = await ask(
        '/escalations',
        `/escalations?limit=3${after}`,
        { token },
      );
      expect(status).toBe(200);
      seen.push(...body.escalations.map(({ escalation_id }) => escalation_id));
      next = body.next;
    }
    expect(seen).toEqual(made);
  });

  it('shows one status alone', async () => {
    const { body } = await escalate(newSession());
    const path = `/escalations/${body.escalation_id}/resolve`;
    await ask('/escalations/{escalation_id}/resolve', path, { method: 'POST' });
    const ids = async (status: string) =>
      (await list(`?status=${status}`)).body.escalations.map(({ escalation_id }) => escalation_id);
    expect(await ids('resolved')).toContain(body.escalation_id);
    expect(await ids('open')).not.toContain(body.escalation_id);
  });
});

describe('the feed of events', () => {
  it('has no gaps and misses nothing, however many write and read at once', async () => {
    const { chatbotId: busy } = await makeChatbot(sql);
    const token = await newKey(sql, busy);
    const write = async () => {
      const session = newSession();
      const message = { id: randomUUID(), role: 'visitor', text: 'Hi' };
      const wish = { request_id: randomUUID() };
      await insist(() => call(api, `api/conversations/${session}/messages`, { token, body: message }));
      await insist(() => call(api, `api/conversations/${session}/escalations`, { token, body: wish }));
    };
    const read = () => events('?limit=1000', token);
    await Promise.all([...Array.from({ length: 20 }, write), ...Array.from({ length: 10 }, read)]);
    const { body } = await read();
    // Each conversation began, got a message, and was escalated.
    expect(body.events.map(({ seq }) => seq)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    expect(new Set(body.events.map(({ id }) => id)).size).toBe(60);
    expect(body.next).toBe(60);
    expect((await events('?after=60', token)).body).toEqual({ events: [], next: 60 });
    expect((await events('?after=58&limit=1', token)).body.events.map(({ seq }) => seq)).toEqual([59]);
  });
});

describe('a key', () => {
  it.each<[string, string, () => CallOptions, string]>([
    ['that is missing', '/events', () => ({ token: '' }), '401 KEYMS'],
    ['that nobody made', '/events', () => ({ token: `hk_${'x'.repeat(43)}` }), '401 KEYIV'],
    ['of another shape', '/events', () => ({ token: 'secret' }), '401 KEYIV'],
  ])('%s opens nothing', async (_what, path, options, expected) => {
    const { status, body } = await ask(path, path, options());
    expect(`${status} ${String(body['code'])}`).toBe(expected);
  });

  it('opens nothing once it is revoked', async () => {
    const revoked = await newKey(sql, chatbotId);
    expect((await events('', revoked)).status).toBe(200);
    await sql`update public.api_keys set revoked_at = now()
      where key_hash = ${createHash('sha256').update(revoked).digest()}`;
    const { status, body } = await call(api, 'api/events', { token: revoked });
    expect([status, body['code']]).toEqual([401, 'KEYIV']);
  });

  it('sees and changes nothing of another chatbot, also by a session id that both use', async () => {
    const session = newSession();
    const { body } = await escalate(session);
    const refused = await Promise.all([
      call(api, `api/escalations/${body.escalation_id}/resolve`, { token: strangersKey, method: 'POST' }),
      call(api, `api/escalations/${randomUUID()}/resolve`, { token: strangersKey, method: 'POST' }),
    ]);
    const [own, missing] = refused.map(({ status, body }) => ({ status, body }));
    expect(own).toEqual(missing);
    expect(own!.status).toBe(404);
    const theirs = await call(api, `api/conversations/${session}/messages`, {
      token: strangersKey,
      body: { role: 'visitor', text: 'Hi' },
    });
    expect([theirs.status, theirs.body['seq']]).toEqual([201, 1]);
    expect(theirs.body['conversation_id']).not.toBe(body.conversation_id);
    const listed = await call<{ escalations: unknown[] }>(api, 'api/escalations', { token: strangersKey });
    expect(listed.body.escalations).toEqual([]);
    const [row] =
      await sql`select status, ask_count from public.escalations where id = ${body.escalation_id}`;
    expect(row).toEqual({ status: 'open', ask_count: 1 });
  });

  it('is limited, but never for asking for a person', async () => {
    const hasty = await newKey(sql, chatbotId);
    const [limit] = await sql`select max_count from private.limits where scope = 'api'`;
    await sql`insert into private.rate_limits (scope, key, count)
      select 'api', id::text, ${limit?.['max_count'] as number} from public.api_keys
      where key_hash = ${createHash('sha256').update(hasty).digest()}`;
    const refused = await events('', hasty);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([
      429,
      expect.stringMatching(/^\d+$/),
    ]);
    const path = `/conversations/${newSession()}/escalations`;
    expect((await call(api, `api${path}`, { token: hasty, body: {} })).status).toBe(201);
  });
});

describe('nothing is stored for', () => {
  it.each<[string, object | string, string]>([
    ['an agent’s message', { role: 'agent', text: 'Hi' }, '422 INVAL'],
    ['an empty text', { role: 'visitor', text: '' }, '422 TXTLN'],
    ['too long a text', { role: 'visitor', text: 'x'.repeat(4001) }, '422 TXTLN'],
    ['NUL', { role: 'visitor', text: 'a\u0000' }, '422 INVAL'],
    ['malformed JSON', '{', '400 BDJSN'],
    ['an id that is no UUID', { id: '7', role: 'visitor', text: 'Hi' }, '422 NTUID'],
  ])('%s', async (_what, body, expected) => {
    const session = newSession();
    const path = `/conversations/${session}/messages`;
    const answer = await ask('/conversations/{session_id}/messages', path, { body });
    expect(`${answer.status} ${String(answer.body['code'])}`).toBe(expected);
    expect(await sql`select from public.conversations where session_id = ${session}`).toHaveLength(0);
  });
});
