// What keeps people apart and other sites out, at every address of the app: the same 404 for what is foreign and what is missing,
// no posts from elsewhere, headers on every kind of answer, cookies no script can read, and a way back that stays here.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../../supabase/local/ports.ts';
import { converse, createTeam, signUp, type Person, type Team } from './dashboard-stage.ts';
import { addresses, bodyOf, everythingOf, fill, session, type Address } from './safety-stage.ts';
import { expect, test, type StackFile } from './story.ts';

// Hundreds of requests each, on a machine that may be busy with other tests.
test.describe.configure({ timeout: 400_000 });

const ELSEWHERE = 'https://evil.example';
const FORMS = ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain'];
const MARK = 'only-the-other-team-knows';
const none = () => crypto.randomUUID();
/** The chat's own page is for visitors: it says what every page with the widget says. */
const isOfChatbot = ({ path }: Address) => path.includes('[chatbot]') && !path.startsWith('/chat/');

const enter = (stack: StackFile, { email, password }: Person) => session(stack.app_url, email, password);

/** Each way to ask an address: the page, its data, each form action, each method of an endpoint. */
function ways(address: Address): { suffix: string; method: string }[] {
  if (address.kind === 'endpoint') return address.methods.map((method) => ({ suffix: '', method }));
  return [
    { suffix: '', method: 'GET' },
    { suffix: '/__data.json', method: 'GET' },
    ...address.actions.map((name) => ({ suffix: name === 'default' ? '' : `?/${name}`, method: 'POST' })),
  ];
}

const ACTIONS = [
  'open',
  'resolve',
  'undo',
  'reopen',
  'claim',
  'release',
  'assign',
  'reply',
  'note',
  'hand-back',
  'x',
];

function* targets(address: Address): Generator<string> {
  if (!address.path.includes('[action]')) yield address.path;
  else for (const action of ACTIONS) yield address.path.replace('[action]', action);
}

async function world(stack: StackFile, sql: Parameters<typeof createTeam>[1]) {
  const [mine, other] = await Promise.all([createTeam(stack, sql), createTeam(stack, sql)]);
  await sql`update chatbots set name = ${MARK}, greeting = ${MARK} where id = ${other.chatbot_id}`;
  const conversation = await converse(sql, other.chatbot_id, { question: MARK });
  const [escalation] = await sql<
    { id: string }[]
  >`select id from escalations where conversation_id = ${conversation}`;
  const [answer] = await sql<{ id: string }[]>`
    insert into answers (chatbot_id, question, answer) values (${other.chatbot_id}, 'Q', 'A') returning id`;
  const [mail] = await sql<{ id: string }[]>`
    insert into inbound_mails (chatbot_id, conversation_id, provider_message_id, from_email, status, text, whole)
    values (${other.chatbot_id}, ${conversation}, gen_random_uuid(), 'wanda@visitor.example', 'unverified', ${MARK}, ${MARK})
    returning id`;
  const { data, error } = await other.owner.db.rpc('add_webhook_endpoint', {
    chatbot_id: other.chatbot_id,
    url: 'https://hooks.example.com/x',
    events: ['conversation.escalated'],
  });
  if (error) throw error;
  const { id: endpoint } = data as { id: string };
  const foreign = {
    conversation,
    answer: answer!.id,
    escalation_id: escalation!.id,
    endpoint,
    mail: mail!.id,
    id: answer!.id,
  };
  return { mine, other, foreign };
}

const missing = () => ({
  conversation: none(),
  answer: none(),
  endpoint: none(),
  mail: none(),
  escalation_id: none(),
  delivery: none(),
  act: 'claim',
  id: none(),
});

