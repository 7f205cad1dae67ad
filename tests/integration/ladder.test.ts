// A reminder is sent if and only if nobody had seen the case when it was due. Random histories (1,000 with HISTORIES=1000) of looking,
// claiming, answering, noting, resolving, taking back, reopening, asking and writing are played by a clock of their own, each in a
// transaction that is rolled back, and compared with a model that knows nothing of deliveries.
import type { TransactionSql } from 'postgres';
import { afterAll, expect, it } from 'vitest';
import { connectSql } from '../support/clients.ts';
import { silence, sweep } from '../support/outbox.ts';
import { describeStack, startOwnStack } from '../support/own-stack.ts';

const HISTORIES = Number(process.env['HISTORIES'] ?? 40);
const STEPS = 14;
/** Minutes of the three steps of the ladder: everybody at once, then a member, then the owner. */
const [MEMBER_MINUTES, OWNER_MINUTES] = [10, 30] as const;

const own = await startOwnStack();
const stack = describeStack(own);
const sql = connectSql(stack);
afterAll(async () => {
  await sql.end({ timeout: 1 });
  await own.stop();
});
await sweep(stack, sql);
await silence(sql);

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

const LOOKS = ['open', 'claim', 'assign', 'reply', 'note', 'resolve'] as const;
type Step = (typeof LOOKS)[number] | 'ask' | 'ask again' | 'write' | 'undo' | 'reopen' | 'release' | 'wait';

/** Who should have been told when, from what people did alone. */
class Model {
  minute = 0;
  told: string[] = [];
  #state: 'none' | 'open' | 'resolved' = 'none';
  #isUndoable = false;
  #planned: { at: number; words: string }[] = [];
  #isUnseen = false;

