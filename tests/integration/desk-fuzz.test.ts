// The triage page's state against the real database, on a line that loses, doubles, delays and reorders what it carries and is
// cut now and then, while other people and the person at the page change the cases. When the line is well again and the page has
// caught up, it must show what the database holds: rows, figures and transcript.
import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { Refused } from '../../src/lib/ask.ts';
import { CaseActions } from '../../src/routes/(app)/dashboard/chatbots/[chatbot]/human-support/case/case-actions.svelte.ts';
import type {
  Api,
  Overview,
} from '../../src/routes/(app)/dashboard/chatbots/[chatbot]/human-support/desk/api.ts';
import { Desk } from '../../src/routes/(app)/dashboard/chatbots/[chatbot]/human-support/desk/desk.svelte.ts';
import type { Case, CaseRow, Cursor, TriageStats, View } from '../../src/lib/server/cases.ts';
import type { MessageRow } from '../../src/lib/server/messages.ts';
import { Connection } from '../../src/lib/state/connection.svelte.ts';
import { Toasts } from '../../src/lib/state/toasts.svelte.ts';
import { BadLine, type Fate } from '../support/bad-line.ts';
import { rpc, signUp, type Person } from '../support/clients.ts';
import { sql, stack } from '../support/stack.ts';

const RUNS = Math.min(Number(process.env['FUZZ_RUNS'] ?? 12), 500);
// The short run is the same every time; the long one looks for what nobody thought of.
const SEED = process.env['FUZZ_RUNS'] ? Date.now() % 1_000_000 : 20_261_122;
const CASES = 64;
const ROWS = 50;

const fate = fc.constantFrom<Fate>('now', 'now', 'now', 'late', 'late', 'twice', 'lost');
const change = fc.record({
  at: fc.nat(CASES - 1),
  what: fc.constantFrom(
    'resolve',
    'resolve',
    'reopen',
    'ask',
    'message',
    'message',
    'claim',
    'release',
    'note',
  ),
});
const mine = fc.record({
  at: fc.nat(5),
  what: fc.constantFrom('open', 'open', 'toggle', 'claim', 'release', 'undo', 'reply', 'more', 'older'),
});
const step = fc.record({
  change,
  mine: fc.option(mine, { freq: 3 }),
  fates: fc.array(fate, { maxLength: 4 }),
  line: fc.constantFrom('well', 'well', 'well', 'well', 'cut', 'back', 'expired'),
  delivered: fc.nat(3),
  isTurned: fc.boolean(),
});
const schedule = fc.record({
  view: fc.record({
    filter: fc.constantFrom<View['filter']>('unresolved', 'resolved', 'all', 'total', 'population'),
    sort: fc.constantFrom<View['sort']>('newest', 'waiting'),
    days: fc.constantFrom<View['days']>(7, 30),
    search: fc.constantFrom('', '', '', 'parcel'),
  }),
  steps: fc.array(step, { minLength: 100, maxLength: 110 }),
});

