// The round button on the page, and the picture that stands for the chatbot.
import { randomUUID } from 'node:crypto';
import { asMember, escalations, expect, test, Widget } from './widget-stage.ts';

test('the button counts what a person wrote, not that one has joined or closed the case', async ({
  widget,
  shop,
  sql,
}) => {
  await widget.visit();
  await widget.open();
  await widget.ask();
  await widget.requestHelp.click();
  await expect(widget.confirmation).toBeVisible();
  await widget.input.press('Escape');
  await expect(widget.panel).toBeHidden();
  const [asked] = await escalations(sql, shop);
  const conversation = asked!['conversation_id'] as string;
  const badge = widget.launcher.locator('.badge');

  for (const [count, text] of [
    ['1', 'I am looking.'],
    ['2', 'Found it.'],
  ] as const) {
    await asMember(
      sql,
      shop.ownerId,
      (db) => db`select public.send_reply(${conversation}, ${randomUUID()}, ${text})`,
    );
    await expect(badge).toHaveText(count);
  }
  await asMember(sql, shop.ownerId, (db) => db`select public.resolve_escalation(${asked!['id']}, null)`);
  await widget.page.reload();
  await expect(widget.launcher).toHaveAccessibleName('Open chat, 2 unread messages');
  await expect(badge).toHaveText('2');
  await widget.open();
  await expect(widget.log.getByText('Ana has joined')).toBeVisible();
  await expect(widget.log.getByText('Your request was marked as resolved.')).toBeVisible();
  await expect(badge).toBeHidden();
});

for (const place of ['demo', 'hostile'] as const) {
  test.describe(`on the ${place} page`, () => {
    test.use({ place });

    test('nothing of the chat is printed: not the button, not the open panel', async ({ widget, page }) => {
      await widget.visit();
      await expect(widget.launcher).toBeVisible();
      const printed = async () => {
        await page.emulateMedia({ media: 'print' });
        const shown = [widget.launcher, widget.panel];
        for (const one of shown) await expect(one).toBeHidden();
        await page.emulateMedia({ media: 'screen' });
        await expect(widget.launcher).toBeVisible();
      };
      await printed();
      await widget.open();
      await printed();
      await expect(widget.panel).toBeVisible();
      await widget.input.press('Escape');
      await expect(widget.panel).toBeHidden();
      await printed();
    });
  });
}

test('a page that is never idle has the button all the same', async ({ page, host, shop }) => {
  // What it does in each frame takes longer than a frame.
  const busy = `<script>(function work() {
    for (const end = performance.now() + 40; performance.now() < end; );
    requestAnimationFrame(work);
  })()</script>`;
  const widget = new Widget(page, shop, await host({ head: busy }));
  await widget.visit();
  await expect(widget.launcher).toBeVisible();
  await widget.open();
});

for (const isOld of [false, true]) {
  test(`a flag, a joined emoji or a letter with its mark stands whole ${isOld ? 'without' : 'with'} Intl.Segmenter`, async ({
    widget,
    page,
    shop,
    sql,
  }) => {
    if (isOld) await page.addInitScript(() => Reflect.deleteProperty(Intl, 'Segmenter'));
    for (const [name, initial] of [
      ['🇫🇮 Kauppa', '🇫🇮'],
      ['👩‍👩‍👧 Family Shop', '👩‍👩‍👧'],
      ['👍🏽 Fine', '👍🏽'],
      ['e\u0301toile', 'e\u0301'],
      ['🏴󠁧󠁢󠁳󠁣󠁴󠁿 Boots', '🏴󠁧󠁢󠁳󠁣󠁴󠁿'],
      ['Boot Shop', 'B'],
    ] as const) {
      await sql`update public.chatbots set name = ${name} where id = ${shop.chatbotId}`;
      await widget.visit();
      await widget.open();
      await expect(widget.panel.locator('.avatar')).toHaveText(initial);
    }
  });
}
