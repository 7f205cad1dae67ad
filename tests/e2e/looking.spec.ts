// Looking changes nothing: not a page, not a download's head, not the links in mails, which programs that check mail open before the
// person does, some with HEAD and some twice. All routes of the app are walked, as nobody and as a member.
import { readdirSync } from 'node:fs';
import { createHash, randomUUID } from 'node:crypto';
import { basename, dirname } from 'node:path';
import type { Sql } from 'postgres';
import { mailsTo } from '../support/outbox.ts';
import { converse, createTeam, expect, signUp, test, type Team } from './dashboard-stage.ts';
import { session } from './safety-stage.ts';
import { SENT } from './story.ts';

const LOOKS = ['HEAD', 'GET', 'GET', 'HEAD'];
/** How many addresses are looked at before the whole database is read again. */
const PATHS_BETWEEN = 8;

/** Every route that answers a GET, as its folder below src/routes. */
function routes(): string[] {
  const files = readdirSync('src/routes', { recursive: true, encoding: 'utf8' });
  const answering = files.filter((file) => /^\+(?:page(?:@.*)?\.svelte|server\.ts)$/.test(basename(file)));
  return [...new Set(answering.map(dirname))].sort();
}

function pathOf(route: string, names: Record<string, string>): string {
  const parts = route.split('/').filter((part) => !part.startsWith('(') && part !== '.');
  return `/${parts.map((part) => part.replace(/^\[(\w+)\]/, (_, name: string) => names[name] ?? name)).join('/')}`;
}

/** Everything that the database holds of these tenants and people: equal texts mean that nothing has changed. */
async function stateOf(sql: Sql, ids: string[]): Promise<Record<string, string>> {
  const tables = await sql<{ name: string }[]>`
    select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'private', 'auth') and c.relkind in ('r', 'p') and not c.relispartition
      -- What follows from other rows, and the clock makes in its own time: sums, and the chain.
      and c.oid <> 'private.tallies'::regclass and c.relname !~ '^chain_'`;
  const state = await sql.unsafe<{ name: string; rows: string }[]>(
    tables
      .map(
        ({ name }) =>
          `select '${name}' as name, string_agg(t::text, e'\\n' order by t::text) as rows from ${name} t where t::text ~ $1`,
      )
      .join(' union all '),
    [ids.join('|')],
  );
  return Object.fromEntries(state.map(({ name, rows }) => [name, rows]));
}

async function look(app: string, path: string, cookie = '', methods = LOOKS): Promise<Response[]> {
  const answers: Response[] = [];
  for (const method of methods) {
    const answer = await fetch(`${app}${path}`, { method, redirect: 'manual', headers: { cookie } });
    await answer.arrayBuffer();
    answers.push(answer);
  }
  return answers;
}

async function namesOf(sql: Sql, team: Team) {
  const conversation = await converse(sql, team.chatbot_id, { name: 'Vera Visitor' });
  const [message] = await sql<{ id: string }[]>`
    select id from messages where conversation_id = ${conversation} and role = 'assistant'`;
  const [answer] = await sql<{ id: string }[]>`
    insert into answers (chatbot_id, question, answer) values (${team.chatbot_id}, 'Where is my parcel?', 'On its way.') returning id`;
  const endpoint = await team.owner.db.rpc('add_webhook_endpoint', {
    chatbot_id: team.chatbot_id,
    url: 'https://hooks.example.com/in',
    events: ['conversation.resolved'],
    description: '',
  });
  const [alert] = await sql<{ id: string }[]>`
    select id from deliveries where conversation_id = ${conversation} and purpose = 'alert'`;
  return {
    chatbot: team.chatbot_id,
    conversation,
    delivery: alert!.id,
    act: 'claim',
    message: message!.id,
    answer: answer!.id,
    endpoint: (endpoint.data as { id: string }).id,
    token: 'a-token-that-nobody-has',
    action: 'resolve',
  };
}

