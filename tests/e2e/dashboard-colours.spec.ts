// In forced colours, as in Windows' contrast themes, whatever was told by a background or a shadow is told by something else: two states
// of one control never look alike, and every edge and focus can be seen.
import type { Locator } from '@playwright/test';
import { baseOf, converse, createTeam, expect, open, openDesk, row, say, test } from './settings-stage.ts';

/** All that forced colours leave to tell a control from another. */
const looks = (of: Locator) =>
  of.evaluate(
    (element) =>
      [element, ...element.querySelectorAll('*')].slice(0, 1).map((one) => {
        const {
          backgroundColor,
          color,
          borderTopColor,
          borderLeft,
          borderBottomColor,
          borderTopStyle,
          outlineStyle,
          fontWeight,
          textDecorationLine,
        } = getComputedStyle(one);
        const after = getComputedStyle(one, '::after');
        return [
          backgroundColor,
          color,
          borderTopColor,
          borderLeft,
          borderBottomColor,
          borderTopStyle,
          outlineStyle,
          fontWeight,
          textDecorationLine,
          after.translate,
          after.backgroundColor,
        ].join(' ');
      })[0],
  );

test('in forced colours the chosen differs from the others, and what is on from what is off', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const ida = await converse(sql, team.chatbot_id, { name: 'Ida' });
  const wanda = await converse(sql, team.chatbot_id, { name: 'Wanda' });
  await say(sql, wanda, 'Hello?');
  const page = await enter(team.owner, { forcedColors: 'active' });
  await openDesk(page, team.desk);
  await row(page, ida).click();
  await page.getByRole('button', { name: 'Details, timeline and receipts' }).click();
  const tabs = page.getByRole('navigation', { name: /^Parts of/ }).getByRole('link');
  const pairs: [what: string, one: Locator, other: Locator][] = [
    ['tab', tabs.nth(0), tabs.nth(1)],
    ['pill', page.locator('[data-pill="unresolved"]'), page.locator('[data-pill="all"]')],
    ['segment', page.getByRole('link', { name: '30 days' }), page.getByRole('link', { name: '7 days' })],
    ['row', row(page, ida), row(page, wanda)],
    [
      'part of the details',
      page.getByRole('tab', { name: 'Details' }),
      page.getByRole('tab', { name: 'Timeline' }),
    ],
    [
      'kind of writing',
      page.getByRole('button', { name: 'Reply', exact: true }),
      page.getByRole('button', { name: 'Note', exact: true }),
    ],
    ['place in the sidebar', page.locator('.sidebar .item').nth(1), page.locator('.sidebar .item').nth(0)],
  ];
  for (const [what, one, other] of pairs) expect(await looks(one), what).not.toBe(await looks(other));
  for (const edge of ['.badge', '.case-row .unread', '.bubble'])
    expect(
      await page
        .locator(edge)
        .first()
        .evaluate((one) => getComputedStyle(one).borderTopStyle),
      edge,
    ).toBe('solid');

  await page.keyboard.press('Control+k');
  const options = page.getByRole('dialog').getByRole('option');
  expect(await looks(options.nth(0)), 'choice of the palette').not.toBe(await looks(options.nth(1)));
  await page.keyboard.press('Escape');

  await page.locator('[data-pill="all"]').focus();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Tab');
  expect(await page.locator('[data-pill="all"]').evaluate((one) => getComputedStyle(one).outlineStyle)).toBe(
    'solid',
  );

  await open(page, `${baseOf(team)}/embed/human-support`);
  const toggle = page.getByRole('switch').first();
  expect(await toggle.evaluate((one) => getComputedStyle(one).borderTopStyle), 'edge of a switch').toBe(
    'solid',
  );
  const before = await looks(toggle);
  await toggle.click();
  await expect.poll(() => looks(toggle), 'switch').not.toBe(before);

  await open(page, `${baseOf(team)}/human-support/insights`);
  const legend = page.locator('.legend').first().locator('.swatch');
  await expect(legend.first()).toBeVisible();
  expect(await looks(legend.nth(0)), 'boxes of a legend').not.toBe(await looks(legend.nth(1)));
  const kinds = page.locator('.swatch:not(.light):not(.lines)').first();
  if (await kinds.count()) {
    const light = page.locator('.swatch.light:not(.lines)').first();
    if (await light.count()) expect(await looks(kinds)).not.toBe(await looks(light));
  }
});
