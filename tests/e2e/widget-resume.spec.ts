// The link of a mailed answer: it opens its conversation in any browser, takes itself out of the address, and says so when it is not valid.
import { randomUUID } from 'node:crypto';
import type { Sql } from 'postgres';
import { asMember, escalations, expect, test, Widget, type Shop } from './widget-stage.ts';

/** Asks for a person, is answered, and gets the link that a mail about it would carry. */
async function answered(widget: Widget, shop: Shop, sql: Sql, text: string) {
  await widget.visit();
  await widget.open();
  await widget.ask();
  await widget.requestHelp.click();
  await expect(widget.confirmation).toBeVisible();
  const conversation = (await escalations(sql, shop)).at(-1)!['conversation_id'] as string;
  await asMember(
    sql,
    shop.ownerId,
    (db) => db`select public.send_reply(${conversation}, ${randomUUID()}, ${text})`,
  );
  const [mail] = await sql<{ token: string }[]>`
    with mail as (select d from public.deliveries d where d.conversation_id = ${conversation} and d.purpose = 'reply' limit 1),
      kept as (select private.keep_reply_link('resume', d) from mail)
    select private.reply_token('resume', (d).id) as token from mail, kept`;
  return { conversation, link: `#handoff=${mail!.token}` };
}

test('opens the conversation in another browser, live, and leaves nothing in the address', async ({
  widget,
  browser,
  shop,
  sql,
}) => {
  const { conversation, link } = await answered(widget, shop, sql, 'It left today.');
  const elsewhere = await browser.newContext();
  const page = await elsewhere.newPage();
  const other = new Widget(page, shop, new URL(widget.address, widget.page.url()).href);
  await other.visit(link);
  await expect(other.log.getByText('It left today.')).toBeVisible();
  expect(page.url()).not.toContain('handoff=');
  await asMember(
    sql,
    shop.ownerId,
    (db) => db`select public.send_reply(${conversation}, ${randomUUID()}, 'Has it come?')`,
  );
  await expect(other.log.getByText('Has it come?')).toBeVisible();
  await other.say('It has, thank you.');
  await expect(widget.log.getByText('It has, thank you.')).toBeVisible();
  await elsewhere.close();
});

test('one that is not valid is told in one sentence, and the chat stays as it is', async ({
  widget,
  shop,
  sql,
}) => {
  await answered(widget, shop, sql, 'It left today.');
  await widget.heard();
  await widget.page.goto('about:blank');
  // What comes after it is spoken, too, and soon stands in its place.
  await widget.page.addInitScript(() => {
    const spoken: (string | null)[] = [];
    Object.assign(window, { spoken });
    const listen = () => {
      const voice = document.querySelector('handoff-widget')?.shadowRoot?.querySelector('.voice');
      if (!voice) return void requestAnimationFrame(listen);
      const write = () => void spoken.push(voice.textContent);
      write();
      new MutationObserver(write).observe(voice, { childList: true });
    };
    listen();
  });
  await widget.visit(`#handoff=${'x'.repeat(43)}`);
  await expect(widget.panel.locator('.offline')).toHaveText('This link isn’t valid any more.');
  await expect
    .poll(() => widget.page.evaluate(() => (window as unknown as { spoken: string[] }).spoken))
    .toContainEqual(expect.stringContaining('This link isn’t valid any more.'));
  await expect(widget.log.getByText('It left today.')).toBeVisible();
  expect(widget.page.url()).not.toContain('handoff=');
});
