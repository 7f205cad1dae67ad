// The insights: what stands in a chart's table is what SQL counts, in the days and hours of the person looking; every number of
// an answer opens the conversations behind it; and it is for everybody, in light and dark, on a phone and on a desk.
import type { Locator, Page } from '@playwright/test';
import type { Sql } from 'postgres';
import {
  accessibilityFindings,
  converse,
  createTeam,
  escalate,
  expect,
  findingsInBothLights,
  fillLogin,
  openDesk,
  row,
  test,
  type Team,
} from './dashboard-stage.ts';

const ZONE = 'America/New_York';
const HOUR = 3_600_000;

interface Story {
  team: Team;
  answer_id: string;
  /** Asked for a person under the answer. */
  asked: string;
  /** Found the answer helpful. */
  helped: string;
}

/** Cases of several days, triggers and fates, one of them under an answer; and one too old for thirty days. */
async function createHistory(team: Team, sql: Sql): Promise<Story> {
  const { chatbot_id } = team;
  const [answer] = await sql<{ id: string }[]>`
    insert into answers (chatbot_id, question, answer)
    values (${chatbot_id}, 'Where is my parcel?', 'On its way.') returning id`;
  const { id: answer_id } = answer as { id: string };
  for (const [age, trigger, hours] of [
    ['2 hours', 'intent', null],
    ['3 days', 'api', 1],
    ['3 days', 'intent', 30],
    ['12 days 5 hours', 'compact_link', 2],
    ['60 days', 'api', 1],
  ] as const) {
    const id = await converse(sql, chatbot_id, { isEscalated: false });
    const [made] = await sql<{ id: string }[]>`
      insert into escalations (conversation_id, trigger) values (${id}, ${trigger}) returning id`;
    await moveBack(sql, id, (made as { id: string }).id, age, hours);
  }
  const asked = await converse(sql, chatbot_id, { name: 'Asking Anna', isEscalated: false });
  const helped = await converse(sql, chatbot_id, { name: 'Helped Henry', isEscalated: false });
  await sql`update messages set answer_id = ${answer_id}
    where conversation_id in (${asked}, ${helped}) and role = 'assistant'`;
  await sql`update messages set feedback = 'positive' where conversation_id = ${helped} and role = 'assistant'`;
  await sql`insert into escalations (conversation_id, trigger, message_id)
    select conversation_id, 'inline_cta', id from messages where conversation_id = ${asked} and role = 'assistant'`;
  return { team, answer_id, asked, helped };
}

/** Moves a case into the past, as if it had happened then. */
async function moveBack(
  sql: Sql,
  conversation_id: string,
  escalation_id: string,
  age: string,
  hours: number | null,
): Promise<void> {
  await sql`
    update escalations set escalated_at = now() - ${age}::interval,
      first_opened_at = now() - ${age}::interval + interval '6 minutes',
      status = ${hours === null ? 'open' : 'resolved'},
      resolved_at = now() - ${age}::interval + make_interval(hours => ${hours}::int)
    where id = ${escalation_id}`;
  await sql`
    update conversations c set escalated_at = e.escalated_at, escalation_status = e.status,
      resolved_at = e.resolved_at
    from escalations e where e.id = c.escalation_id and c.id = ${conversation_id}`;
}

async function openTable(page: Page, name: string): Promise<Locator> {
  const card = page.getByRole('region', { name, exact: true }).first();
  await card.getByRole('button', { name: `${name} as a table` }).click();
  await expect(card.getByRole('table')).toBeVisible();
  return card.getByRole('table');
}

function cells(table: Locator): Promise<string[][]> {
  return table
    .locator('tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) =>
        [...row.children].map((cell) => (cell.textContent ?? '').trim().replace(/\s+/g, ' ')),
      ),
    );
}

/** The latest episode of every conversation that has one in the window, as the strip counts it. */
const windowed = (sql: Sql, chatbot_id: string, days: number) => sql`
  select e.* from escalations e join conversations c on c.escalation_id = e.id
  where c.chatbot_id = ${chatbot_id} and e.escalated_at >= now() - make_interval(days => ${days})`;

