// A release while pages are open, and while browsers keep the launcher of before: the way to a person stays.
import { ANSWER, escalations, expect, QUESTION, test, Widget } from './widget-stage.ts';

const PARTS = '**/widget/*-*.js';
const CONTROL = '**/widget/control.js*';

/** As a browser that kept it sends it: the control of a release whose parts are gone. */
async function keepControlOfBefore({ page, baseURL }: { page: Widget['page']; baseURL: string }) {
  const source = await (await fetch(`${baseURL}/widget/control.js`)).text();
  const ofBefore = source.replace(/-\w{8}\.js/g, '-00000000.js');
  expect(ofBefore).not.toBe(source);
  await page.route(`${baseURL}/widget/control.js`, (route) =>
    route.fulfill({ contentType: 'text/javascript', body: ofBefore }),
  );
}

test('where the parts are gone the control of today is fetched: the chat opens, and a tap is recorded once', async ({
  page,
  host,
  shop,
  sql,
  baseURL,
}) => {
  await keepControlOfBefore({ page, baseURL: baseURL! });
  const head = `<script>window.opened = 0; window.Handoff = [['on', 'open', () => opened++]];</script>`;
  const widget = new Widget(page, shop);
  await page.goto(await host({ head }));
  await widget.open();
  await expect(page.locator('handoff-widget')).toHaveCount(1);
  await widget.ask();
  await widget.requestHelp.click();
  await expect(widget.confirmation).toBeVisible();
  expect(await escalations(sql, shop)).toHaveLength(1);
  // What the page had asked the old one to tell, the new one tells.
  expect(await page.evaluate('opened')).toBe(1);
});

test('when no panel loads the visitor reads how else to reach the team, and a request is kept and sent later, once', async ({
  page,
  host,
  shop,
  sql,
}) => {
  await sql`update public.chatbots set contact_text = 'Call +46 8 123 45' where id = ${shop.chatbotId}`;
  await page.route(PARTS, (route) => route.abort());
  await page.route('**/widget/control.js?fresh=*', (route) => route.abort());
  const widget = new Widget(page, shop);
  const note = page.locator('handoff-widget').getByRole('alert');
  const address = await host();
  await page.goto(address);
  await widget.launcher.click();
  await expect(note).toContainText('Call +46 8 123 45');
  // A second tap takes it away, a third one brings it back.
  await widget.launcher.click();
  await expect(note).toHaveCount(0);
  await widget.launcher.click();
  await note.getByRole('button', { name: 'Talk to a human' }).click();
  await expect(note.getByRole('button')).toHaveCount(0);
  await expect(note).toContainText('It’s saved');
  expect(await escalations(sql, shop)).toHaveLength(0);
  await page.unrouteAll();
  await page.goto(address);
  await expect.poll(() => escalations(sql, shop)).toHaveLength(1);
  await widget.heard();
  expect(await escalations(sql, shop)).toHaveLength(1);
});

test('when not even the control loads the visitor still reads how else to reach the team, and the next tap tries again', async ({
  page,
  host,
  shop,
  sql,
}) => {
  await sql`update public.chatbots set contact_text = 'Call +46 8 123 45' where id = ${shop.chatbotId}`;
  await page.route(CONTROL, (route) => route.abort());
  const widget = new Widget(page, shop);
  const note = page.locator('handoff-widget').getByRole('alert');
  // What listens only asks for nothing.
  await page.goto(await host({ head: `<script>window.Handoff = [['on', 'open', () => {}]]</script>` }));
  await expect(widget.launcher).toBeVisible();
  await expect(note).toHaveCount(0);
  await widget.launcher.click();
  await expect(note).toContainText('Call +46 8 123 45');
  await page.unrouteAll();
  await widget.open();
  await expect(note).toHaveCount(0);
});

test('a function of before, which sends texts alone, is read as well: they stand there as they were written', async ({
  page,
  host,
  shop,
  sql,
}) => {
  await sql`update public.chatbots set greeting = 'Hello,\nask **away**!' where id = ${shop.chatbotId}`;
  await page.route(/\/widget\/(config|conversation|messages)/, async (route) => {
    const response = await route.fetch();
    const ofBefore = (await response.text()).replace(
      /,"(greeting_content|content|at)":("(\\.|[^"\\])*"|\d+)/g,
      '',
    );
    await route.fulfill({ response, body: ofBefore });
  });
  const widget = new Widget(page, shop);
  const address = await host();
  await page.goto(address);
  await widget.open();
  const bubbles = widget.log.locator('.bubble');
  await widget.ask();
  await expect(bubbles).toHaveText(['Hello,\nask **away**!', QUESTION, ANSWER]);
  expect(await bubbles.first().evaluate((bubble: HTMLElement) => bubble.innerText)).toBe(
    'Hello,\nask **away**!',
  );
  await expect(widget.voice).toContainText(ANSWER);
  await page.reload();
  await widget.open();
  await expect(bubbles.last()).toHaveText(ANSWER);
  // Today's function, and the same conversation.
  await page.unrouteAll({ behavior: 'wait' });
  await page.reload();
  await widget.open();
  await expect(bubbles.last()).toHaveText('Returns are free within 60 days.');
  await expect(widget.log.locator('strong')).toHaveText(['away', 'free']);
});
