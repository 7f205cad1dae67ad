// A browser that translates the page wraps every text in elements of its own, and again whatever comes later. The desk has to stay one:
// header, transcript and composer of one case, figures that go on changing.
import type { Page } from '@playwright/test';
import { converse, createTeam, expect, figure, openDesk, pill, row, test } from './dashboard-stage.ts';

/** Does to the page what a translating browser does: each text becomes <font><font>text</font></font>, now and from now on. */
async function translate(page: Page): Promise<void> {
  await page.evaluate(() => {
    const wrap = (root: Node) => {
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      const texts: Text[] = [];
      for (let node = walker.nextNode(); node; node = walker.nextNode()) texts.push(node as Text);
      for (const text of texts) {
        const parent = text.parentElement;
        if (
          !parent ||
          !text.data.trim() ||
          parent.closest('font, [translate="no"], script, style, textarea, canvas, code, svg')
        )
          continue;
        const [outer, inner] = [document.createElement('font'), document.createElement('font')];
        inner.textContent = text.data.replace(/\p{L}{4,}/gu, (word) => word.toUpperCase());
        outer.append(inner);
        text.replaceWith(outer);
      }
    };
    wrap(document.body);
    new MutationObserver((changes) => {
      for (const { target, addedNodes } of changes)
        for (const node of [target, ...addedNodes])
          if (node.nodeType !== Node.TEXT_NODE) wrap(node);
          else if (node.parentElement) wrap(node.parentElement);
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
    document.documentElement.classList.add('translated-ltr');
  });
}

test('a translated desk is triaged like any other: every part is of the same case, figures go on', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const ida = await converse(sql, team.chatbot_id, { name: 'Ida', question: 'Where is my lamp?' });
  const wanda = await converse(sql, team.chatbot_id, { name: 'Wanda', question: 'Is my tent here?' });
  const page = await enter(team.agent);
  const faults: string[] = [];
  page.on('pageerror', (fault) => faults.push(String(fault)));
  page.on('console', (line) => line.type() === 'error' && faults.push(line.text()));
  await openDesk(page, team.desk);
  await translate(page);

  const agrees = async (name: string, question: string) => {
    const one = page.getByRole('region', { name: 'Case', exact: true });
    await expect(one.getByRole('heading', { level: 2 })).toHaveText(name);
    await expect(one.getByRole('log')).toContainText(new RegExp(question, 'i'));
    await expect(one.getByRole('textbox')).toHaveAccessibleName(new RegExp(`^Reply to ${name}$`, 'i'));
    await expect(one.getByRole('textbox')).toHaveAttribute('placeholder', new RegExp(name));
  };
  await row(page, ida).click();
  await agrees('Ida', 'Where is my lamp');
  await row(page, wanda).click();
  await agrees('Wanda', 'Is my tent here');
  await row(page, ida).click();
  await agrees('Ida', 'Where is my lamp');

  // Somebody else claims it; the button and the row say who.
  await page.getByRole('button', { name: 'Claim' }).click();
  await expect(page.getByRole('button', { name: 'Assign', exact: true })).toHaveText(/You/i);
  await page.getByLabel('Reply to Ida').fill('It has been found.');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByRole('log')).toContainText(/It has been found/i);
  await expect(page.getByRole('log').getByText(/Sending/i)).toHaveCount(0);

  await expect(figure(page, 'unresolved_in_window')).toHaveText('2');
  await converse(sql, team.chatbot_id, { name: 'Kim' });
  await expect(figure(page, 'unresolved_in_window')).toHaveText('3');
  await expect(figure(page, 'total')).toHaveText('3');
  await expect(pill(page, 'unresolved')).toHaveText('3');
  await expect(page.getByRole('link', { name: /3 escalations/i })).toBeVisible({ timeout: 40_000 });

  await page.getByRole('button', { name: 'Mark resolved' }).click();
  await expect(pill(page, 'unresolved')).toHaveText('2');
  await expect(
    page.getByRole('region', { name: 'Case', exact: true }).getByRole('heading', { level: 2 }),
  ).not.toHaveText('Ida');
  await page.locator('.toaster').getByRole('button', { name: /Undo/i }).click();
  await agrees('Ida', 'Where is my lamp');
  await expect(pill(page, 'unresolved')).toHaveText('3');
  await page.getByRole('button', { name: 'Details, timeline and receipts' }).click();
  const details = page.getByRole('complementary', { name: 'About this case' });
  await expect(details).toContainText('Ida');
  await row(page, wanda).click();
  await agrees('Wanda', 'Is my tent here');
  await expect(details).toContainText('Wanda');
  await expect(details).not.toContainText('Ida');
  expect(faults).toEqual([]);
});
