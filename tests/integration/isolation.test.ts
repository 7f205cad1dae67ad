// Who sees and does what, tried over the real Data API: three tenants, everybody who is not theirs, every table and verb and every
// function, read from the catalogue. The guards are then taken away one by one, and each time the same tries must find the hole.
// On a stack of its own, because of that.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Sql } from 'postgres';
import type { Stack } from '../../supabase/local/index.ts';
import { argumentsFor, routinesOf, tablesOf, type Routine, type Table } from '../support/catalogue.ts';
import { connectSql, rpc, signUp, type Person } from '../support/clients.ts';
import { ask, callLeaks, reachesOut, tableLeaks, type Actor } from '../support/outsider.ts';
import { describeStack, startOwnStack, type TestStack } from '../support/own-stack.ts';
import { newTeam, newTenant, snapshot, type Role, type Team, type Tenant } from '../support/tenants.ts';
import { visit } from '../support/visitor.ts';

// Thousands of requests, on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 600_000 });

const OWNER_ONLY = ['delete_chatbot', 'set_member_role', 'transfer_chatbot'];
const ADMIN_ONLY =
  /^(save_(?!canned_reply|profile|push_device|quiet_hours)|read_bot|delete_(answer|webhook)|import_|compare_answers|invite_|withdraw_|remove_(?!push_device)|create_api|revoke_|add_webhook|update_webhook|rotate_|send_test|redeliver|preview_|try_(?!push_device)|lift_|(end_)?alert_test)/;
const ROLES: Role[] = ['agent', 'admin', 'owner'];
// Seen by those who may hand out access, and by the reader alone.
const NOT_FOR_AGENTS = ['api_keys', 'bots', 'chatbot_invites', 'delivery_attempts', 'webhook_endpoints'];
// Where keys are kept, what proves them, and what only the sender needs: read by nobody, not even the owner.
const NOT_FOR_PEOPLE: Record<string, string[]> = {
  alert_channels: ['secret_id'],
  api_keys: ['key_hash'],
  bots: ['api_key_secret_id'],
  chatbot_invites: ['token_hash'],
  deliveries: ['lease_token', 'leased_until'],
  push_devices: ['endpoint', 'p256dh', 'auth'],
  webhook_endpoints: ['secret_id', 'previous_secret_id'],
};

let running: Stack;
let stack: TestStack;
let sql: Sql;
let tables: Table[];
let routines: Routine[];
let teams: Team[];
let tenants: Tenant[];
let outsiders: Actor[];
let stranger: Actor;

beforeAll(async () => {
  running = await startOwnStack({ seed: false });
  stack = describeStack(running);
  sql = connectSql(stack);
  // Nobody sweeps and nothing rings, so that whatever changes was changed by the caller.
  await sql`select cron.unschedule(jobname) from cron.job`;
  await sql`delete from vault.secrets where name = 'project_url'`;
  teams = await Promise.all([newTeam(stack), newTeam(stack), newTeam(stack)]);
  tenants = [];
  for (const team of teams) tenants.push(await newTenant(sql, team));
  [tables, routines] = await Promise.all([tablesOf(sql), routinesOf(sql)]);
  stranger = await actor('a stranger', await signUp(stack));
  outsiders = [
    { name: 'a visitor', is_person: false },
    // A token of the widget opens its own conversation at the edge function, and nothing here.
    {
      name: 'a visitor with a token',
      is_person: false,
      token: (await visit(stack.api_url, victim().chatbotId)).token,
    },
    stranger,
    ...(await Promise.all(ROLES.map((role) => actor(`the ${role} of another`, teams[1]![role])))),
    await removed('agent'),
    await removed('admin'),
  ];
}, 240_000);

afterAll(async () => {
  await sql.end({ timeout: 1 });
  await running.stop();
});

const victim = () => tenants[0]!;
const people = () => routines.filter(({ is_for_people }) => is_for_people);

async function actor(name: string, { db }: Person): Promise<Actor> {
  const { data } = await db.auth.getSession();
  return { name, token: data.session!.access_token, is_person: true };
}

/** Somebody who was on the victim's team a moment ago and still holds the token of then. */
async function removed(role: 'agent' | 'admin'): Promise<Actor> {
  const person = await signUp(stack);
  const { chatbotId } = victim();
  await sql`insert into public.chatbot_members (chatbot_id, user_id, role) values (${chatbotId}, ${person.id}, ${role})`;
  expect(await rpc(person.db, 'my_chatbots')).toHaveLength(1);
  await rpc(teams[0]!.owner.db, 'remove_member', { chatbot_id: chatbotId, user_id: person.id });
  return await actor(`a removed ${role}`, person);
}

/** Tries everybody, and adds what changed in the tenant meanwhile to what they got. */
async function leaksOf(tries: (outsider: Actor) => Promise<string[]>, from = outsiders): Promise<string[]> {
  const before = await snapshot(sql, tenants);
  const leaks = (await Promise.all(from.map(tries))).flat();
  const after = await snapshot(sql, tenants);
  const changed = Object.keys(before).filter((table) => before[table] !== after[table]);
  return [...leaks, ...changed.map((table) => `${table} has changed`)];
}

