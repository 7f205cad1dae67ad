// Getting in: the way back to where one wanted to go, what does not exist and what is somebody else's, and the mails.
import { converse, createTeam, expect, fillLogin, signUp, test } from './dashboard-stage.ts';

test('a deep link survives the login page and opens its conversation', async ({ page, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const id = await converse(sql, team.chatbot_id, {
    name: 'Vera Visitor',
    question: 'My lamp arrived broken',
  });
  await page.goto(`${team.desk}?conv=${id}`);
  await expect(page).toHaveURL(/\/login\?next=/);
  await fillLogin(page, team.agent);
  await expect(page).toHaveURL(`${team.desk}?conv=${id}`);
  await expect(page.getByRole('heading', { name: 'Vera Visitor' })).toBeVisible();
  await expect(page.getByRole('log')).toContainText('My lamp arrived broken');
});

test('a deep link opens a conversation that the filter hides', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const id = await converse(sql, team.chatbot_id, { name: 'Rita Resolved' });
  await sql`update escalations set status = 'resolved' where conversation_id = ${id}`;
  const page = await enter(team.agent);
  await page.goto(`${team.desk}?conv=${id}`);
  await expect(page.getByRole('heading', { name: 'Rita Resolved' })).toBeVisible();
  await expect(page.locator(`[data-case="${id}"]`)).toHaveCount(0);
});

test('a wrong password says so and keeps the address', async ({ page, stack }) => {
  const person = await signUp(stack, 'Pat Person');
  await page.goto('/login');
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password').fill('not-the-password');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('don’t match');
  await expect(page.getByLabel('E-mail')).toHaveValue(person.email);
});

test('what is somebody else’s and what does not exist answer with the same bytes', async ({
  enter,
  stack,
  sql,
}) => {
  const [mine, other] = await Promise.all([createTeam(stack, sql), createTeam(stack, sql)]);
  const theirs = await converse(sql, other.chatbot_id);
  const page = await enter(mine.agent);
  const context = page.context();
  const none = '00000000-0000-4000-8000-000000000000';
  const read = async (path: string, headers: Record<string, string> = {}) => {
    const response = await context.request.get(path, { headers });
    return { status: response.status(), body: await response.text() };
  };
  const pairs: [string, string, Record<string, string>?][] = [
    [`/dashboard/chatbots/${other.chatbot_id}/human-support`, `/dashboard/chatbots/${none}/human-support`],
    [
      `/dashboard/chatbots/${other.chatbot_id}/embed/human-support`,
      `/dashboard/chatbots/${none}/embed/human-support`,
    ],
    [`${mine.desk}?conv=${theirs}`, `${mine.desk}?conv=${none}`],
    [`${mine.desk}?conv=${theirs}`, `${mine.desk}?conv=not-a-uuid`],
    [`${other.desk}/export.csv`, `/dashboard/chatbots/${none}/human-support/export.csv`],
    [
      `${mine.desk}/conversations/${theirs}`,
      `${mine.desk}/conversations/${none}`,
      { accept: 'application/json' },
    ],
    [
      `${mine.desk}/conversations/${theirs}/export.csv`,
      `${mine.desk}/conversations/${none}/export.csv`,
      { accept: 'application/json' },
    ],
  ];
  for (const [foreign, missing, headers] of pairs) {
    const [a, b] = [await read(foreign, headers), await read(missing, headers)];
    expect(a.status, foreign).toBe(404);
    expect(a, foreign).toEqual(b);
  }
  await page.goto(`${mine.desk}?conv=${theirs}`);
  await expect(page.getByRole('heading', { name: 'Nothing to see here' })).toBeVisible();
});

test('next never leaves our origin', async ({ enter, stack }) => {
  const person = await signUp(stack, 'Nora Next');
  const context = (await enter(person)).context();
  const hostile = [
    'https://evil.example',
    '//evil.example',
    '///evil.example',
    '////evil.example',
    '/\\evil.example',
    '\\/evil.example',
    '\\\\evil.example',
    '/\\/evil.example',
    '/%09/evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/\r/evil.example',
    '\t//evil.example',
    ' //evil.example',
    ' https://evil.example',
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    'http:evil.example',
    'https:evil.example',
    'https:/evil.example',
    'https:///evil.example',
    '@evil.example',
    '/@evil.example/..//x',
    '//evil.example/%2f..',
    '/..//evil.example',
    '/.//evil.example',
    '/./\\evil.example',
    '/%2f/evil.example',
    '/%5cevil.example',
    '%2f%2fevil.example',
    '/\u0000/evil.example',
    '/\u00ad/evil.example',
    '／／evil.example',
    '/／evil.example',
    '//evil%E3%80%82example',
    '//evil.example:443',
    '//user@evil.example',
    '//user:pass@evil.example',
    '//[::1]',
    '//127.0.0.1:1',
    '/\u2028/evil.example',
    'ftp://evil.example',
    'ws://evil.example',
    'blob:https://evil.example/x',
    'file:///etc/passwd',
    'mailto:a@evil.example',
    'tel:1',
    '?next=//evil.example',
    '#//evil.example',
    '.',
    '..',
    '../..',
    'dashboard',
    'evil.example',
    '',
    ' ',
    '/\\\\evil.example',
    '/ /evil.example',
    '/\x0b/evil.example',
    '/\x7f/evil.example',
    '//;@evil.example',
    '//evil.example#',
    '//evil.example?',
    '/;//evil.example',
  ];
  expect(hostile.length).toBeGreaterThanOrEqual(60);
  for (const next of hostile) {
    const response = await context.request.get(`/login?next=${encodeURIComponent(next)}`, {
      maxRedirects: 0,
    });
    expect(response.status(), JSON.stringify(next)).toBe(303);
    const target = new URL(response.headers()['location'] ?? '', stack.app_url);
    expect(target.origin, JSON.stringify(next)).toBe(new URL(stack.app_url).origin);
  }
});

