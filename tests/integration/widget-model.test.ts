import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import type { AssistantReply, ReplyStreamEvent } from '#shared/contract.ts';
import { connectSql, waitFor } from '../support/clients.ts';
import { finish, startModel, writePiece } from '../support/model.ts';
import type { Model } from '../support/model.ts';
import { eventsOf, openStream, stream } from '../support/reply-stream.ts';
import { makeChatbot, visit } from '../support/visitor.ts';

const { api_url: api } = inject('stack');
const sql = connectSql(inject('stack'));
afterAll(() => sql.end());

const HOURS = 'We are open from **nine to five**.';
let chatbotId: string;
let model: Model | undefined;

beforeAll(async () => {
  ({ chatbotId } = await makeChatbot(sql));
  await sql`insert into public.answers (chatbot_id, question, answer)
    values (${chatbotId}, 'What are your opening hours?', ${HOURS})`;
});
afterEach(async () => {
  await model?.stop();
  model = undefined;
});

/** Lets a model answer from now on. */
async function useModel(answer: Parameters<typeof startModel>[0]): Promise<Model> {
  model = await startModel(answer);
  await sql`update public.bots set kind = 'openai', model = 'small', instructions = 'Be kind.',
    base_url = ${model.baseUrl} where chatbot_id = ${chatbotId}`;
  return model;
}

/** A point that a model waits at until the test lets it go on. */
function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

const said = (conversationId: string) => sql<{ role: string; text: string; suggest_human: boolean }[]>`
  select role, text, suggest_human from public.messages where conversation_id = ${conversationId} order by seq`;