/** Runs with the database changed, and puts it back. */
async function without<T>(change: string, back: string, run: () => Promise<T>): Promise<T> {
  await sql.unsafe(change);
  try {
    return await run();
  } finally {
    await sql.unsafe(back);
  }
}

describe('tables', () => {
  it('show each member the rows of their own chatbots, and some in every table', async () => {
    for (const { name, readable, owned_by } of tables) {
      for (const [index, team] of teams.entries()) {
        for (const role of ROLES) {
          const member = await actor(role, team[role]);
          const { text } = await ask(stack, member, 'GET', `${name}?select=${readable.join(',')}`);
          const seen = JSON.parse(text) as Record<string, string | null>[];
          const isHidden = role === 'agent' && NOT_FOR_AGENTS.includes(name);
          const mine = seen.filter((row) => row[owned_by!] !== null);
          expect(mine.length > 0, `${role} sees rows of ${name}: ${text.slice(0, 100)}`).toBe(!isHidden);
          if (owned_by === 'user_id') continue;
          expect(new Set(mine.map((row) => row[owned_by!]))).toEqual(
            new Set(isHidden ? [] : [tenants[index]!.chatbotId]),
          );
        }
      }
    }
  });

  it('show each role the columns that its pages show, and no other', async () => {
    const [team, { chatbotId }] = [teams[0]!, victim()];
    for (const { name, columns, owned_by } of tables) {
      for (const role of ROLES) {
        const member = await actor(role, team[role]);
        const whose = owned_by === 'user_id' ? team[role].id : chatbotId;
        for (const column of columns) {
          const path = `${name}?select=${column}&${owned_by}=eq.${whose}&limit=1`;
          const { status, code, text } = await ask(stack, member, 'GET', path);
          const seen = status === 200 ? (JSON.parse(text) as object[]).length : code;
          const isHidden = role === 'agent' && NOT_FOR_AGENTS.includes(name);
          const expected = NOT_FOR_PEOPLE[name]?.includes(column) ? '42501' : isHidden ? 0 : 1;
          expect(seen, `${role} reads ${name}.${column}`).toBe(expected);
        }
      }
    }
  });

  it('show an agent the attempts at mail, and of webhooks the host alone', async () => {
    const { chatbotId, mark, ids } = victim();
    const [mail] = await sql<{ id: string }[]>`
      select id from public.deliveries where chatbot_id = ${chatbotId} and kind = 'email' limit 1`;
    await sql`insert into public.delivery_attempts (delivery_id, chatbot_id, number) values (${mail!.id}, ${chatbotId}, 1)`;
    const agent = await actor('agent', teams[0]!.agent);
    const { text } = await ask(stack, agent, 'GET', 'delivery_attempts?select=delivery_id,request');
    expect(JSON.parse(text)).toEqual([{ delivery_id: mail!.id, request: null }]);
    await sql`delete from public.delivery_attempts where delivery_id = ${mail!.id}`;
    const addresses = async (role: Role) => {
      const { deliveries } = await rpc<{ deliveries: { endpoint_url: string | null }[] }>(
        teams[0]![role].db,
        'read_case',
        { conversation_id: ids['conversations'] },
      );
      return deliveries.flatMap(({ endpoint_url }) => endpoint_url ?? []);
    };
    expect(await addresses('agent')).toEqual(['https://hooks.example.com']);
    expect(await addresses('admin')).toEqual([`https://hooks.example.com/${mark}`]);
  });

  it('give outsiders nothing by any verb, and take nothing', async () => {
    expect(tables.length).toBeGreaterThanOrEqual(24);
    for (const table of tables) {
      expect(await leaksOf((outsider) => tableLeaks(stack, outsider, table, victim()))).toEqual([]);
    }
  });

  it('would give themselves away without any one of the policies', async () => {
    for (const table of tables) {
      const { name, policy } = table;
      expect(policy, `${name} has a policy`).not.toBeNull();
      const open = `alter policy "${policy!.name}" on public.${name} using (true)`;
      const close = `alter policy "${policy!.name}" on public.${name} using (${policy!.using})`;
      const leaks = await without(open, close, () => tableLeaks(stack, stranger, table, victim()));
      expect(leaks.join('\n'), name).toContain('reads the rows of');
    }
  });

  it('would give themselves away if people could write', async () => {
    const all = 'update, insert, delete on all tables in schema public';
    for (const table of tables) {
      const leaks = await without(`grant ${all} to authenticated`, `revoke ${all} from authenticated`, () =>
        tableLeaks(stack, stranger, table, victim()),
      );
      expect(leaks.join('\n'), table.name).toMatch(/not refused to PATCH[^]*not refused to DELETE/);
    }
  });

  it('of other schemas are not there at all', async () => {
    for (const schema of ['private', 'auth', 'vault', 'realtime', 'cron', 'net', 'extensions']) {
      for (const outsider of [...outsiders, await actor('the owner', teams[0]!.owner)]) {
        const answer = await ask(stack, outsider, 'GET', 'secrets', undefined, { 'accept-profile': schema });
        expect([401, 406], `${outsider.name} in ${schema}: ${answer.text}`).toContain(answer.status);
      }
    }
  });
});