test('the tables say what SQL counts', async ({ enter, stack, sql }) => {
  // A day begins on the hour: not between the page and the count.
  await expect.poll(() => HOUR - (Date.now() % HOUR), { timeout: 60_000 }).toBeGreaterThan(30_000);
  const { team } = await createHistory(await createTeam(stack, sql), sql);
  const page = await enter(team.agent, { timezoneId: ZONE });
  await openDesk(page, `${team.desk}/insights`);
  await expect(page.getByText('Hour of the week')).toBeVisible();
  await expect(page.getByText('in America/New York time')).toBeVisible();

  for (const days of [30, 90]) {
    if (days === 90) await page.getByRole('link', { name: '90 days' }).click();
    const [all] = await sql<{ n: number }[]>`
      select count(*)::int as n from (${windowed(sql, team.chatbot_id, days)}) e`;
    await expect(page.getByRole('link', { name: `${all?.n} escalations`, exact: true })).toBeVisible();

    const table = days === 30 ? await openTable(page, 'Per day') : perDayTable(page);
    const expected = await sql<{ day: string; asked: string; resolved: string }[]>`
      with e as (${windowed(sql, team.chatbot_id, days)})
      select to_char(d, 'Dy FMDD Mon YYYY') as day,
        (select count(*) from e where (e.escalated_at at time zone ${ZONE})::date = d::date)::text as asked,
        (select count(*) from e where (e.resolved_at at time zone ${ZONE})::date = d::date)::text as resolved
      from generate_series(((now() - make_interval(days => ${days})) at time zone ${ZONE})::date::timestamp,
        (now() at time zone ${ZONE})::date::timestamp, '1 day') d order by d`;
    await expect
      .poll(() => cells(table))
      .toEqual(expected.map(({ day, asked, resolved }) => [day, asked, resolved]));
  }

  const triggers = await sql<{ trigger: string; n: string }[]>`
    select trigger::text, count(*)::text as n from (${windowed(sql, team.chatbot_id, 90)}) e group by trigger`;
  const NAMES: Record<string, string> = {
    inline_cta: 'Under an answer',
    compact_link: 'Link below the input',
    intent: 'In their own words',
    api: 'Through the API',
    followup_button: 'Follow-up button',
  };
  const shown = (await cells(await openTable(page, 'By trigger'))).map(([name, n]) => [name, n]);
  expect(shown.filter(([, n]) => n !== '0').sort()).toEqual(
    triggers.map(({ trigger, n }) => [NAMES[trigger], n]).sort(),
  );
  expect(shown).toHaveLength(6);

  const [took] = await sql<{ median: number; p90: number; n: string }[]>`
    select percentile_cont(0.5) within group (order by hours) as median,
      percentile_cont(0.9) within group (order by hours) as p90, count(hours)::text as n
    from (select extract(epoch from resolved_at - escalated_at) / 3600 as hours
      from (${windowed(sql, team.chatbot_id, 90)}) e) t`;
  const durations = await cells(await openTable(page, 'How long it takes'));
  const resolve = durations.find(([name]) => name === 'Resolve') ?? [];
  expect([Number.parseFloat(resolve[1] ?? ''), Number.parseFloat(resolve[2] ?? ''), resolve[3]]).toEqual([
    Math.round((took?.median ?? NaN) * 100) / 100,
    Math.round((took?.p90 ?? NaN) * 100) / 100,
    took?.n,
  ]);
  expect(durations[0]?.[1]).toBe('0.1 h (6 min)');
  expect(durations[1]?.slice(0, 3)).toEqual(['First reply', '—', '—']);

  const hours = await sql<{ weekday: number; hour: number; n: number }[]>`
    select extract(isodow from escalated_at at time zone ${ZONE})::int as weekday,
      extract(hour from escalated_at at time zone ${ZONE})::int as hour, count(*)::int as n
    from (${windowed(sql, team.chatbot_id, 90)}) e group by 1, 2`;
  const grid = Array.from({ length: 7 }, () => Array<string>(24).fill('0'));
  for (const { weekday, hour, n } of hours) (grid[weekday - 1] as string[])[hour] = String(n);
  const heat = await cells(page.locator('[data-chart="hour-of-week"]'));
  expect(heat.map((line) => line.slice(1))).toEqual(grid);
});

function perDayTable(page: Page): Locator {
  return page.getByRole('region', { name: 'Per day', exact: true }).first().getByRole('table');
}

test('each card begins with the number it is about, beside that of the days before', async ({
  enter,
  stack,
  sql,
}) => {
  const { team } = await createHistory(await createTeam(stack, sql), sql);
  const page = await enter(team.agent);
  await openDesk(page, `${team.desk}/insights?days=7`);
  const headline = (name: string) =>
    page.getByRole('region', { name, exact: true }).first().locator('.headline');
  // Of the seven days: two in their own words, one by the API, one under an answer; one more in the seven days before.
  await expect(headline('Per day')).toHaveText('4 escalations ↑ 300 % from 1 in the 7 days before');
  await expect(headline('By trigger')).toHaveText('50 % in their own words ↑ from 0 % in the 7 days before');
  await expect(headline('Hour of the week')).toContainText('is the busiest hour');
  await expect(headline('Answers')).toHaveText('1 time an answer led to a person');
  await page.getByRole('link', { name: '90 days' }).click();
  await expect(headline('Per day')).toHaveText('6 escalations ↑ from 0 in the 90 days before');
});

