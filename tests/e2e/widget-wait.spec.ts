// What a visitor is told about how long it takes: the wait as it usually is, and when somebody is back, by both clocks.
import type { Sql } from 'postgres';
import { escalations, expect, test, Widget, type Shop } from './widget-stage.ts';

/** Requests that were answered after 80 minutes: as many in this hour of the week as in the next, which may begin meanwhile. */
const answered = (sql: Sql, shop: Shop, count: number) => sql`
  with made as (insert into public.conversations (chatbot_id) select ${shop.chatbotId} from generate_series(1, 2 * ${count}::int) returning id),
    placed as (select id, date_trunc('hour', now()) - interval '7 days' + interval '1 hour' * (row_number() over () % 2) as at from made)
  insert into public.escalations (conversation_id, trigger, escalated_at, first_replied_at)
  select id, 'api', at, at + interval '80 minutes' from placed`;

test('the usual wait at this hour of the week is told, once five requests have shown it', async ({
  widget,
  shop,
  sql,
}) => {
  await answered(sql, shop, 4);
  await widget.visit();
  await widget.open();
  await widget.ask();
  await widget.requestHelp.click();
  await expect(widget.confirmation).toBeVisible();
  await expect(widget.log.getByText('A person usually answers')).toHaveCount(0);
  await answered(sql, shop, 1);
  await widget.visit();
  await widget.open();
  await expect(widget.log.getByText('A person usually answers within 2 hours.')).toBeVisible();
  expect(await escalations(sql, shop)).toHaveLength(11);
});

test('a panel that stays open is told anew what changes with the clock', async ({
  widget,
  page,
  shop,
  sql,
}) => {
  await answered(sql, shop, 4);
  await page.clock.install();
  await widget.visit();
  await widget.open();
  await widget.ask();
  await widget.requestHelp.click();
  await expect(widget.confirmation).toBeVisible();
  await answered(sql, shop, 1);
  await page.clock.fastForward('00:06:00');
  await expect(widget.log.getByText('A person usually answers within 2 hours.')).toBeVisible();
});

test('outside office hours a visitor far away reads when somebody is back, there and here', async ({
  browser,
  stack,
  shop,
  sql,
}) => {
  // The day after tomorrow at nine in Berlin, and at no other time.
  const [day] = await sql<
    { name: string }[]
  >`update public.office_hours set is_enabled = true, time_zone = 'Europe/Berlin', holidays = '{}',
    weekly = jsonb_build_object(extract(isodow from (now() at time zone 'Europe/Berlin') + interval '2 days')::text, '[["09:00", "17:00"]]'::jsonb)
    where chatbot_id = ${shop.chatbotId}
    returning to_char((now() at time zone 'Europe/Berlin') + interval '2 days', 'FMDay') as name`;
  const seen: Record<string, RegExp> = {
    'Asia/Tokyo': new RegExp(`Our team is back ${day!.name} (at )?9:00\\sAM, (4|5):00\\sPM your time\\.`),
    'Europe/Paris': new RegExp(`Our team is back ${day!.name} (at )?9:00\\sAM\\.`),
  };
  for (const [timezoneId, told] of Object.entries(seen)) {
    const context = await browser.newContext({ baseURL: stack.app_url, timezoneId, locale: 'en-US' });
    const widget = new Widget(await context.newPage(), shop);
    await widget.visit();
    await widget.open();
    await widget.ask();
    await widget.requestHelp.click();
    await expect(widget.confirmation).toBeVisible();
    await expect(widget.log.getByText(told)).toBeVisible();
    await context.close();
  }
});