describe('functions', () => {
  it('tell outsiders nothing about foreign ids, not even that they exist, and change nothing', async () => {
    expect(routines.length).toBeGreaterThanOrEqual(74);
    for (const routine of routines) {
      expect(await leaksOf((outsider) => callLeaks(stack, outsider, routine, victim()))).toEqual([]);
    }
  });

  it('do not reach foreign rows from a chatbot of one’s own', async () => {
    const home = tenants[1]!;
    const owner = await actor('the owner of another', teams[1]!.owner);
    const reaching = routines.filter(reachesOut).filter(({ is_for_people }) => is_for_people);
    expect(reaching.map(({ name }) => name)).toContain('save_answer');
    for (const routine of reaching) {
      expect(await callLeaks(stack, owner, routine, victim(), home)).toEqual([]);
    }
  });

  it('answer in the same order whether an id is foreign or missing', async () => {
    const { ids } = victim();
    const escalation_ids = [...Array.from({ length: 9 }, () => crypto.randomUUID()), ids['escalations']!];
    for (const name of ['resolve_many', 'undo_resolve_many', 'claim_many', 'assign_many']) {
      const body = { escalation_ids, ...(name === 'assign_many' && { user_id: victim().colleagueId }) };
      const { text } = await ask(stack, stranger, 'POST', `rpc/${name}`, body);
      const { skipped } = JSON.parse(text) as { skipped: { id: string }[] };
      expect(skipped.map(({ id }) => id)).toEqual(escalation_ids.toSorted());
    }
  });

  it('do for each role what it may, and refuse the roles below it', async () => {
    for (const routine of people()) {
      const needed: Role = OWNER_ONLY.includes(routine.name)
        ? 'owner'
        : ADMIN_ONLY.test(routine.name)
          ? 'admin'
          : 'agent';
      if (routine.name === 'accept_invite') continue;
      const tenant = await newTenant(sql, teams[0]!);
      const body = argumentsFor(routine, tenant);
      const before = await snapshot(sql, [tenant]);
      for (const role of ROLES.slice(0, ROLES.indexOf(needed))) {
        const answer = await ask(
          stack,
          await actor(role, teams[0]![role]),
          'POST',
          `rpc/${routine.name}`,
          body,
        );
        expect(answer.code, `${role} calls ${routine.name}: ${answer.text}`).toBe('FORBD');
      }
      expect(await snapshot(sql, [tenant]), routine.name).toEqual(before);
      // That it works for those who may is what makes the refusals above mean something.
      const allowed = await actor(needed, teams[0]![needed]);
      const answer = await ask(stack, allowed, 'POST', `rpc/${routine.name}`, body);
      expect(answer.status, `${needed} calls ${routine.name}: ${answer.text}`).toBeLessThan(300);
    }
  });

  it('would give themselves away without the question for the role', async () => {
    const [guard] = await sql<{ body: string }[]>`
      select pg_get_functiondef('private.require_role(uuid, public.member_role)'::regprocedure) as body`;
    const found: string[] = [];
    // A device is its person's, whatever teams they are on: there the question is who asks.
    const named = people().filter(
      ({ name, parameters }) =>
        !/push_(device|test)/.test(name) && parameters.some(({ name }) => /_ids?$|^id$/.test(name)),
    );
    for (const routine of named) {
      const tenant = await newTenant(sql, teams[0]!);
      const before = await snapshot(sql, [tenant]);
      const open = `create or replace function private.require_role(chatbot_id uuid, needed public.member_role default 'agent')
        returns public.member_role language sql stable set search_path = '' as $$ select 'owner'::public.member_role $$`;
      const leaks = await without(open, guard!.body, () => callLeaks(stack, stranger, routine, tenant));
      const isChanged = JSON.stringify(await snapshot(sql, [tenant])) !== JSON.stringify(before);
      if (leaks.length > 0 || isChanged) found.push(routine.name);
    }
    expect(found).toEqual(named.map(({ name }) => name));
  });

  it('of the dispatcher, the widget and the API would give themselves away if people could call them', async () => {
    for (const routine of routines.filter(({ is_for_people }) => !is_for_people)) {
      const { name } = routine;
      const leaks = await without(
        `grant execute on function public.${name} to authenticated`,
        `revoke execute on function public.${name} from authenticated`,
        () => callLeaks(stack, stranger, routine, victim()),
      );
      expect(leaks, name).toHaveLength(1);
    }
  });
});
