// A visitor whose line is down, and a server that fails: nothing is lost, nothing is claimed that is not true.
import type { BrowserContext } from '@playwright/test';
import { escalations, expect, test } from './widget-stage.ts';
import type { StackFile } from './story.ts';

const calls = (stack: StackFile) => `${stack.api_url}/functions/v1/widget/**`;

/** No call arrives any more, while the page itself can still be loaded. */
async function cutLine(context: BrowserContext, stack: StackFile): Promise<() => Promise<void>> {
  await context.route(calls(stack), (route) => route.abort('internetdisconnected'));
  return () => context.unroute(calls(stack));
}

test('a tap without a line is kept over a reload and asked exactly once when the line is back', async ({
  widget,
  context,
  page,
  shop,
  sql,
  stack,
}) => {
  await widget.visit();
  await widget.open();
  await widget.ask();
  const restore = await cutLine(context, stack);
  await widget.requestHelp.click();
  const kept = widget.log.getByText(
    'Your request is saved on this device and will be sent once you’re connected again.',
  );
  await expect(kept).toBeVisible();
  await expect(widget.confirmation).toHaveCount(0);

  await page.reload();
  await widget.open();
  await expect(kept).toBeVisible();
  await expect(widget.confirmation).toHaveCount(0);
  expect(await escalations(sql, shop)).toHaveLength(0);

  await restore();
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await expect(widget.confirmation).toBeVisible({ timeout: 20_000 });
  const rows = await escalations(sql, shop);
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ ask_count: 1, trigger: 'inline_cta' });
  // Tapped when it was tapped, received when it was received.
  expect(rows[0]!['tapped_at'].getTime()).toBeLessThan(rows[0]!['escalated_at'].getTime());
});

test('a visitor who never reached the server can still ask for a person', async ({
  widget,
  context,
  page,
  shop,
  sql,
  stack,
}) => {
  const restore = await cutLine(context, stack);
  await widget.visit();
  await widget.open();
  await widget.panel.getByRole('button', { name: 'Talk to a human' }).click();
  await expect(widget.log.getByText('Your request is saved on this device')).toBeVisible();
  await restore();
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await expect(widget.confirmation).toBeVisible({ timeout: 20_000 });
  expect(await escalations(sql, shop)).toHaveLength(1);
});

test('a failing server is never called sent; the visitor can try again', async ({
  widget,
  context,
  shop,
  sql,
  stack,
}) => {
  await widget.visit();
  await widget.open();
  await widget.ask();
  const path = `${stack.api_url}/functions/v1/widget/escalations`;
  await context.route(path, (route) =>
    route.fulfill({
      status: 503,
      headers: {
        'access-control-allow-origin': '*',
        // Else the page cannot read it, and tries again by itself before the visitor does.
        'access-control-expose-headers': 'retry-after',
        'content-type': 'application/json',
        'retry-after': '600',
      },
      body: '{"code":"UNAVL","message":"…"}',
    }),
  );
  await widget.requestHelp.click();
  await expect(
    widget.log.getByText('Your request couldn’t be sent yet. It’s saved, and we’ll keep trying.'),
  ).toBeVisible();
  await expect(widget.confirmation).toHaveCount(0);
  await context.unroute(path);
  await widget.log.getByRole('button', { name: 'Try again' }).click();
  await expect(widget.confirmation).toBeVisible();
  expect(await escalations(sql, shop)).toHaveLength(1);
});

test('an answer that is lost on the way back makes no second request', async ({
  widget,
  context,
  shop,
  sql,
  stack,
}) => {
  await widget.visit();
  await widget.open();
  await widget.ask();
  const path = `${stack.api_url}/functions/v1/widget/escalations`;
  let lost = 0;
  await context.route(
    path,
    async (route) => {
      // The server hears it and commits; the visitor does not hear back.
      await route.fetch();
      lost++;
      await route.abort('connectionreset');
    },
    { times: 2 },
  );
  await widget.requestHelp.click();
  await expect(widget.confirmation).toBeVisible();
  // The confirmation may be read with the conversation while the request is still being repeated.
  await widget.heard();
  expect(lost).toBe(2);
  const rows = await escalations(sql, shop);
  expect(rows).toHaveLength(1);
  expect(rows[0]!['ask_count']).toBe(1);
});

test('fifty taps on a line that comes and goes are one request', async ({
  widget,
  context,
  shop,
  sql,
  stack,
}) => {
  await widget.visit();
  await widget.open();
  await widget.ask();
  const path = `${stack.api_url}/functions/v1/widget/escalations`;
  // Of three calls one never arrives, one arrives and its answer is lost, one goes through.
  let calls = 0;
  await context.route(path, async (route) => {
    const turn = calls++ % 3;
    if (turn === 1) await route.fetch();
    if (turn === 2) await route.continue();
    else await route.abort('connectionreset');
  });
  // As fast as a script can, so that none is swallowed by the confirmation that hides the button.
  await widget.page.evaluate(() => {
    const { Handoff } = window as unknown as { Handoff: { escalate(): void } };
    const root = document.querySelector('handoff-widget')!.shadowRoot!;
    for (let tap = 0; tap < 25; tap++) {
      root.querySelector<HTMLElement>('.log .cta button:last-child')?.click();
      Handoff.escalate();
    }
  });
  await expect(widget.confirmation).toBeVisible();
  await widget.heard();
  await expect(widget.confirmation).toHaveCount(1);
  expect(calls).toBeGreaterThanOrEqual(3);
  expect(await escalations(sql, shop)).toHaveLength(1);
});

test('messages without a line are marked, kept in order, and sent once', async ({
  widget,
  context,
  page,
  shop,
  sql,
  stack,
}) => {
  await widget.visit();
  await widget.open();
  await widget.ask();
  const restore = await cutLine(context, stack);
  await widget.say('How do I clean boots?');
  await widget.say('And the laces?');
  await expect(widget.log.getByText('Not sent yet. It’s saved')).toHaveCount(2);
  await page.reload();
  await widget.open();
  await expect(widget.log.getByText('And the laces?')).toBeVisible();
  await restore();
  await page.evaluate(() => dispatchEvent(new Event('online')));
  const said = () =>
    sql`select text from public.messages where chatbot_id = ${shop.chatbotId} and role = 'visitor' order by seq`;
  await expect
    .poll(async () => (await said()).map(({ text }) => text), { timeout: 20_000 })
    .toEqual(['How do I return boots?', 'How do I clean boots?', 'And the laces?']);
  await expect(widget.log.getByText('Not sent yet')).toHaveCount(0);
});

test('blocked storage costs the memory of the next page and nothing else', async ({
  widget,
  page,
  shop,
  sql,
}) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, 'localStorage', {
      get() {
        throw new DOMException('Access is denied for this document.', 'SecurityError');
      },
    });
  });
  await widget.visit();
  await widget.open();
  await widget.ask();
  await widget.requestHelp.click();
  await expect(widget.confirmation).toBeVisible();
  expect(await escalations(sql, shop)).toHaveLength(1);
});
