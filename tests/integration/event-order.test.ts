// What an endpoint hears of a conversation is what happened, once each and in order, whatever people do within and after the ten
// seconds of a resolve, and although the receiver fails now and then. Random histories (1,000 with HISTORIES=1000) are played against the real
// dispatcher and compared with a model that knows nothing of deliveries.
import type { Sql } from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Stack } from '../../supabase/local/index.ts';
import { connectSql, rpc, waitFor } from '../support/clients.ts';
import {
  addEndpoint,
  makeChatbot,
  startReceiver,
  type OwnedChatbot,
  type Receiver,
} from '../support/outbox.ts';
import { describeStack, startOwnStack } from '../support/own-stack.ts';

const HISTORIES = Number(process.env['HISTORIES'] ?? 60);
const AT_ONCE = 8;
const STEPS = 7;
const EVENTS = ['started', 'escalated', 'resolved', 'reopened'].map((name) => `conversation.${name}`);

/** A generator of the same numbers in every run (mulberry32), from 0 to 1. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

type Step = 'say' | 'ask' | 'resolve' | 'undo' | 'reopen' | 'pass';

/** What may be told of a conversation, worked out from what people did alone. */
class Model {
  told: string[] = [];
  state: 'none' | 'open' | 'resolved' = 'none';
  isInWindow = false;

  possible(): Step[] {
    if (this.state === 'none') return ['say', 'ask'];
    if (this.state === 'open') return ['say', 'resolve', 'resolve'];
    return this.isInWindow ? ['say', 'ask', 'undo', 'reopen', 'pass'] : ['say', 'ask', 'reopen'];
  }

  take(step: Step): void {
    if (this.told.length === 0) this.told.push('conversation.started');
    if (step === 'say') this.told.push('message.received');
    if (step === 'ask') this.told.push('conversation.escalated');
    if (step === 'resolve') this.told.push('conversation.resolved');
    if (step === 'undo' || (step === 'reopen' && this.isInWindow)) {
      this.told.splice(this.told.lastIndexOf('conversation.resolved'), 1);
    } else if (step === 'reopen') this.told.push('conversation.reopened');
    if (step !== 'say') this.isInWindow = step === 'resolve';
    if (step === 'ask' || step === 'undo' || step === 'reopen') this.state = 'open';
    if (step === 'resolve') this.state = 'resolved';
  }
}

let own: Stack;
let sql: Sql;
let receiver: Receiver;
/** Several share the conversations, so that more than eight webhooks are on their way at once. */
const lanes: OwnedChatbot[] = [];
/** What the receiver took, by conversation. */
const heard = new Map<string, { type: string; seq: number }[]>();

beforeAll(async () => {
  own = await startOwnStack();
  const stack = describeStack(own);
  sql = connectSql(stack);
  const fails = randomFrom(7);
  const failed = new Set<string>();
  receiver = await startReceiver((response, { id, body }) => {
    if (!failed.has(id) && fails() < 0.05) {
      failed.add(id);
      response.writeHead(500).end();
      return;
    }
    const { type, seq, data } = JSON.parse(body) as {
      type: string;
      seq: number;
      data: { conversation_id: string };
    };
    heard.set(data.conversation_id, [...(heard.get(data.conversation_id) ?? []), { type, seq }]);
    response.end();
  });
  for (let index = 0; index < 4; index += 1) {
    lanes.push(await makeChatbot(stack));
    await addEndpoint(lanes[index]!, receiver.url, [...EVENTS, 'message.received']);
    await rpc(lanes[index]!.owner.db, 'save_profile', { profile: { notify_escalation: false } });
  }
});

afterAll(async () => {
  await receiver?.stop();
  await sql?.end({ timeout: 1 });
  await own?.stop();
});

/** Plays one history and answers its conversation with what should be heard of it. */
async function play(seed: number): Promise<{ id: string; steps: Step[]; told: string[] }> {
  const random = randomFrom(seed);
  const model = new Model();
  const steps: Step[] = [];
  const [made] = await sql<{ id: string }[]>`
    insert into conversations (chatbot_id) values (${lanes[seed % lanes.length]!.id}) returning id`;
  const id = made!.id;
  for (let index = 0; index < STEPS; index += 1) {
    const possible = model.possible();
    const step = possible[Math.floor(random() * possible.length)]!;
    model.take(step);
    steps.push(step);
    await act(id, step);
  }
  await act(id, 'pass');
  return { id, steps, told: model.told };
}

async function act(id: string, step: Step): Promise<void> {
  const latest = sql`(select escalation_id from conversations where id = ${id})`;
  if (step === 'say') {
    await sql`insert into messages (conversation_id, role, text) values (${id}, 'visitor', 'Hello?')`;
  } else if (step === 'ask') {
    await sql`insert into escalations (conversation_id, trigger) values (${id}, 'api')`;
  } else if (step === 'resolve') {
    await sql`update escalations set status = 'resolved' where id = ${latest}`;
  } else if (step === 'undo') {
    await sql`update escalations set status = 'open', undo_until = null where id = ${latest}`;
  } else if (step === 'reopen') {
    await sql`update escalations set status = 'open' where id = ${latest}`;
  } else {
    await letTenSecondsPass(id);
  }
}

async function letTenSecondsPass(id: string): Promise<void> {
  await sql.begin(async (passing) => {
    await passing`select from conversations where id = ${id} for no key update`;
    await passing`update escalations set undo_until = now() - interval '1 millisecond'
      where conversation_id = ${id} and undo_until > now()`;
    const events = await passing<{ id: string }[]>`
      update events set available_at = now() - interval '1 millisecond'
      where conversation_id = ${id} and available_at > now() and available_at < 'infinity' returning id`;
    await passing`update deliveries set next_attempt_at = now()
      where event_id = any (${events.map((event) => event.id)}::uuid[]) and status = 'queued' and attempt_count = 0`;
    await passing`select private.ring_doorbell()`;
  });
}

it('tells random histories as they happened', { timeout: 300_000 }, async () => {
  const seeds = Array.from({ length: HISTORIES }, (_, index) => index + 1);
  const histories: Awaited<ReturnType<typeof play>>[] = [];
  const players = Array.from({ length: AT_ONCE }, async () => {
    for (let seed = seeds.pop(); seed !== undefined; seed = seeds.pop()) histories.push(await play(seed));
  });
  await Promise.all(players);
  await waitFor(
    'all events to be told',
    async () =>
      (await sql`select from deliveries where status = 'queued' and kind = 'webhook' limit 1`).length === 0,
    180_000,
  );
  const wrong = histories.filter(({ id, told }) => {
    const there = heard.get(id) ?? [];
    const isAscending = there.every(({ seq }, index) => index === 0 || seq > there[index - 1]!.seq);
    return !isAscending || there.map(({ type }) => type).join() !== told.join();
  });
  expect(wrong.map((history) => ({ ...history, heard: heard.get(history.id) }))).toEqual([]);
});
