// Nothing that anybody types runs anywhere: what visitors, members and owners can write is written as attacks, and every page that
// shows it is looked at in a real browser. First the attacks themselves are tried, because a blunt one would prove nothing.
import { randomUUID } from 'node:crypto';
import type { Browser, Page } from '@playwright/test';
import type { Sql } from 'postgres';
import { atRest, followRequests } from './at-rest.ts';
import { converse, createTeam, signIn, openDesk, type Person, type Team } from './dashboard-stage.ts';
import { addresses, fill } from './safety-stage.ts';
import { expect, SENT, test, type StackFile } from './story.ts';
import { Widget } from './widget-stage.ts';
import { MARKDOWN, strangers, VECTORS, watch } from './xss-stage.ts';

test.describe.configure({ timeout: 400_000 });
// Tall enough that the virtual lists draw almost everything at once; and no recording, which takes longer than the test.
test.use({ trace: 'off' });
const TALL = { width: 1280, height: 1600 };

const PER_CASE = 180;
/** Marks a text, so that the test knows that it was shown. */
const numbered = (text: string, index: number) => `№${index}: ${text}`;
const short = (text: string, length: number) => text.slice(0, length);
// Labels of settings may not hold control characters; neither may a JSON key.
const plain = VECTORS.map((vector) => vector.replaceAll('\u0001', '').replaceAll('\u202e', ''));

/** A browser that is watched, with somebody signed in. */
async function enter(browser: Browser, stack: StackFile, person: Person) {
  const context = await browser.newContext({ baseURL: stack.app_url, viewport: TALL });
  const alarms = await watch(context, [stack.app_url, stack.api_url]);
  await signIn(context, stack, person);
  const page = await context.newPage();
  followRequests(page);
  return { context, page, alarms };
}

async function look(page: Page, alarms: string[], where: string): Promise<void> {
  expect(await strangers(page), where).toEqual([]);
  expect(alarms, where).toEqual([]);
}

/**
 * Scrolls a list up and down until it has shown every numbered text, looking at each screenful; those never shown. A transcript
 * begins at its end and is scrolled up from there.
 */
async function unread(
  page: Page,
  scroller: string,
  count: number,
  alarms: string[],
  direction: 1 | -1 = 1,
): Promise<number[]> {
  const missing = new Set(Array.from({ length: count }, (_, index) => index));
  const list = page.locator(scroller);
  for (let screen = 0; missing.size > 0 && screen < 80; screen++) {
    const numbers = await list.evaluate((element) => element.textContent.match(/№\d+/g) ?? []);
    for (const number of numbers) missing.delete(Number(number.slice(1)));
    await look(page, alarms, scroller);
    await list.evaluate(
      (element, [at, way]) => {
        const screens = Math.ceil(element.scrollHeight / (element.clientHeight * 0.6));
        element.scrollTo(0, way * element.clientHeight * 0.6 * (at % screens));
        return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      },
      [screen, direction] as const,
    );
    await expect(page.locator('[role=log][aria-busy=true]')).toHaveCount(0);
  }
  return [...missing];
}

/** One conversation that holds these messages, the last of them on top of the list. */
async function fillCase(
  sql: Sql,
  { chatbot_id, agent }: Team,
  role: 'visitor' | 'assistant' | 'agent',
  texts: string[],
): Promise<string> {
  const id = await converse(sql, chatbot_id);
  for (const text of texts) {
    await sql`insert into messages (conversation_id, role, text, author_id)
      values (${id}, ${role}, ${text}, ${role === 'agent' ? agent.id : null})`;
  }
  return id;
}

test('the attacks work where a page takes text for markup, and the watch sees it', async ({
  browser,
  stack,
}) => {
  const context = await browser.newContext();
  const alarms = await watch(context, [stack.app_url]);
  const page = await context.newPage();
  const frames = VECTORS.map(
    (vector) => `<iframe srcdoc="${vector.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"></iframe>`,
  );
  await page.route(`${stack.app_url}/careless`, (route) =>
    route.fulfill({ contentType: 'text/html', body: `<!doctype html>${frames.join('')}` }),
  );
  await page.goto(`${stack.app_url}/careless`);
  const found = await Promise.all(
    page
      .mainFrame()
      .childFrames()
      .map((frame) => strangers(frame).catch(() => [])),
  );
  const seen = found.filter((some) => some.length > 0).length;
  await expect.poll(() => alarms.filter((what) => what === 'a script ran').length).toBeGreaterThan(10);
  await expect.poll(() => alarms.filter((what) => what.includes('was asked for')).length).toBeGreaterThan(5);
  // The others are for templates, decoders and lenient filters.
  expect(seen).toBeGreaterThan(30);
  // The transcripts alone; every attack comes again as a name, a preview, a contact detail, a receipt and a setting.
  expect(MARKDOWN.length + 3 * VECTORS.length).toBeGreaterThan(700);
  expect(MARKDOWN.length + 5 * VECTORS.length).toBeGreaterThanOrEqual(800);
  await context.close();
});