async function state(sql: Parameters<typeof createTeam>[1], { chatbot_id }: Team): Promise<unknown> {
  return await sql`select
    (select md5(string_agg(c::text, '' order by id)) from conversations c where chatbot_id = ${chatbot_id}) as conversations,
    (select md5(string_agg(e::text, '' order by id)) from escalations e where chatbot_id = ${chatbot_id}) as escalations,
    (select md5(string_agg(t::text, '' order by id)) from timeline_entries t where chatbot_id = ${chatbot_id} and actor_id is not null) as timeline,
    (select count(*) from private.list_exports where chatbot_id = ${chatbot_id}) as exports,
    (select md5(string_agg(a::text, '' order by id)) from answers a where chatbot_id = ${chatbot_id}) as answers,
    (select md5(c::text) from chatbots c where id = ${chatbot_id}) as chatbot,
    (select md5(s::text) from human_support_settings s where chatbot_id = ${chatbot_id}) as settings,
    (select count(*) from messages where chatbot_id = ${chatbot_id}) as messages`;
}

test('a foreign chatbot is answered with the bytes of a missing one, at every address and in every way', async ({
  stack,
  sql,
}) => {
  const { mine, other, foreign } = await world(stack, sql);
  const before = await state(sql, other);
  let compared = 0;
  for (const person of [mine.owner, mine.agent]) {
    const { ask } = await enter(stack, person);
    const about = async (path: string, address: Address, method: string, ids: Record<string, string>) =>
      everythingOf(await ask(path, { method, ...bodyOf(address, method, ids) }));
    for (const address of addresses().filter(isOfChatbot)) {
      for (const path of targets(address)) {
        for (const { suffix, method } of ways(address)) {
          const ids = { user_id: none(), text: 'x' };
          const theirs = { ...foreign, ...ids };
          const nobodys = { ...missing(), ...ids };
          const [a, b] = await Promise.all([
            about(fill(path, { ...theirs, chatbot: other.chatbot_id }) + suffix, address, method, theirs),
            about(fill(path, { ...nobodys, chatbot: none() }) + suffix, address, method, nobodys),
          ]);
          const where = `${method} ${path}${suffix}`;
          // A redirect repeats the address that was asked for; what it leads to is compared at its own turn.
          if (a.status === 307) expect(b.status, where).toBe(307);
          else expect(a, where).toEqual(b);
          expect(a.body.includes(MARK), where).toBe(false);
          compared += 1;
        }
      }
    }
  }
  expect(compared).toBeGreaterThan(80);
  expect(await state(sql, other)).toEqual(before);
});

