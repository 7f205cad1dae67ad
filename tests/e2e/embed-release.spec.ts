// A release while pages are open, and while browsers keep the launcher of before: the way to a person stays.
import { escalations, expect, test, Widget } from './widget-stage.ts';

const PARTS = '**/widget/*.js';

/** As a browser that kept it sends it: the launcher of a release whose parts are gone. */
async function keepLauncherOfBefore({ page, baseURL }: { page: Widget['page']; baseURL: string }) {
  const source = await (await fetch(`${baseURL}/widget.js`)).text();
  const ofBefore = source.replace(/-\w{8}\.js/g, '-00000000.js');
  expect(ofBefore).not.toBe(source);
  await page.route(`${baseURL}/widget.js`, (route) =>
    route.fulfill({ contentType: 'text/javascript', body: ofBefore }),
  );
}

test('a launcher whose parts are gone fetches a fresh one: the chat opens, and a tap is recorded once', async ({
  page,
  host,
  shop,
  sql,
  baseURL,
}) => {
  await keepLauncherOfBefore({ page, baseURL: baseURL! });
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

test('when nothing loads the visitor reads how else to reach the team, and a request is kept and sent later, once', async ({
  page,
  host,
  shop,
  sql,
}) => {
  await sql`update public.chatbots set contact_text = 'Call +46 8 123 45' where id = ${shop.chatbotId}`;
  await page.route(PARTS, (route) => route.abort());
  await page.route('**/widget.js?fresh=*', (route) => route.abort());
  const widget = new Widget(page, shop);
  const note = page.locator('handoff-widget').getByRole('alert');
  const address = await host();
  await page.goto(address);
  await widget.launcher.click();
  await expect(note).toContainText('Call +46 8 123 45');
  await note.getByRole('button', { name: 'Talk to a human' }).click();
  await expect(note.getByRole('button')).toHaveCount(0);
  expect(await escalations(sql, shop)).toHaveLength(0);
  await page.unrouteAll();
  await page.goto(address);
  await expect.poll(() => escalations(sql, shop)).toHaveLength(1);
  await widget.heard();
  expect(await escalations(sql, shop)).toHaveLength(1);
});