test('an answer opens exactly the conversations behind its two numbers', async ({ enter, stack, sql }) => {
  const { team, asked, helped } = await createHistory(await createTeam(stack, sql), sql);
  const page = await enter(team.agent);
  await openDesk(page, team.desk);
  await page.getByRole('link', { name: 'Insights' }).click();
  const ranking = page.locator('[data-chart="answers"]');
  await expect(ranking.locator('tbody tr')).toHaveCount(1);
  expect(await cells(ranking)).toEqual([['Where is my parcel?', '1', '1']]);
  await ranking.getByRole('link', { name: 'Where is my parcel?' }).click();
  await expect(page.getByRole('link', { name: 'Helped Henry' })).toHaveAttribute(
    'href',
    `${team.desk}?conv=${helped}`,
  );
  await page.getByRole('link', { name: 'Asking Anna' }).click();
  await expect(page.getByRole('heading', { name: 'Asking Anna' })).toBeVisible();
  await expect(row(page, asked)).toBeVisible();
});

test('nothing in the window is said in words, and the first request draws the charts by itself', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.agent);
  await openDesk(page, `${team.desk}/insights?days=7`);
  await expect(page.getByRole('heading', { name: 'No escalations in the last 7 days' })).toBeVisible();
  await expect(page.locator('canvas')).toHaveCount(0);
  const id = await converse(sql, team.chatbot_id, { isEscalated: false });
  await escalate(sql, id);
  await expect(page.getByRole('link', { name: '1 escalation', exact: true })).toBeVisible({
    timeout: 20_000,
  });
  await expect(page.locator('canvas')).toHaveCount(3);
  await page.getByRole('link', { name: 'Back to the cases' }).click();
  await expect(row(page, id)).toBeVisible();
});

test('a chatbot or an answer that is not yours is not there', async ({ browser, stack, sql }) => {
  const [{ team, answer_id }, other] = await Promise.all([
    createTeam(stack, sql).then((made) => createHistory(made, sql)),
    createTeam(stack, sql),
  ]);
  const context = await browser.newContext({ baseURL: stack.app_url });
  const page = await context.newPage();
  await page.goto('/login');
  await fillLogin(page, other.owner);
  for (const path of [
    `${team.desk}/insights`,
    `${team.desk}/insights/figures?days=30`,
    `${team.desk}/insights/answers/${answer_id}`,
    `${other.desk}/insights/answers/${answer_id}`,
  ]) {
    expect((await page.goto(path))?.status(), path).toBe(404);
  }
  await context.close();
});

test('a transcript prints with its reference and every message, and without the desk', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const id = await converse(sql, team.chatbot_id, { name: 'Paula Paper', question: 'On paper, please' });
  const { error } = await team.agent.db.rpc('add_note', {
    conversation_id: id,
    id: crypto.randomUUID(),
    text: 'only for us',
  });
  expect(error).toBeNull();
  const page = await enter(team.agent, { colorScheme: 'dark' });
  await openDesk(page, `${team.desk}?conv=${id}`);
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Print transcript' }).click();
  const [conversation] = await sql<
    { reference: string }[]
  >`select reference from conversations where id = ${id}`;
  await expect(page.getByRole('heading', { name: `Conversation ${conversation?.reference}` })).toBeVisible();
  await expect(page.getByText('On paper, please')).toBeVisible();
  await expect(page.getByText('only for us')).toHaveCount(0);
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  await expect(page.getByRole('button', { name: 'Print' })).toBeHidden();
  const colours = () =>
    page
      .getByText('On paper, please')
      .evaluate((said) => [
        getComputedStyle(said).color,
        getComputedStyle(document.documentElement).backgroundColor,
      ]);
  await expect.poll(colours).toEqual(['rgb(21, 25, 31)', 'rgb(255, 255, 255)']);
});

for (const width of [375, 1280]) {
  test(`axe finds nothing on the insights, light or dark, ${width} pixels wide`, async ({
    enter,
    stack,
    sql,
  }) => {
    test.setTimeout(180_000);
    const { team, answer_id } = await createHistory(await createTeam(stack, sql), sql);
    const page = await enter(team.agent, { viewport: { width, height: 800 } });
    await openDesk(page, `${team.desk}/insights`);
    await expect(page.locator('canvas')).toHaveCount(3);
    const findings = await findingsInBothLights(page);
    for (const name of ['Per day', 'By trigger', 'How long it takes']) await openTable(page, name);
    findings.push(...(await findingsInBothLights(page)));
    const isWithin = await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
    expect(isWithin).toBe(true);
    await page.goto(`${team.desk}/insights/answers/${answer_id}`);
    findings.push(...(await findingsInBothLights(page)));
    await page.goto(team.desk);
    await expect(page.getByRole('link', { name: 'Insights' })).toBeInViewport();
    expect(findings).toEqual([]);
  });
}