test('a foreign case, answer or endpoint is no different from a missing one, below a chatbot of one’s own', async ({
  stack,
  sql,
}) => {
  const { mine, other, foreign } = await world(stack, sql);
  const before = await state(sql, other);
  const { ask } = await enter(stack, mine.owner);
  const nested = addresses().filter(({ path }) => /\[chatbot\].*\[/.test(path));
  expect(nested.length).toBeGreaterThanOrEqual(4);
  for (const address of nested) {
    for (const path of targets(address)) {
      for (const { suffix, method } of ways(address)) {
        const about = async (ids: Record<string, string>) => {
          const all = { ...ids, chatbot: mine.chatbot_id, user_id: mine.owner.id, text: 'x' };
          return everythingOf(
            await ask(fill(path, all) + suffix, { method, ...bodyOf(address, method, all) }),
          );
        };
        const a = await about(foreign);
        expect(a, `${method} ${path}${suffix}`).toEqual(await about(missing()));
      }
    }
  }
  for (const suffix of ['', '/__data.json']) {
    const deep = async (id: string) => everythingOf(await ask(`${mine.desk}${suffix}?conv=${id}`));
    const theirs = await deep(foreign.conversation);
    expect(theirs).toEqual(await deep(none()));
    expect(theirs).toEqual(await deep('not-a-uuid'));
  }
  expect(await state(sql, other)).toEqual(before);
});

test('nothing is done for a post from another site, whatever its type, nor from a file', async ({
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const conversation = await converse(sql, team.chatbot_id);
  const before = await state(sql, team);
  const { ask } = await enter(stack, team.owner);
  const parameters = { ...missing(), chatbot: team.chatbot_id, conversation, token: 'x' };
  for (const address of addresses()) {
    for (const method of address.methods.filter((one) => one !== 'GET')) {
      for (const path of targets(address)) {
        const url = fill(path, parameters);
        for (const origin of [ELSEWHERE, 'null', `${stack.app_url}.evil.example`]) {
          for (const type of FORMS) {
            const { status } = await ask(url, {
              method,
              headers: { origin, 'content-type': type },
              body: 'text=x',
            });
            expect(status, `${method} ${path} as ${type} from ${origin}`).toBe(403);
          }
        }
        // A browser sends a Blob without a type and asks nobody first.
        if (address.kind === 'endpoint' && !/logout/.test(path) && method !== 'DELETE') {
          const bare = await ask(url, {
            method,
            headers: { origin: ELSEWHERE },
            body: new Blob(['{"entries":[]}']),
          });
          expect([403, 404, 415], `${method} ${path} without a type`).toContain(bare.status);
        }
        // Any other type a browser asks about first, and is told nothing that would let it go on.
        const preflight = await ask(url, {
          method: 'OPTIONS',
          headers: { origin: ELSEWHERE, 'access-control-request-method': method },
        });
        expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
      }
    }
  }
  expect(await state(sql, team)).toEqual(before);
});

test('every kind of answer says how it may be used', async ({ stack, sql }) => {
  const team = await createTeam(stack, sql);
  const conversation = await converse(sql, team.chatbot_id);
  const { ask } = await enter(stack, team.owner);
  const json = { accept: 'application/json' };
  const answers: Record<string, Response> = {
    'a page': await ask(team.desk),
    'a page for everybody': await ask('/login'),
    'a page that is missing': await ask(`/dashboard/chatbots/${none()}/human-support`),
    'an address that is missing': await ask('/nothing/here'),
    'a redirect': await ask('/login?next=/account'),
    data: await ask(`${team.desk}/__data.json`),
    'the answer to a form': await ask('/account?/theme', {
      method: 'POST',
      body: new URLSearchParams({ theme: 'pink' }),
    }),
    'an endpoint': await ask(`${team.desk}/overview`, { headers: json }),
    'a refusal': await ask(`${team.desk}/conversations/${none()}`, { headers: json }),
    'a wrong method': await ask(`${team.desk}/overview`, { method: 'PUT', headers: json }),
    'a download': await ask(`${team.desk}/export.csv`),
    'a transcript': await ask(`${team.desk}/conversations/${conversation}/export.csv`),
    'the token for Realtime': await ask('/session/token', { headers: json }),
  };
  for (const [what, { headers }] of Object.entries(answers)) {
    expect(headers.get('x-content-type-options'), what).toBe('nosniff');
    expect(headers.get('referrer-policy'), what).toBe('strict-origin-when-cross-origin');
    expect(headers.get('cross-origin-opener-policy'), what).toBe('same-origin');
    expect(headers.get('cache-control'), what).toMatch(/no-store/);
    expect(headers.get('access-control-allow-origin'), what).toBeNull();
    expect(headers.get('x-powered-by') ?? headers.get('server'), what).toBeNull();
    if (!headers.get('content-type')?.startsWith('text/html')) continue;
    const policy = headers.get('content-security-policy') ?? '';
    const rules = new Map(policy.split(';').map((rule) => [rule.trim().split(' ')[0], rule]));
    for (const name of ['default-src', 'base-uri', 'frame-ancestors'])
      expect(rules.get(name), what).toContain("'none'");
    expect(rules.get('script-src'), what).not.toMatch(/unsafe|https?:|data:|\*/);
    expect(rules.get('form-action'), what).toContain("'self'");
  }
  expect(answers['a download']!.headers.get('content-disposition')).toMatch(
    /^attachment; filename="[\w.-]+"$/,
  );
});

test('the session’s cookies are for this host’s server alone, and over https never sent without it', async ({
  stack,
}) => {
  const person = await signUp(stack, 'Sam Secure');
  const plain = await enter(stack, person);
  expect(plain.cookies.filter((set) => set.startsWith('sb-')).length).toBeGreaterThan(0);
  for (const set of plain.cookies) expect(set).toMatch(/; Path=\/; HttpOnly; SameSite=Lax$/i);

  const port = await freePort();
  const origin = 'https://handoff.example';
  const app = spawn(process.execPath, ['build'], {
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: String(port),
      ORIGIN: origin,
      PUBLIC_SUPABASE_URL: stack.api_url,
      PUBLIC_SUPABASE_PUBLISHABLE_KEY: stack.publishable_key,
    },
    stdio: 'ignore',
  });
  try {
    const url = `http://127.0.0.1:${port}`;
    await expect
      .poll(
        () =>
          fetch(url).then(
            ({ status }) => status,
            () => 0,
          ),
        { timeout: 60_000 },
      )
      .toBe(200);
    const answer = await fetch(`${url}/login`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin },
      body: new URLSearchParams({ email: person.email, password: person.password }),
    });
    expect(answer.headers.getSetCookie().length).toBeGreaterThan(0);
    for (const set of answer.headers.getSetCookie()) expect(set).toMatch(/; Secure(;|$)/i);
    expect(answer.headers.get('strict-transport-security')).toMatch(/max-age=\d{8}/);
  } finally {
    app.kill();
    await once(app, 'exit');
  }
});