test('a transcript shows what visitors, the assistant, the team and their notes say, and no more', async ({
  browser,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  await sql`update profiles set display_name = ${short(VECTORS[7]!, 80)} where user_id = ${team.agent.id}`;
  const { page, context, alarms } = await enter(browser, stack, team.agent);
  const notes = await converse(sql, team.chatbot_id);
  for (const [index, text] of VECTORS.entries()) {
    await team.agent.db.rpc('add_note', {
      conversation_id: notes,
      id: randomUUID(),
      text: numbered(text, index),
    });
  }
  const cases: [string, number][] = [[notes, VECTORS.length]];
  const texts = (list: string[]) => list.map((text, index) => numbered(text, index));
  cases.push([await fillCase(sql, team, 'visitor', texts(VECTORS)), VECTORS.length]);
  cases.push([await fillCase(sql, team, 'agent', texts(VECTORS)), VECTORS.length]);
  for (let at = 0; at < MARKDOWN.length; at += PER_CASE) {
    const some = MARKDOWN.slice(at, at + PER_CASE);
    // A block begins a line of its own.
    const marked = some.map((text, index) => `№${index}\n\n${text}`);
    cases.push([await fillCase(sql, team, 'assistant', marked), some.length]);
  }
  for (const [id, count] of cases) {
    await openDesk(page, `${team.desk}?conv=${id}`);
    await expect(page.getByRole('log')).toContainText('№');
    expect(await unread(page, '[role=log] .scroller', count, alarms, -1)).toEqual([]);
  }
  await context.close();
});

test('the list, the details, the timeline and the receipts show names, previews and contact details as text', async ({
  browser,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const { page, context, alarms } = await enter(browser, stack, team.owner);
  const custom = Object.fromEntries(
    plain.map((text, index) => [`custom_${text.slice(0, 60)}${index}`, numbered(text, index)]),
  );
  const ids: string[] = [];
  for (const [index, text] of plain.entries()) {
    const id = await converse(sql, team.chatbot_id, {
      name: numbered(text, index),
      question: text,
      answer: text,
    });
    await sql`insert into leads (conversation_id, chatbot_id, name, phone, custom) values
      (${id}, ${team.chatbot_id}, ${numbered(short(text, 180), index)}, ${short(text, 60)}, ${sql.json(index === 0 ? custom : {})})`;
    await sql`update conversations set page_url = ${text}, user_agent = ${text} where id = ${id}`;
    ids.push(id);
  }
  await sql`insert into deliveries (chatbot_id, conversation_id, kind, purpose, recipient, status, reason, last_error, next_attempt_at)
    select ${team.chatbot_id}, ${ids[0]!}, 'email', 'event', t, 'failed', t, t, null from unnest(${plain}::text[]) t`;
  await sql`insert into delivery_attempts (delivery_id, chatbot_id, number, outcome, error_code, error, response_snippet)
    select id, chatbot_id, 1, 'permanent', recipient, recipient, recipient from deliveries where conversation_id = ${ids[0]!} and purpose = 'event'`;
  await sql`insert into timeline_entries (chatbot_id, conversation_id, type, data)
    select ${team.chatbot_id}, ${ids[0]!}, type::event_type, jsonb_build_object('recipient', t, 'reason', t, 'event', t)
    from unnest(${plain}::text[]) t, unnest(array['mail.bounced', 'webhook.failed']) type`;
  await openDesk(page, `${team.desk}?filter=all`);
  await expect(page.locator('[data-case]').first()).toBeVisible();
  expect(await unread(page, '[role=list][aria-label=Cases]', plain.length, alarms)).toEqual([]);
  await openDesk(page, `${team.desk}?filter=all&conv=${ids[0]!}&search=${encodeURIComponent(VECTORS[9]!)}`);
  for (const part of ['Details', 'Timeline', 'Receipts']) {
    const tab = page.getByRole('tab', { name: part });
    if (!(await tab.isVisible()))
      await page.getByRole('button', { name: 'Details, timeline and receipts' }).click();
    await tab.click();
    await expect(page.getByRole('tabpanel')).toContainText(/pwned/);
    await look(page, alarms, part);
  }
  await context.close();
});

test('every page of an owner shows settings, answers and members as text', async ({
  browser,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const { chatbot_id } = team;
  const { page, context, alarms } = await enter(browser, stack, team.owner);
  const answers: string[] = [];
  for (const [index, attack] of plain.entries()) {
    // Two of them are the same without their control characters, and questions are unique.
    const text = `${attack}${index}`;
    const [row] = await sql<
      { id: string }[]
    >`insert into answers (chatbot_id, question, answer) values (${chatbot_id}, ${text}, ${text}) returning id`;
    answers.push(row!.id);
    await sql`insert into canned_replies (chatbot_id, shortcut, body) values (${chatbot_id}, ${`x${answers.length}`}, ${text})`;
    await sql`insert into intent_phrases (chatbot_id, language, phrase) values (${chatbot_id}, 'en', ${text}) on conflict do nothing`;
    await sql`insert into api_keys (chatbot_id, name, prefix, key_hash) values (${chatbot_id}, ${short(text, 80)}, 'hk_abcd', sha256(${text}::bytea))`.catch(
      () => undefined,
    );
  }
  const { data } = await team.owner.db.rpc('add_webhook_endpoint', {
    chatbot_id,
    url: 'https://hooks.example.com/x',
    events: ['conversation.escalated'],
  });
  const endpoint = (data as { id: string }).id;
  await sql`insert into deliveries (chatbot_id, kind, purpose, endpoint_id, status, body, reason, last_error, next_attempt_at)
    select ${chatbot_id}, 'webhook', 'test', ${endpoint}, 'failed', t, t, t, null from unnest(${plain}::text[]) t`;
  await sql`insert into delivery_attempts (delivery_id, chatbot_id, number, outcome, error, response_snippet, request)
    select id, chatbot_id, 1, 'permanent', body, body, jsonb_build_object('url', body, 'headers', jsonb_build_object(body, body))
    from deliveries where chatbot_id = ${chatbot_id} and purpose = 'test'`;
  const conversation = await converse(sql, chatbot_id, { name: plain[9]! });
  const pages = addresses().filter(
    ({ kind, path }) => kind === 'page' && /^\/(dashboard|account)/.test(path),
  );
  expect(pages.length).toBeGreaterThan(8);
  // One page shows a field once, so the fields take turns; the lists above hold every attack at once.
  for (const [turn, text] of [7, 9, 3].map((index) => plain[index]!).entries()) {
    await furnish(sql, team, endpoint, text);
    for (const { path } of pages.filter((_, index) => turn === 0 || index % 3 === turn % 3)) {
      await page.goto(
        fill(path, {
          chatbot: chatbot_id,
          answer: answers[turn]!,
          endpoint,
          conversation,
          delivery: randomUUID(),
        }),
      );
      await expect(page.locator('main, [role=main]').first()).toBeVisible();
      // What the page's own scripts and its preview make of it is to be seen as well.
      await atRest(page);
      await look(page, alarms, `${path} with ${text}`);
    }
  }
  await context.close();
});

async function furnish(sql: Sql, { chatbot_id, agent }: Team, endpoint: string, text: string): Promise<void> {
  await sql`update chatbots set name = ${short(text, 80)}, greeting = ${text}, contact_text = ${text}, snippet_seen_at = now(), snippet_seen_url = ${text} where id = ${chatbot_id}`;
  await sql`update human_support_settings set positive_label = ${short(text, 80)}, request_help_label = ${short(text, 80)}, confirmation_message = ${text} where chatbot_id = ${chatbot_id}`;
  await sql`delete from followup_buttons where chatbot_id = ${chatbot_id}`;
  await sql`insert into followup_buttons (chatbot_id, type, label, value) values (${chatbot_id}, 'message', ${short(text, 60)}, ${text})`;
  const fields = [
    { key: 'name', label: text, is_required: false },
    { key: 'custom_x', label: text, is_required: true },
  ];
  await sql`update lead_forms set timing = 'after_escalation', intro = ${text}, fields = ${sql.json(fields)} where chatbot_id = ${chatbot_id}`;
  await sql`update bots set instructions = ${text}, model = ${text}, base_url = ${text} where chatbot_id = ${chatbot_id}`;
  await sql`update webhook_endpoints set description = ${text}, disabled_reason = ${text} where id = ${endpoint}`;
  await sql`update profiles set display_name = ${short(text, 80)} where user_id = ${agent.id}`;
}

test('the widget shows settings, answers and replies as text on a customer’s page', async ({
  browser,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const { chatbot_id } = team;
  const context = await browser.newContext({ baseURL: stack.app_url, viewport: TALL });
  const alarms = await watch(context, [stack.app_url, stack.api_url]);
  const page = await context.newPage();
  const widget = new Widget(page, { chatbotId: chatbot_id });
  await furnish(sql, team, randomUUID(), VECTORS[7]!);
  await widget.visit();
  await widget.open();
  await widget.say('Hello');
  const id = await expect
    .poll(
      async () =>
        (
          await sql<
            { id: string }[]
          >`select id from conversations where chatbot_id = ${chatbot_id} and started_at is not null`
        )[0]?.id,
    )
    .toBeTruthy()
    .then(
      async () =>
        (await sql<{ id: string }[]>`select id from conversations where chatbot_id = ${chatbot_id}`)[0]!.id,
    );
  const count = MARKDOWN.length;
  await sql`insert into messages (conversation_id, role, text, followups) select ${id}, 'assistant', t, array[t] from unnest(${MARKDOWN}::text[]) with ordinality u (t, n) order by n`;
  for (const role of ['visitor', 'agent']) {
    await sql`insert into messages (conversation_id, role, text, author_id) select ${id}, ${role}::message_role, t, ${role === 'agent' ? team.agent.id : null}::uuid from unnest(${VECTORS}::text[]) t`;
  }
  await sql`insert into messages (conversation_id, role, text) values (${id}, 'assistant', 'That was all.')`;
  await page.reload();
  if (!(await widget.panel.isVisible())) await widget.open();
  await expect(widget.log.getByText('That was all.')).toBeVisible({ timeout: 120_000 });
  // A long history comes in turns, its end first.
  await expect
    .poll(() => widget.log.locator('.bubble').count(), { timeout: 120_000 })
    .toBeGreaterThan(count + 2 * VECTORS.length);
  await look(page, alarms, 'the log');
  for (const text of [3, 9, 13, 36].map((index) => plain[index]!)) {
    await furnish(sql, team, randomUUID(), text);
    await page.reload();
    if (!(await widget.panel.isVisible())) await widget.open();
    await expect(widget.panel.getByText(short(text, 60)).first()).toBeAttached();
    await look(page, alarms, text);
  }
  await context.close();
});

test('mails in the mailbox are text, and so is what a hand-off puts into them', async ({
  browser,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  await sql`update chatbots set name = ${short(plain[7]!, 80)} where id = ${team.chatbot_id}`;
  const some = plain.slice(0, 18);
  for (const [index, text] of some.entries()) {
    await converse(sql, team.chatbot_id, { name: text, question: numbered(text, index) });
  }
  const context = await browser.newContext();
  const alarms = await watch(context, [stack.mailbox_url]);
  const page = await context.newPage();
  const list = `${stack.mailbox_url}/messages?recipient=${encodeURIComponent(team.owner.email)}`;
  await expect
    .poll(async () => ((await (await fetch(list)).json()) as { TotalCount: number }).TotalCount, SENT)
    .toBeGreaterThanOrEqual(some.length);
  const { Messages } = (await (await fetch(list)).json()) as {
    Messages: { MessageID: string; From: string; Subject: string }[];
  };
  await page.goto(`${stack.mailbox_url}/?recipient=${encodeURIComponent(team.owner.email)}`);
  await look(page, alarms, 'the list of mails');
  for (const { MessageID } of Messages) {
    await page.goto(`${stack.mailbox_url}/?id=${MessageID}`);
    await expect(page.locator('#message')).toContainText('pwned');
    await look(page, alarms, MessageID);
  }
  await context.close();
});