test('looking at every page and every download’s head changes nothing, by GET and HEAD, twice', async ({
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const names = await namesOf(sql, team);
  const ids = [team.chatbot_id, team.owner.id, names.conversation];
  // Mail and events of the case go their own way, and are at rest before anybody looks.
  await expect
    .poll(
      () =>
        sql`select from deliveries where chatbot_id = ${team.chatbot_id} and status not in ('delivered', 'skipped')
          and purpose <> 'reminder'`,
      SENT,
    )
    .toHaveLength(0);
  const cookie = await cookieOf(stack.app_url, team);
  const before = await stateOf(sql, ids);
  const failures: string[] = [];
  const paths = routes().map((route) => pathOf(route, names));
  while (paths.length > 0) {
    const some = paths.splice(0, PATHS_BETWEEN);
    for (const path of some) {
      // What a download takes out of the house stands on the timeline, as it leaves. Its head takes nothing.
      const methods = /\.(csv|xlsx|zip)$/.test(path) ? ['HEAD'] : LOOKS;
      for (const who of ['', cookie]) {
        const answers = await look(stack.app_url, path, who, methods);
        for (const { status } of answers) if (status >= 500) failures.push(`${path} ${status}`);
      }
    }
    const after = await stateOf(sql, ids);
    for (const [table, rows] of Object.entries(after)) {
      if (rows !== before[table]) failures.push(`one of ${some.join(', ')} changed ${table}`);
      before[table] = rows;
    }
  }
  expect(failures).toEqual([]);
});

/** The session cookies of the team's owner, as their browser would send them. */
async function cookieOf(app: string, { owner }: Team): Promise<string> {
  return (await session(app, owner.email, owner.password)).cookie;
}

test('a program that opens the links in a mail leaves each of them good for the person', async ({
  page,
  stack,
  sql,
}) => {
  const linkIn = async (email: string, pattern: RegExp) => {
    let link = '';
    await expect
      .poll(async () => {
        const [mail] = await mailsTo(stack, email);
        return (link = pattern.exec(mail?.TextBody ?? '')?.[0] ?? '');
      }, SENT)
      .not.toBe('');
    return link.replace(stack.app_url, '');
  };
  const scan = async (link: string) => {
    for (const answer of await look(stack.app_url, link)) {
      expect(answer.status, link).toBe(200);
      // A session that came with a look would be the scanner's.
      expect(answer.headers.getSetCookie().join()).not.toContain('sb-');
    }
  };
  const lines: [string, (email: string) => Promise<string>, string, RegExp][] = [
    [
      'Sign in',
      async (email) => {
        await signOn(email, 'Send me a sign-in link');
        return await linkIn(email, /http\S+\/callback\S+/);
      },
      'Sign in',
      /\/dashboard/,
    ],
    [
      'Choose a new password',
      async (email) => {
        await signOn(email, 'Choose a new password');
        return await linkIn(email, /http\S+\/callback\S+/);
      },
      'Continue',
      /\/account/,
    ],
    [
      'Confirm your address',
      async (email) => {
        // As Auth leaves an account that has been told to confirm its address.
        const hash = createHash('sha224').update(randomUUID()).digest('hex');
        await sql`update auth.users set email_confirmed_at = null, confirmation_token = ${hash}, confirmation_sent_at = now()
          where email = ${email}`;
        return `/callback?next=%2Fdashboard&token_hash=${hash}&type=signup`;
      },
      'Confirm my address',
      /\/dashboard/,
    ],
  ];
  const signOn = async (email: string, button: string) => {
    await page.goto('/recover');
    await page.getByLabel('E-mail').fill(email);
    await page.getByRole('button', { name: button }).click();
    await expect(page.getByRole('heading', { name: 'Check your inbox' })).toBeVisible();
  };
  for (const [heading, ask, button, target] of lines) {
    const person = await signUp(stack, 'Scanned Sam');
    const link = await ask(person.email);
    await scan(link);
    await page.context().clearCookies();
    await page.goto(link);
    await expect(page.getByRole('heading', { name: heading })).toBeVisible();
    await page.getByRole('button', { name: button }).click();
    await expect(page).toHaveURL(target);
    await page.goto('about:blank');
    await page.context().clearCookies();
  }
  const team = await createTeam(stack, sql);
  const person = await signUp(stack, 'Invited Ida');
  await team.owner.db.rpc('invite_member', {
    chatbot_id: team.chatbot_id,
    email: person.email,
    role: 'agent',
  });
  const link = await linkIn(person.email, /http\S+\/invite\/[\w-]+/);
  await scan(link);
  await page.goto(`/login?next=${encodeURIComponent(link)}`);
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('button', { name: 'Join the team' }).click();
  await expect(page).toHaveURL(team.desk);
});

test('the code in the mail signs in on the device that asked, and a wrong one says so', async ({
  page,
  stack,
}) => {
  const person = await signUp(stack, 'Code Cody');
  await page.goto('/recover');
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByRole('button', { name: 'Choose a new password' }).click();
  await page.getByLabel('Code from the e-mail').fill('000 000');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('alert')).toHaveText('That code is wrong, has expired or was already used.');
  let code = '';
  await expect
    .poll(async () => {
      const [mail] = await mailsTo(stack, person.email);
      return (code = /: (\d{6})\b/.exec(mail?.TextBody ?? '')?.[1] ?? '');
    }, SENT)
    .not.toBe('');
  await page.getByLabel('Code from the e-mail').fill(`${code.slice(0, 3)} ${code.slice(3)}`);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page).toHaveURL(/\/account/);
  await expect(page.getByLabel('Current password')).toHaveCount(0);
});