  possible(): Step[] {
    if (this.#state === 'none') return ['ask'];
    if (this.#state === 'open') {
      return ['wait', 'wait', 'wait', 'write', 'write', 'ask again', 'release', ...LOOKS];
    }
    return ['wait', 'write', 'ask', 'reopen', ...(this.#isUndoable ? (['undo'] as const) : [])];
  }

  take(step: Step, minutes: number): void {
    if (step === 'wait') {
      this.minute += minutes;
    } else if (step === 'ask') {
      this.#climb('alert', 0);
    } else if (step === 'write' || step === 'ask again') {
      if (this.#state === 'open' && !this.#isUnseen) this.#climb('reminder', MEMBER_MINUTES);
    } else if (LOOKS.some((look) => look === step)) {
      this.#isUnseen = false;
      this.#planned = [];
    }
    if (step === 'ask' || step === 'undo' || step === 'reopen') this.#state = 'open';
    if (step === 'resolve') this.#state = 'resolved';
    this.#isUndoable = step === 'resolve' || (this.#isUndoable && step === 'write');
    this.told.push(...this.#planned.filter(({ at }) => at <= this.minute).map(({ words }) => words));
    this.#planned = this.#planned.filter(({ at }) => at > this.minute);
  }

  #climb(first: 'alert' | 'reminder', firstMinutes: number): void {
    this.#isUnseen = true;
    const plan = (minutes: number, words: string) => this.#planned.push({ at: this.minute + minutes, words });
    plan(firstMinutes, `${first} to olga`);
    plan(MEMBER_MINUTES, 'reminder to ben');
    plan(OWNER_MINUTES, 'reminder to olga');
  }
}

interface Stage {
  tx: TransactionSql;
  chatbot: string;
  people: { olga: string; ana: string; ben: string };
  conversation: string;
}

async function furnish(tx: TransactionSql): Promise<Stage> {
  await tx`update deliveries set status = 'failed', next_attempt_at = null where status = 'queued'`;
  const [people] = await tx<[Stage['people']]>`
    select gen_random_uuid() as olga, gen_random_uuid() as ana, gen_random_uuid() as ben`;
  const [{ chatbot, conversation }] = await tx<[{ chatbot: string; conversation: string }]>`
    select gen_random_uuid() as chatbot, gen_random_uuid() as conversation`;
  for (const [name, id] of Object.entries(people)) {
    await tx`insert into auth.users (id, email, email_confirmed_at) values (${id}, ${`${name}@histories.test`}, now())`;
  }
  await tx`insert into chatbots (id, owner_id, name) values (${chatbot}, ${people.olga}, 'Shop')`;
  await tx`insert into chatbot_members (chatbot_id, user_id, role)
    values (${chatbot}, ${people.ana}, 'agent'), (${chatbot}, ${people.ben}, 'agent')`;
  await tx`delete from alert_rungs where chatbot_id = ${chatbot}`;
  await tx`insert into alert_rungs (chatbot_id, position, after_minutes, target, member_id) values
    (${chatbot}, 1, 0, 'recipients', null), (${chatbot}, 2, ${MEMBER_MINUTES}, 'member', ${people.ben}),
    (${chatbot}, 3, ${OWNER_MINUTES}, 'owner', null)`;
  await tx`insert into conversations (id, chatbot_id) values (${conversation}, ${chatbot})`;
  return { tx, chatbot, people, conversation };
}

async function be(tx: TransactionSql, user: string | null): Promise<void> {
  const claims = user ? JSON.stringify({ sub: user, role: 'authenticated' }) : '{}';
  await tx`select set_config('request.jwt.claims', ${claims}, true)`;
}

async function act({ tx, people, conversation }: Stage, step: Step, minutes: number): Promise<void> {
  const isVisitors = step === 'ask' || step === 'ask again' || step === 'write';
  await be(tx, isVisitors ? null : people.ana);
  const episode = tx`(select escalation_id from conversations where id = ${conversation})`;
  const acts: Record<Step, () => Promise<unknown>> = {
    ask: () => tx`insert into escalations (conversation_id, trigger) values (${conversation}, 'inline_cta')`,
    'ask again': () => tx`update escalations set ask_count = ask_count + 1 where id = ${episode}`,
    write: () =>
      tx`insert into messages (conversation_id, role, text) values (${conversation}, 'visitor', 'Hello?')`,
    open: () => tx`select open_case(${conversation})`,
    claim: () => tx`select assign_escalation(${episode}, null), claim_escalation(${episode})`,
    assign: () =>
      tx`select assign_escalation(${episode}, null), assign_escalation(${episode}, ${people.ben})`,
    release: () => tx`select release_escalation(${episode})`,
    reply: () => tx`select send_reply(${conversation}, gen_random_uuid(), 'Here.', null)`,
    note: () => tx`select add_note(${conversation}, gen_random_uuid(), 'Hm.')`,
    resolve: () => tx`select resolve_escalation(${episode})`,
    undo: () => tx`select undo_resolve(${episode})`,
    reopen: () => tx`select reopen_escalation(${episode})`,
    wait: () => letPass(tx, conversation, minutes),
  };
  await acts[step]();
}

/** Everything that happened to the case is that much older. */
async function letPass(tx: TransactionSql, conversation: string, minutes: number): Promise<void> {
  const time = `${minutes} minutes`;
  await tx`update deliveries set next_attempt_at = next_attempt_at - ${time}::interval, created_at = created_at - ${time}::interval
    where conversation_id = ${conversation}`;
  await tx`update conversations set unseen_since = unseen_since - ${time}::interval where id = ${conversation}`;
  await tx`update escalations set undo_until = undo_until - ${time}::interval where conversation_id = ${conversation}`;
  await tx`update events set available_at = available_at - ${time}::interval where conversation_id = ${conversation}`;
}

/** Takes and sends what is due, and answers who was told what. */
async function send({ tx }: Stage): Promise<string[]> {
  await tx`delete from private.mail_quota`;
  const claimed = await tx<{ x: { id: string; lease_token: string; recipient: string; purpose: string } }[]>`
    select x from claim_deliveries(500) x`;
  const results = claimed.map(({ x }) => ({ id: x.id, lease_token: x.lease_token, outcome: 'ok' }));
  await tx`select finish_deliveries(array(select jsonb_array_elements(${tx.json(results)})))`;
  return claimed
    .filter(({ x }) => x.purpose === 'alert' || x.purpose === 'reminder')
    .map(({ x }) => `${x.purpose} to ${x.recipient.split('@')[0]}`);
}

class Rollback extends Error {}

async function play(seed: number): Promise<void> {
  const random = randomFrom(seed);
  const model = new Model();
  const steps: string[] = [];
  const told: string[] = [];
  await sql
    .begin(async (tx) => {
      const stage = await furnish(tx);
      for (let index = 0; index < STEPS; index += 1) {
        const possible = model.possible();
        const step = possible[Math.floor(random() * possible.length)]!;
        const minutes = 1 + Math.floor(random() * 20);
        steps.push(step === 'wait' ? `wait ${minutes}` : step);
        const before = model.told.length;
        await act(stage, step, minutes);
        model.take(step, minutes);
        told.push(...(await send(stage)));
        expect(told.slice(before).sort(), `history ${seed}: ${steps.join(', ')}`).toEqual(
          model.told.slice(before).sort(),
        );
      }
      await be(tx, stage.people.olga);
      const [{ line }] = await tx<[{ line: Record<string, Record<string, number>> }]>`
        select reconciliation(${stage.chatbot}, 30) as line`;
      expect(line['unexplained'], `history ${seed}`).toBe(0);
      expect(line['seen']!['unexplained'], `history ${seed}`).toBe(0);
      const { reminders, ...parts } = line['reminders']!;
      expect(parts['unexplained'], `history ${seed}`).toBe(0);
      expect(
        Object.values(parts).reduce((sum, part) => sum + part, 0),
        `history ${seed}`,
      ).toBe(reminders);
      throw new Rollback();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Rollback)) throw error;
    });
}

it('reminds of a case if and only if nobody had seen it when the reminder was due', async () => {
  for (let seed = 1; seed <= HISTORIES; seed += 1) await play(seed);
});