test('somebody new signs up, makes a chatbot, is told what is next, and sees an empty desk', async ({
  page,
}) => {
  await page.goto('/');
  await page.getByRole('link', { name: 'Create an account' }).click();
  await expect(page.getByLabel('E-mail')).toHaveValue('');
  await page.getByLabel('Your name').fill('Nina Newcomer');
  await page.getByLabel('E-mail').fill(`nina.${crypto.randomUUID().slice(0, 8)}@example.test`);
  await page.getByLabel('Password').fill('a-long-password');
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('heading', { name: 'Create your first chatbot' })).toBeVisible();
  await page.getByLabel('Chatbot name').fill('Nina’s shop');
  await page.getByRole('button', { name: 'Create chatbot' }).click();
  await expect(page.getByRole('heading', { name: 'Run a test escalation' })).toBeVisible();
  await page.getByRole('link', { name: 'Human Support', exact: true }).click();
  await expect(page.getByText('Nothing waiting', { exact: true })).toBeVisible();
  await expect(page.locator('[data-figure="population"] .value')).toHaveText('—');
});

test('a link by mail signs in, once, and leads back to where it was asked from', async ({
  page,
  stack,
  sql,
  request,
}) => {
  const team = await createTeam(stack, sql);
  await page.goto(team.desk);
  await page.getByRole('link', { name: /Sign in by e-mail/ }).click();
  // The page before has a field of the same name.
  await expect(page.getByRole('heading', { name: 'Sign in by e-mail' })).toBeVisible();
  await page.getByLabel('E-mail').fill(team.agent.email);
  await page.getByRole('button', { name: 'Send me a sign-in link' }).click();
  await expect(page.getByRole('heading', { name: 'Check your inbox' })).toBeVisible();
  let link = '';
  await expect(async () => {
    const answer = await request.get(
      `${stack.mailbox_url}/messages?recipient=${encodeURIComponent(team.agent.email)}`,
    );
    const { Messages } = (await answer.json()) as { Messages: { TextBody: string; HtmlBody?: string }[] };
    const body = Messages.map(({ TextBody, HtmlBody }) => `${TextBody} ${HtmlBody ?? ''}`)
      .join(' ')
      .replaceAll('&amp;', '&');
    link = /https?:\/\/[^\s"'<>)]+(?:verify|callback|token)[^\s"'<>)]*/.exec(body)?.[0] ?? '';
    expect(link).not.toBe('');
  }).toPass();
  await page.goto(link);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(new RegExp(`${team.desk}$`));
  // A desk that is still open would notice the loss and go to the login page by itself.
  await page.goto('about:blank');
  await page.context().clearCookies();
  await page.goto(link);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/login/);
});

test('signing out ends the session on this device', async ({ enter, stack }) => {
  const person = await signUp(stack, 'Otto Out');
  const page = await enter(person);
  await page.goto('/dashboard');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('/');
  await page.goto('/dashboard');
  await expect(page).toHaveURL(/\/login\?next=%2Fdashboard/);
});

test('cookies are out of reach of scripts, and no page allows inline ones', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  const context = page.context();
  const session = (await context.cookies()).filter(({ name }) => name.startsWith('sb-'));
  expect(session.length).toBeGreaterThan(0);
  for (const cookie of session) expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
  for (const path of ['/dashboard', team.desk, '/account', '/login', '/']) {
    const policy = (await context.request.get(path)).headers()['content-security-policy'] ?? '';
    const scripts = /script-src ([^;]*)/.exec(policy)?.[1] ?? '';
    expect(scripts, path).not.toContain('unsafe-inline');
    expect(policy, path).toContain("frame-ancestors 'none'");
  }
  await page.goto('/dashboard');
  expect(await page.evaluate(() => document.cookie)).not.toContain('sb-');
});