describe('a desk on a bad line', () => {
  let me: Person;
  let colleague: Person;
  let chatbot_id: string;
  let ids: string[] = [];

  beforeAll(async () => {
    // The page is in the background: it marks nothing as read. Being sent to the login page ends nothing here.
    vi.stubGlobal('document', { visibilityState: 'hidden' });
    vi.stubGlobal('location', { reload: () => undefined });
    [me, colleague] = await Promise.all([signUp(stack), signUp(stack)]);
    // Nobody is to be told by mail: the dispatcher would go on changing receipts while we compare.
    await sql`update profiles set notify_escalation = false where user_id = ${me.id}`;
    chatbot_id = await rpc<string>(me.db, 'create_chatbot', { name: 'Far away' });
    await sql`insert into chatbot_members (chatbot_id, user_id, role) values (${chatbot_id}, ${colleague.id}, 'agent')`;
    const made = await sql<{ id: string }[]>`
      insert into conversations (chatbot_id) select ${chatbot_id} from generate_series(1, ${CASES}) returning id`;
    ids = made.map(({ id }) => id);
    await sql`insert into messages (conversation_id, role, text)
      select id, 'visitor', case when n % 3 = 0 then 'Where is my parcel?' else 'Hello?' end
      from unnest(${ids}::uuid[]) with ordinality as l (id, n)`;
    await sql`insert into escalations (conversation_id, trigger) select id, 'api' from unnest(${ids}::uuid[]) id`;
  });

  const list = (view: View, max_rows: number, after: Cursor | null = null) =>
    rpc<CaseRow[]>(me.db, 'list_cases', {
      chatbot_id,
      filter: view.filter,
      sort: view.sort,
      days: view.days,
      search: view.search || null,
      after_at: after?.at ?? null,
      after_id: after?.id ?? null,
      after_status: after?.status ?? null,
      max_rows,
    });
  const overview = async ({ search, ...view }: View, max_rows: number) => {
    const asked = { chatbot_id, ...view, search: search || null, max_rows };
    return { ...(await rpc<Overview>(me.db, 'triage_overview', asked)), now: Date.now() };
  };
  const messages = (conversation_id: string, page: { before_seq?: number; after_seq?: number }) =>
    rpc<MessageRow[]>(me.db, 'read_messages', {
      conversation_id,
      before_seq: page.before_seq ?? null,
      after_seq: page.after_seq ?? null,
      max_rows: page.after_seq === undefined ? 5 : 1000,
    });

  /** The page's way to its server, as its own addresses would answer, over the line. */
  function over(line: BadLine): Api {
    const asked = async <Answer>(question: () => Promise<Answer>): Promise<Answer> => {
      try {
        return await line.ask(question);
      } catch (error) {
        const { code = 'UNAVL', message, details } = error as Error & { code?: string; details?: string };
        throw new Refused(code, message, details ? JSON.parse(details) : null);
      }
    };
    const names: Record<string, string> = {
      resolve: 'resolve_escalation',
      undo: 'undo_resolve',
      reopen: 'reopen_escalation',
      claim: 'claim_escalation',
      release: 'release_escalation',
      reply: 'send_reply',
    };
    return {
      overview: (view: View, rows: number) => asked(() => overview(view, rows)),
      cases: (view: View, rows: number, after: Cursor) => asked(() => list(view, rows, after)),
      conversation: (id: string, after_seq: number | null = null) =>
        asked(async () => ({
          case: await rpc<Case>(me.db, 'read_case', { conversation_id: id }),
          messages: await messages(id, after_seq === null ? {} : { after_seq }),
        })),
      messagesBefore: (id: string, before_seq: number) => asked(() => messages(id, { before_seq })),
      act: (id: string, action: string, body: Record<string, unknown> = {}) =>
        asked(() => rpc(me.db, names[action]!, action === 'reply' ? { conversation_id: id, ...body } : body)),
    } as Partial<Api> as Api;
  }

  /** Another person's change, or the visitor's, and the notices it causes. */
  async function happen({ at, what }: { at: number; what: string }) {
    const id = ids[at]!;
    const [before] = await sql<{ id: string }[]>`select coalesce(max(id), 0) as id from timeline_entries`;
    if (what === 'message') {
      await sql`insert into messages (conversation_id, role, text) values (${id}, 'visitor', 'Still no parcel')`;
      return [{ type: 'message.received', conversation_id: id }];
    }
    if (what === 'note') {
      await rpc(colleague.db, 'add_note', { conversation_id: id, id: crypto.randomUUID(), text: 'Careful' });
    } else {
      await sql.begin(async (sql) => {
        // The case's lock first, as everybody else: the person at the page may be acting on it at this moment.
        const [{ episode } = { episode: '' }] = await sql<{ episode: string }[]>`
          select escalation_id as episode from conversations where id = ${id} for no key update`;
        if (what === 'resolve' || what === 'reopen') {
          await sql`update escalations set status = ${what === 'resolve' ? 'resolved' : 'open'}
            where id = ${episode} and status = ${what === 'resolve' ? 'open' : 'resolved'}`;
        } else if (what === 'ask') {
          const asked =
            await sql`update escalations set ask_count = ask_count + 1 where id = ${episode} and status = 'open'`;
          if (asked.count === 0)
            await sql`insert into escalations (conversation_id, trigger) values (${id}, 'intent')`;
        } else {
          const claimed_by = what === 'claim' ? colleague.id : null;
          await sql`update escalations set claimed_by = ${claimed_by}
            where id = ${episode} and claimed_by is distinct from ${claimed_by}`;
        }
      });
    }
    return await sql<{ type: string; conversation_id: string }[]>`
      select type, conversation_id from timeline_entries where chatbot_id = ${chatbot_id} and id > ${before!.id} order by id`;
  }

  /** What the person at the page does, on one of the first rows they see. */
  function press(desk: Desk, actions: CaseActions, { at, what }: { at: number; what: string }): void {
    const id = desk.triage.rows[at]?.id;
    if (what === 'open') void desk.open(id ?? null);
    else if (what === 'toggle') void actions.toggleResolved();
    else if (what === 'claim') void actions.claim();
    else if (what === 'release') void actions.release();
    else if (what === 'undo') desk.undos.undo();
    else if (what === 'reply') void actions.send('reply', 'On its way');
    else if (what === 'more') void desk.list.more();
    else void desk.cases.older();
  }

  async function run({
    view,
    steps,
  }: {
    view: View;
    steps: (typeof step extends fc.Arbitrary<infer T> ? T : never)[];
  }) {
    const line = new BadLine();
    const initial = await overview(view, ROWS);
    const desk: Desk = new Desk({
      api: over(line),
      view,
      initial,
      opened: null,
      zone: { name: 'UTC', changes: [[0, 0]] },
      connection: new Connection(),
      toasts: new Toasts(),
      me: { user_id: me.id, name: 'Me' },
      onArrival: () => undefined,
      conv: () => desk.selected,
      go: (conv) => void desk.open(conv),
      isBusy: () => false,
      pace: 0,
    });
    const actions = new CaseActions(desk);
    void desk.open(initial.rows[0]?.id ?? null);
    for (const { change, mine, fates, line: state, delivered, isTurned } of steps) {
      line.fates = fates;
      if (state === 'cut' || state === 'expired') line.isCut = true;
      if (state === 'back') {
        line.isCut = false;
        desk.catchUp();
      }
      if (mine) press(desk, actions, mine);
      for (const { type, conversation_id } of await happen(change))
        line.tell(() => desk.notice({ type, conversation_id, escalation_id: null, version: null }));
      line.deliver(delivered, isTurned);
    }
    // The line is well again; joining anew makes the page read again, and from then on it hears everything.
    const settled = async () => {
      for (let quiet = 0; quiet < 5; quiet = line.waiting > 0 ? 0 : quiet + 1) {
        line.mend();
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    };
    line.mend();
    await settled();
    desk.catchUp();
    await settled();
    return desk;
  }

  const comparable = ({ rows, stats }: { rows: CaseRow[]; stats: TriageStats }) => ({
    rows,
    // The window moves on while we look.
    stats: { ...stats, since: null, as_of: null },
  });

  it(
    `ends equal to the database after each of ${RUNS} random schedules of over 100 changes (seed ${SEED})`,
    { timeout: 60_000 + RUNS * 20_000 },
    async () => {
      const seen = { transcripts: 0 };
      // The database remembers: a schedule cannot be made smaller and tried again.
      for (const planned of fc.sample(schedule, { numRuns: RUNS, seed: SEED })) {
        const desk = await run(planned);
        const truth = await overview(planned.view, Math.max(desk.triage.loaded, 1));
        expect(comparable(desk.triage), JSON.stringify(planned.view)).toEqual(comparable(truth));
        if (desk.triage.is_complete) expect(await list(planned.view, 200)).toHaveLength(truth.rows.length);
        const { transcript } = desk.cases;
        if (transcript) {
          const { id } = transcript.case.conversation;
          const [found, all] = await Promise.all([
            rpc<Case>(me.db, 'read_case', { conversation_id: id }),
            messages(id, { after_seq: transcript.first_seq - 1 }),
          ]);
          expect(transcript.case).toEqual(found);
          expect(transcript.messages).toMatchObject(all);
          seen.transcripts += 1;
        }
        desk.close();
      }
      expect(seen.transcripts).toBeGreaterThan(RUNS / 10);
    },
  );
});