test('signing in, signing up and a mailed link lead back to our own pages alone', async ({ stack }) => {
  const person = await signUp(stack, 'Nora Next');
  const hosts = [
    'evil.example',
    'evil.example:443',
    'a@evil.example',
    '[::1]',
    '127.0.0.1:1',
    'evil。example',
  ];
  const heads = [
    'https://',
    '//',
    '///',
    '/\\',
    '\\\\',
    '/\t/',
    '/\n//',
    '/..//',
    '/.//',
    'http:',
    'https:/',
  ];
  const payloads = [
    ...heads.flatMap((head) => hosts.map((host) => head + host)),
    ...[
      'javascript:alert(1)',
      'data:text/html,x',
      '/\u0000/evil.example',
      '',
      '?',
      '#',
      '..',
      'evil.example',
      '/%2f%2fevil.example',
    ],
  ];
  expect(payloads.length).toBeGreaterThanOrEqual(60);
  const here = new URL(stack.app_url).origin;
  const tries: ((next: string) => Promise<Response>)[] = [
    async (next) => (await session(stack.app_url, person.email, person.password, next)).answer,
    (next) =>
      fetch(`${stack.app_url}/callback?token_hash=x&type=email&next=${encodeURIComponent(next)}`, {
        method: 'POST',
        redirect: 'manual',
        headers: { origin: here, accept: 'text/html' },
        body: new URLSearchParams(),
      }),
  ];
  const check = async (next: string, attempt: (next: string) => Promise<Response>) => {
    const answer = await attempt(next);
    expect(answer.status, JSON.stringify(next)).toBe(303);
    const target = new URL(answer.headers.get('location') ?? '', stack.app_url);
    expect(target.origin, JSON.stringify(next)).toBe(here);
    // Where a refused link sends people on to after they have signed in after all.
    const onward = target.searchParams.get('next');
    if (onward !== null) expect(new URL(onward, here).origin, JSON.stringify(next)).toBe(here);
  };
  const AT_ONCE = 6;
  for (let at = 0; at < payloads.length; at += AT_ONCE) {
    const some = payloads.slice(at, at + AT_ONCE);
    await Promise.all(some.flatMap((next) => tries.map((attempt) => check(next, attempt))));
  }
});
