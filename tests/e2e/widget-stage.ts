// The stage for the widget's stories: a chatbot nobody else uses, its team, and pages of other origins that embed it.
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ConsoleMessage, Locator, Page } from '@playwright/test';
import type { Sql } from 'postgres';
import { test as base, expect, type StackFile } from './story.ts';

/** A chatbot with one answer and an owner of its own. */
export interface Shop {
  chatbotId: string;
  ownerId: string;
  ownerEmail: string;
}

export interface HostPage {
  policy?: string;
  css?: string;
  head?: string;
  lang?: string;
  /** What the page is written in, UTF-8 unless told otherwise. */
  charset?: string;
  /** Headers of the page's own. */
  headers?: Record<string, string>;
  /** Another chatbot than the story's own. */
  chatbot?: string;
}

/** A page that hides every element there is and resets whatever it shows; the rule of somebody who wants to be alone. */
export const HOSTILE = '* { all: initial !important; display: none !important }';

/** The strictest policy that admits the widget: nothing inline, no foreign style, scripts and calls by name. */
export function strictPolicy({ app_url, api_url }: StackFile): string {
  return [
    "default-src 'none'",
    `script-src ${app_url}`,
    `connect-src ${api_url} ${api_url.replace(/^http/, 'ws')}`,
    "style-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types handoff',
  ].join('; ');
}

/** What browsers say when a policy was in the way. */
const POLICY = /Content.Security.Policy|Trusted(Script|HTML|Type)/i;

export const QUESTION = 'How do I return boots?';
export const ANSWER = 'Returns are **free** within 60 days.';

/** Where a story is told: on our own demo page, or on a page of another origin with the strictest policy that hides everything. */
export type Place = 'demo' | 'hostile';

interface Stage {
  place: Place;
  shop: Shop;
  widget: Widget;
  host: (page?: HostPage) => Promise<string>;
}

export const test = base.extend<Stage>({
  place: ['demo', { option: true }],
  shop: async ({ sql }, use) => use(await makeShop(sql)),
  widget: async ({ page, context, shop, place, host, stack }, use) => {
    if (place === 'demo') return use(new Widget(page, shop));
    const refused: string[] = [];
    const hear = (said: string) => void (POLICY.test(said) && refused.push(said));
    context.on('weberror', (thrown) => hear(thrown.error().message));
    context.on('console', (message: ConsoleMessage) => hear(message.text()));
    await use(new Widget(page, shop, await host({ policy: strictPolicy(stack), css: HOSTILE })));
    expect(refused, 'what the policy of the page refused').toEqual([]);
  },
  host: async ({ stack, shop }, use) => {
    const servers: Server[] = [];
    await use(async (options = {}) => {
      const server = serveHost(stack, shop, options);
      servers.push(server);
      await new Promise((resolve) => server.once('listening', resolve));
      // Another origin than the app's, also in the eyes of the browser.
      return `http://localhost:${(server.address() as AddressInfo).port}/`;
    });
    for (const server of servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  },
});

export { expect };

/** A chatbot, its answers and its owner. */
export async function makeShop(sql: Sql): Promise<Shop> {
  const ownerId = randomUUID();
  const chatbotId = randomUUID();
  const ownerEmail = `ana-${ownerId}@shop.example`;
  await sql`insert into auth.users (id, email) values (${ownerId}, ${ownerEmail})`;
  await sql`update public.profiles set display_name = 'Ana Berg' where user_id = ${ownerId}`;
  await sql`insert into public.chatbots (id, owner_id, name) values (${chatbotId}, ${ownerId}, 'Boot Shop')`;
  await sql`insert into public.answers (chatbot_id, question, answer)
    values (${chatbotId}, ${QUESTION}, ${ANSWER}), (${chatbotId}, 'How do I clean boots?', 'With **water**.')`;
  return { chatbotId, ownerId, ownerEmail };
}

/** Serves a page that embeds the widget on a free port of this machine. */
export function serveHost(
  stack: StackFile,
  shop: Shop,
  {
    policy,
    css = '',
    head = '',
    lang = 'en',
    charset = 'utf-8',
    headers,
    chatbot = shop.chatbotId,
  }: HostPage,
): Server {
  const script = `<script async src="${stack.app_url}/widget.js" data-chatbot="${chatbot}" data-api="${stack.api_url}"></script>`;
  const page = `<!doctype html><html lang="${lang}"><head><title>Host</title><meta name="viewport"
    content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/host.css">${head}</head>
    <body><h1>A page of somebody else</h1><button id="own">Its own button</button>${script}</body></html>`;
  return createServer((request, response) => {
    const isCss = request.url === '/host.css';
    response.setHeader('content-type', isCss ? 'text/css' : `text/html; charset=${charset}`);
    for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
    if (policy) response.setHeader('content-security-policy', policy);
    response.end(isCss ? css : page);
  }).listen(0, '127.0.0.1');
}

/** Calls an SQL function as a signed-in member, the way the dashboard does. */
export async function asMember<T>(sql: Sql, userId: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const claims = JSON.stringify({ sub: userId, role: 'authenticated' });
  return (await sql.begin(async (transaction) => {
    await transaction`select set_config('request.jwt.claims', ${claims}, true)`;
    await transaction`set local role authenticated`;
    return work(transaction as unknown as Sql);
  })) as T;
}

/** The widget as a visitor uses it. */
export class Widget {
  readonly launcher: Locator;
  readonly panel: Locator;
  readonly log: Locator;
  readonly input: Locator;
  /** What a screen reader is given to speak. */
  readonly voice: Locator;
  readonly confirmation: Locator;

  constructor(
    readonly page: Page,
    readonly shop: Partial<Shop> & Pick<Shop, 'chatbotId'>,
    /** The page it is on. */
    readonly address = `/demo?chatbot=${shop.chatbotId}`,
  ) {
    const root = page.locator('handoff-widget');
    this.launcher = root.locator('.launcher');
    this.panel = root.getByRole('dialog');
    this.log = root.getByRole('log');
    this.input = root.locator('textarea');
    this.voice = root.locator('.voice');
    this.confirmation = this.log.getByText('Sent! The team will follow up soon.');
  }

  /** Opens the page it is on; the demo page takes more of a query, such as `&locale=he`. */
  async visit(query = ''): Promise<void> {
    await this.page.goto(this.address + query);
  }

  async open(): Promise<void> {
    await this.launcher.click();
    await expect(this.panel).toBeVisible();
  }

  async say(text: string): Promise<void> {
    await this.input.fill(text);
    await this.input.press('Enter');
  }

  /** Asks, and waits for the pair of buttons below the answer. */
  async ask(text = QUESTION): Promise<void> {
    const pairs = await this.requestHelp.count();
    await this.say(text);
    await expect(this.requestHelp).toHaveCount(pairs + 1);
  }

  /** Waits for the server's word on everything sent: a read of the conversation may show an answer before its own call has ended. */
  async heard(): Promise<void> {
    const unsent = () =>
      this.page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes(':out:')));
    await expect.poll(unsent).toEqual([]);
  }

  get requestHelp(): Locator {
    return this.log.getByRole('button', { name: 'Talk to a human' });
  }
}

/** The escalations of a chatbot as they stand in the database. */
export function escalations(sql: Sql, { chatbotId }: Pick<Shop, 'chatbotId'>) {
  return sql`select e.*, c.reference from public.escalations e join public.conversations c on c.id = e.conversation_id
    where e.chatbot_id = ${chatbotId} order by e.escalated_at`;
}