describe('a model of one’s own', () => {
  it('streams piece by piece while it is still writing', async () => {
    const heardFirst = gate();
    const { requests } = await useModel(async (response) => {
      writePiece(response, 'From nine ');
      await heardFirst.opened;
      writePiece(response, 'to five.');
      finish(response);
    });
    const visitor = await visit(api, chatbotId);
    const response = await openStream(api, visitor, {
      id: randomUUID(),
      text: 'What are your opening hours?',
    });
    const events: ReplyStreamEvent[] = [];
    for await (const event of eventsOf(response)) {
      events.push(event);
      // The model waits until its first piece has arrived here: without streaming, this would never end.
      if (event.event === 'delta') heardFirst.open();
    }
    expect(events.map(({ event }) => event)).toEqual(['accepted', 'delta', 'delta', 'reply']);
    expect(events.at(-1)).toMatchObject({
      data: { message: { text: 'From nine to five.' }, suggest_human: false },
    });
    expect((await said(visitor.conversationId)).map(({ text }) => text)).toEqual([
      'What are your opening hours?',
      'From nine to five.',
    ]);
    const [system, ...talk] = requests[0]!.body.messages;
    expect(system?.content).toContain('Be kind.');
    expect(system?.content).toContain(HOURS);
    expect(talk).toEqual([{ role: 'user', content: 'What are your opening hours?' }]);
  });

  it('answers a caller that does not stream in one piece', async () => {
    await useModel((response) => {
      writePiece(response, 'From nine to five.');
      finish(response);
    });
    const visitor = await visit(api, chatbotId);
    const { status, body } = await visitor.call<AssistantReply>('messages', {
      body: { id: randomUUID(), text: 'Opening hours?' },
    });
    expect([status, body.message?.text]).toEqual([200, 'From nine to five.']);
  });

  it('offers a person when it says that it does not know', async () => {
    await useModel((response) => {
      writePiece(response, 'I am not sure. [[needs-person]]');
      finish(response);
    });
    const visitor = await visit(api, chatbotId);
    const { deltas, reply } = await stream(api, visitor, 'Can I pay with shells?');
    expect(reply).toMatchObject({ message: { text: 'I am not sure.' }, suggest_human: true });
    expect(deltas.join('')).toBe('I am not sure. ');
  });

  it('sees its own earlier answers and those of the team', async () => {
    const { requests } = await useModel((response) => {
      writePiece(response, 'Yes.');
      finish(response);
    });
    const visitor = await visit(api, chatbotId);
    await stream(api, visitor, 'One?');
    await stream(api, visitor, 'Two?');
    expect(requests[1]!.body.messages.slice(1)).toEqual([
      { role: 'user', content: 'One?' },
      { role: 'assistant', content: 'Yes.' },
      { role: 'user', content: 'Two?' },
    ]);
  });

  it('is asked once for a message that is repeated after its answer', async () => {
    const { requests } = await useModel((response) => {
      writePiece(response, 'Yes.');
      finish(response);
    });
    const visitor = await visit(api, chatbotId);
    const id = randomUUID();
    const first = await stream(api, visitor, 'One?', id);
    const again = await stream(api, visitor, 'One?', id);
    expect(again.reply?.message).toEqual(first.reply?.message);
    expect(requests).toHaveLength(1);
    expect(await said(visitor.conversationId)).toHaveLength(2);
  });

  it('loses no answer when the visitor leaves in the middle', async () => {
    const left = gate();
    await useModel(async (response) => {
      writePiece(response, 'From nine ');
      await left.opened;
      writePiece(response, 'to five.');
      finish(response);
    });
    const visitor = await visit(api, chatbotId);
    const leaving = new AbortController();
    const response = await openStream(
      api,
      visitor,
      { id: randomUUID(), text: 'Opening hours?' },
      leaving.signal,
    );
    for await (const { event } of eventsOf(response)) if (event === 'delta') break;
    leaving.abort();
    left.open();
    const stored = await waitFor('the answer', async () => (await said(visitor.conversationId))[1]);
    expect(stored.text).toBe('From nine to five.');
  });

  it('says nothing when a person took over while it was thinking', async () => {
    const visitor = await visit(api, chatbotId);
    await useModel(async (response) => {
      await sql`insert into public.messages (conversation_id, chatbot_id, role, text)
        values (${visitor.conversationId}, ${chatbotId}, 'agent', 'Hello, this is Ana.')`;
      writePiece(response, 'From nine to five.');
      finish(response);
    });
    const { reply } = await stream(api, visitor, 'Opening hours?');
    expect(reply?.message).toBeNull();
    expect((await said(visitor.conversationId)).map(({ role }) => role)).toEqual(['visitor', 'agent']);
  });

  it.each<[string, Parameters<typeof startModel>[0]]>([
    ['answers 500', (response) => void response.writeHead(500).end('oops')],
    ['answers garbage', (response) => void response.end('<html>')],
    [
      'breaks off in the middle',
      (response) => {
        writePiece(response, 'From ni');
        response.destroy();
      },
    ],
  ])(
    'that %s is replaced by what the built-in search is sure of, with the offer of a person',
    async (_what, answer) => {
      await useModel(answer);
      const visitor = await visit(api, chatbotId);
      const { reply } = await stream(api, visitor, 'What are your opening hours?');
      expect(reply).toMatchObject({ message: { text: HOURS, suggest_human: true }, suggest_human: true });
      expect((await said(visitor.conversationId))[1]).toMatchObject({ text: HOURS, suggest_human: true });
    },
  );

  it('that fails and leaves nothing to say tells the visitor so, in their language, and never blocks an escalation', async () => {
    await useModel((response) => void response.writeHead(500).end());
    const [english, german] = [await visit(api, chatbotId, 'en'), await visit(api, chatbotId, 'de')];
    const texts = await Promise.all(
      [english, german].map(async (visitor) => (await stream(api, visitor, 'Quo vadis, xyzzy?')).reply),
    );
    expect(texts.map((reply) => reply?.suggest_human)).toEqual([true, true]);
    expect(new Set(texts.map((reply) => reply?.message?.text)).size).toBe(2);
    const asked = await english.call('escalations', {
      body: { request_id: randomUUID(), trigger: 'inline_cta' },
    });
    expect(asked.status).toBe(201);
  });

  it('is not asked when the visitor wants a person and is to have one at once', async () => {
    const { requests } = await useModel((response) => {
      writePiece(response, 'Let me try first.');
      finish(response);
    });
    await sql`update public.human_support_settings set intent_mode = 'escalate' where chatbot_id = ${chatbotId}`;
    const visitor = await visit(api, chatbotId);
    const { names, reply } = await stream(api, visitor, 'Can I talk to a human?');
    expect(names).toEqual(['accepted', 'reply']);
    expect(reply).toMatchObject({ message: null, intent: 'escalate' });
    expect(requests).toHaveLength(0);

    await sql`update public.human_support_settings set intent_mode = 'offer' where chatbot_id = ${chatbotId}`;
    expect((await stream(api, visitor, 'Can I talk to a human?')).reply).toMatchObject({
      suggest_human: true,
      intent: 'offer',
    });
    await sql`update public.human_support_settings set intent_mode = 'off' where chatbot_id = ${chatbotId}`;
  });

  it('may hang without holding up an escalation', async () => {
    await useModel(() => undefined);
    const visitor = await visit(api, chatbotId);
    const leaving = new AbortController();
    await openStream(api, visitor, { id: randomUUID(), text: 'Hello?' }, leaving.signal);
    const asked = await visitor.call('escalations', {
      body: { request_id: randomUUID(), trigger: 'inline_cta' },
    });
    expect(asked.status).toBe(201);
    leaving.abort();
  });
});
