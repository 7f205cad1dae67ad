// Two people of a team act on the same case at the same moment, over and over, each with a client of their own. Whatever
// happens must be what would have happened had one of them been first: answers, row and timeline agree on an order.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { rpc, signUp, type Person } from '../support/clients.ts';
import { somebodyWaitsFor } from '../support/interleaving.ts';
import { sql, stack } from '../support/stack.ts';

const ROUNDS = 1000;
const CASES = 12;
const SEED = Date.now() % 1_000_000;

/** What of an episode two people can fight over. */
interface State {
  status: 'open' | 'resolved';
  claimed_by: string | null;
  version: number;
  isUndoable: boolean;
}

interface Entry {
  type: string;
  actor_id: string;
}

interface Action {
  what: 'claim' | 'release' | 'assign' | 'resolve' | 'undo' | 'reopen' | 'note' | 'reply' | 'open';
  /** Whom an assignment is for: the first, the second, or nobody. */
  to: 0 | 1 | null;
  /** Whether a resolve or reopen names the version looked at. */
  isGuarded: boolean;
}

interface Outcome {
  state: State;
  code: string;
  entries: Entry[];
}

/** What one action does when nobody is in its way; `seen` is the version that the person looked at. */
function perform(state: State, action: Action, me: string, to: string | null, seen: number): Outcome {
  const same = (code = 'ok', entries: Entry[] = []): Outcome => ({ state, code, entries });
  const next = (type: string, change: Partial<State>): Outcome => ({
    state: { ...state, ...change, version: state.version + 1 },
    code: 'ok',
    entries: [{ type, actor_id: me }],
  });
  const isStale = action.isGuarded && seen !== state.version;
  switch (action.what) {
    case 'open':
      return same();
    case 'note':
      return same('ok', [{ type: 'note.added', actor_id: me }]);
    case 'reply':
      return same('ok', [{ type: 'reply.sent', actor_id: me }]);
    case 'claim':
      if (state.status !== 'open') return same('CONFL');
      if (state.claimed_by && state.claimed_by !== me) return same('CLAIM');
      return state.claimed_by ? same() : next('escalation.claimed', { claimed_by: me });
    case 'release':
      return state.claimed_by ? next('escalation.released', { claimed_by: null }) : same();
    case 'assign':
      if (state.status !== 'open') return same('CONFL');
      if (state.claimed_by === to) return same();
      if (to === null) return next('escalation.released', { claimed_by: null });
      return next(!state.claimed_by && to === me ? 'escalation.claimed' : 'escalation.assigned', {
        claimed_by: to,
      });
    case 'resolve':
      if (isStale) return same('STALE');
      if (state.status === 'resolved') return same();
      return next('conversation.resolved', { status: 'resolved', isUndoable: true });
    case 'undo':
      if (state.status === 'open') return same();
      return state.isUndoable ? next('resolve.undone', { status: 'open', isUndoable: false }) : same('TOOLT');
    case 'reopen':
      if (isStale) return same('STALE');
      if (state.status === 'open') return same();
      return next('conversation.reopened', { status: 'open', isUndoable: false });
  }
}

const action = fc.record({
  what: fc.constantFrom<Action['what']>(
    'claim',
    'claim',
    'release',
    'assign',
    'resolve',
    'resolve',
    'undo',
    'reopen',
    'note',
    'reply',
    'open',
  ),
  to: fc.constantFrom<Action['to']>(0, 1, null),
  isGuarded: fc.boolean(),
});
const round = fc.record({ at: fc.nat(CASES - 1), first: action, second: action });

