// The scene of a dashboard story: a team with a chatbot of its own, conversations written through SQL as the product itself
// would write them, and browsers signed in as people. Nothing here is shared between stories.
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import type { Sql } from 'postgres';
import ws from 'ws';
import { followRequests } from './at-rest.ts';
import { expect, test as base, type StackFile } from './story.ts';

export interface Person {
  id: string;
  email: string;
  password: string;
  db: SupabaseClient;
}

export interface Team {
  chatbot_id: string;
  owner: Person;
  agent: Person;
  /** The address of the triage page. */
  desk: string;
}

/** Somebody new with a name of their own. */
export async function signUp(stack: StackFile, display_name: string): Promise<Person> {
  const db = createClient(stack.api_url, stack.publishable_key, {
    auth: { persistSession: false, autoRefreshToken: false },
    realtime: { transport: ws as unknown as typeof WebSocket },
  });
  const email = `${display_name.toLowerCase().replaceAll(' ', '.')}.${crypto.randomUUID().slice(0, 13)}@example.test`;
  const password = 'correct-horse-battery';
  const { data, error } = await db.auth.signUp({ email, password, options: { data: { display_name } } });
  if (error || !data.user) throw error ?? new Error('sign-up returned no user');
  const saved = await db.rpc('save_profile', { profile: { display_name } });
  if (saved.error) throw saved.error;
  return { id: data.user.id, email, password, db };
}

/** An owner and an agent with a chatbot nobody else sees. */
export async function createTeam(stack: StackFile, sql: Sql): Promise<Team> {
  const [owner, agent] = await Promise.all([signUp(stack, 'Olive Owner'), signUp(stack, 'Ana Agent')]);
  const { data, error } = await owner.db.rpc('create_chatbot', { name: 'Acme Help' });
  if (error) throw error;
  const chatbot_id = data as string;
  await sql`insert into chatbot_members (chatbot_id, user_id, role) values (${chatbot_id}, ${agent.id}, 'agent')`;
  return { chatbot_id, owner, agent, desk: `/dashboard/chatbots/${chatbot_id}/human-support` };
}

/** A visitor who wrote something, was answered, and (unless told otherwise) asked for a person. */
export async function converse(
  sql: Sql,
  chatbot_id: string,
  options: { name?: string; question?: string; answer?: string; isEscalated?: boolean } = {},
): Promise<string> {
  const {
    name = null,
    question = 'Where is my parcel?',
    answer = 'On its **way**.',
    isEscalated = true,
  } = options;
  const [conversation] = await sql<{ id: string }[]>`
    insert into conversations (chatbot_id, visitor_name, page_url)
    values (${chatbot_id}, ${name}, 'https://shop.example.com/help') returning id`;
  const { id } = conversation as { id: string };
  await sql`insert into messages (conversation_id, role, text) values (${id}, 'visitor', ${question})`;
  await sql`insert into messages (conversation_id, role, text) values (${id}, 'assistant', ${answer})`;
  if (isEscalated) await escalate(sql, id);
  return id;
}

export async function escalate(sql: Sql, conversation_id: string): Promise<string> {
  const [escalation] = await sql<{ id: string }[]>`
    insert into escalations (conversation_id, trigger) values (${conversation_id}, 'inline_cta') returning id`;
  return (escalation as { id: string }).id;
}

export async function say(sql: Sql, conversation_id: string, text: string): Promise<void> {
  await sql`insert into messages (conversation_id, role, text) values (${conversation_id}, 'visitor', ${text})`;
}

/** Fills in the login form that is on the page and waits until it has been left. */
export async function fillLogin(page: Page, person: Pick<Person, 'email' | 'password'>): Promise<void> {
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/login'));
}

/**
 * Signs somebody in as the login page does: it sends the form, and tells the zone of the device. The page itself, and the one it
 * leads to, have stories of their own; loading both was half the work of most others.
 */
export async function signIn(
  context: BrowserContext,
  { app_url }: StackFile,
  { email, password }: Pick<Person, 'email' | 'password'>,
  zone = 'UTC',
): Promise<void> {
  const answer = await context.request.post(`${app_url}/login`, {
    form: { email, password },
    headers: { origin: app_url, accept: 'text/html' },
    maxRedirects: 0,
  });
  expect(answer.status(), 'signing in').toBe(303);
  await context.addCookies([{ name: 'time_zone', value: encodeURIComponent(zone), url: app_url }]);
}

type ContextOptions = Parameters<Browser['newContext']>[0];

export const test = base.extend<{ enter: (person: Person, options?: ContextOptions) => Promise<Page> }>({
  /** A browser of their own for a person who is signed in there and has opened nothing yet; closed when the story ends. */
  enter: async ({ browser, stack }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (person, options = {}) => {
      const context = await browser.newContext({ baseURL: stack.app_url, ...options });
      contexts.push(context);
      await signIn(context, stack, person, options.timezoneId);
      const page = await context.newPage();
      followRequests(page);
      return page;
    });
    await Promise.all(contexts.map((context) => context.close()));
  },
});

/** Resolves when the page that is loaded next hears its live channel; by then its scripts are at work. */
export function joinOf(page: Page): Promise<void> {
  // A join that takes too long is tried again on another socket, and a heartbeat is answered as a join is.
  const isJoin = (frame: string) =>
    ['"realtime:', '"phx_reply"', '"ok"'].every((part) => frame.includes(part));
  return new Promise<void>((resolve) =>
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => {
        if (isJoin(String(payload))) resolve();
      }),
    ),
  );
}

/** Opens the triage page and waits until it listens. */
export async function openDesk(page: Page, address: string): Promise<void> {
  const joined = joinOf(page);
  await page.goto(address);
  await joined;
}

export const row = (page: Page, id: string) => page.locator(`[data-case="${id}"]`);
export const pill = (page: Page, name: 'unresolved' | 'resolved' | 'all') =>
  page.locator(`[data-pill="${name}"] .count`);
export const figure = (page: Page, name: string) => page.locator(`[data-figure="${name}"] .value`);

export { accessibilityFindings, findingsInBothLights } from '../support/axe.ts';
export { expect };