describe('two agents', () => {
  let people: [Person, Person];
  let chatbot_id: string;
  const cases: { conversation_id: string; escalation_id: string }[] = [];

  beforeAll(async () => {
    people = [await signUp(stack), await signUp(stack)];
    chatbot_id = await rpc<string>(people[0].db, 'create_chatbot', { name: 'Busy desk' });
    await sql`insert into chatbot_members (chatbot_id, user_id, role) values (${chatbot_id}, ${people[1].id}, 'agent')`;
    for (let n = 0; n < CASES; n++) {
      const [c] = await sql<
        { id: string }[]
      >`insert into conversations (chatbot_id) values (${chatbot_id}) returning id`;
      const conversation_id = c!.id;
      await sql`insert into messages (conversation_id, role, text) values (${conversation_id}, 'visitor', 'Hello?')`;
      const [e] = await sql<{ id: string }[]>`
        insert into escalations (conversation_id, trigger) values (${conversation_id}, 'intent') returning id`;
      cases.push({ conversation_id, escalation_id: e!.id });
      // Opened and answered once, so that the first of these, which is stamped on the episode, is behind us.
      await rpc(people[0].db, 'send_reply', { conversation_id, id: crypto.randomUUID(), text: 'Hi' });
    }
  });

  async function act(person: Person, { what, to, isGuarded }: Action, at: number, seen: number) {
    const { conversation_id, escalation_id } = cases[at]!;
    const guarded = { escalation_id, expected_version: isGuarded ? seen : null };
    const text = { conversation_id, id: crypto.randomUUID(), text: 'A word' };
    const calls: Record<Action['what'], () => Promise<unknown>> = {
      claim: () => rpc(person.db, 'claim_escalation', { escalation_id }),
      release: () => rpc(person.db, 'release_escalation', { escalation_id }),
      assign: () =>
        rpc(person.db, 'assign_escalation', {
          escalation_id,
          user_id: to === null ? null : people[to]!.id,
        }),
      resolve: () => rpc(person.db, 'resolve_escalation', guarded),
      undo: () => rpc(person.db, 'undo_resolve', { escalation_id }),
      reopen: () => rpc(person.db, 'reopen_escalation', guarded),
      note: () => rpc(person.db, 'add_note', text),
      reply: () => rpc(person.db, 'send_reply', text),
      open: () => rpc(person.db, 'open_case', { conversation_id }),
    };
    return await calls[what]().then(
      () => 'ok',
      (error: { code: string }) => error.code,
    );
  }

  /**
   * The episode, its latest timeline entry, and whether its ten seconds are about to end while we look. Whether they have ended
   * is seen with the eyes of `moment`, so that two looks do not differ by what the clock alone has done in between.
   */
  async function look(at: number, moment: string | null = null) {
    const [found] = await sql<(State & { entry: string; isOnTheEdge: boolean; at: number; now: string })[]>`
      select e.status, e.claimed_by, e.version::int, extract(epoch from clock_timestamp())::float8 as at, now()::text,
        coalesce(e.undo_until > coalesce(${moment}::timestamptz, now()), false) as "isUndoable",
        coalesce(e.undo_until between now() - interval '1 s' and now() + interval '5 s', false) as "isOnTheEdge",
        (select max(t.id) from timeline_entries t where t.conversation_id = e.conversation_id) as entry
      from escalations e where e.id = ${cases[at]!.escalation_id}`;
    const { entry, isOnTheEdge, at: seconds, now, ...state } = found!;
    return { state, entry, isOnTheEdge, seconds, now };
  }

  async function entriesAfter(at: number, entry: string): Promise<Entry[]> {
    return await sql<Entry[]>`
      select type, actor_id from timeline_entries
      where conversation_id = ${cases[at]!.conversation_id} and id > ${entry} and actor_id is not null order by id`;
  }

  it(
    `agree with one of two orders in each of ${ROUNDS} random interleavings (seed ${SEED})`,
    { timeout: 600_000 },
    async () => {
      const seen = { both: 0, refused: 0 };
      for (const { at, ...both } of fc.sample(round, { numRuns: ROUNDS, seed: SEED })) {
        const before = await look(at);
        const actions = [both.first, both.second].map((one) =>
          // What depends on the clock of this very moment is no question of order.
          before.isOnTheEdge && one.what === 'undo' ? { ...one, what: 'note' as const } : one,
        ) as [Action, Action];
        const codes = await Promise.all(
          actions.map((one, person) => act(people[person]!, one, at, before.state.version)),
        );
        const [after, entries] = await Promise.all([look(at, before.now), entriesAfter(at, before.entry)]);
        // A machine that stood still for so long may have let the ten seconds end in between.
        if (after.seconds - before.seconds > 4) continue;

        const found = { state: after.state, codes, entries: entries.map((entry) => ({ ...entry })) };
        const possible = [
          [0, 1],
          [1, 0],
        ].map((order) => {
          let { state } = before;
          const answers: string[] = [];
          const written: Entry[] = [];
          for (const person of order) {
            const one = actions[person]!;
            const to = one.to === null ? null : people[one.to]!.id;
            const outcome = perform(state, one, people[person]!.id, to, before.state.version);
            state = outcome.state;
            answers[person] = outcome.code;
            written.push(...outcome.entries);
          }
          return { state, codes: answers, entries: written };
        });
        const what = `${actions.map((one) => one.what).join(' and ')} on ${JSON.stringify(before.state)}`;
        expect(possible, what).toContainEqual(found);
        if (entries.length === 2) seen.both += 1;
        if (codes.some((code) => code !== 'ok')) seen.refused += 1;
      }
      // The rounds were worth their name: often both changed something, often one met the other.
      expect(seen.both).toBeGreaterThan(ROUNDS / 20);
      expect(seen.refused).toBeGreaterThan(ROUNDS / 20);
    },
  );

  it('leave a strip that equals a recount', async () => {
    const [recount] = await sql<{ unresolved: number; resolved: number }[]>`
      select count(*) filter (where status = 'open')::int as unresolved,
        count(*) filter (where status = 'resolved')::int as resolved
      from escalations where chatbot_id = ${chatbot_id}`;
    const stats = await rpc<Record<string, unknown>>(people[1].db, 'triage_stats', { chatbot_id, days: 30 });
    expect(stats).toMatchObject({ total: CASES, ...recount });
  });

  it('who resolve overlapping selections at once resolve each case once, and neither waits for ever', async () => {
    const ids = cases.map(({ escalation_id }) => escalation_id);
    for (let again = 0; again < 20; again++) {
      await sql`update escalations set status = 'open' where id = any (${ids}) and status = 'resolved'`;
      const answers = await Promise.all(
        people.map((person, index) =>
          rpc<{ changed: number; skipped: unknown[] }>(person.db, 'resolve_many', {
            escalation_ids: index === 0 ? ids.slice(0, 9) : ids.slice(3).reverse(),
          }),
        ),
      );
      expect(answers[0]!.changed + answers[1]!.changed).toBe(CASES);
      expect(answers[0]!.skipped.length + answers[1]!.skipped.length).toBe(6);
    }
  });

  it('are both served when one is removed while the other acts on a case that the removed one had', async () => {
    const [owner, agent] = people;
    const { escalation_id, conversation_id } = cases[0]!;
    await sql`update escalations set status = 'open', claimed_by = ${agent.id} where id = ${escalation_id}`;
    let removed: Promise<unknown> | null = null;
    await sql.begin(async (acting) => {
      // What every action on a case does first.
      const [{ pid } = { pid: 0 }] = await acting<{ pid: number }[]>`
        select pg_backend_pid() as pid from conversations where id = ${conversation_id} for no key update`;
      removed = rpc(owner.db, 'remove_member', { chatbot_id, user_id: agent.id });
      await somebodyWaitsFor(sql, pid);
      await acting`update escalations set ask_count = ask_count + 1 where id = ${escalation_id}`;
    });
    await removed;
    const [found] = await sql`select claimed_by from escalations where id = ${escalation_id}`;
    expect(found).toEqual({ claimed_by: null });
  });
});
