// For everybody: the whole triage by keyboard alone, one pane at a time on a phone, and nothing that axe finds, in light and dark,
// narrow and wide, empty, full and in error.
import type { Page } from '@playwright/test';
import {
  converse,
  createTeam,
  expect,
  findingsInBothLights,
  openDesk,
  pill,
  row,
  test,
  type Team,
} from './dashboard-stage.ts';

test('a case is found, claimed, answered, noted, resolved and brought back by keyboard alone', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const older = await converse(sql, team.chatbot_id, { name: 'Olaf Older' });
  const newer = await converse(sql, team.chatbot_id, { name: 'Nele Newer' });
  const page = await enter(team.agent);
  await openDesk(page, team.desk);
  const { keyboard } = page;
  await keyboard.press('j');
  await expect(page.getByRole('heading', { name: 'Nele Newer' })).toBeVisible();
  await expect(row(page, newer)).toBeFocused();
  await keyboard.press('j');
  await expect(page.getByRole('heading', { name: 'Olaf Older' })).toBeVisible();
  await expect(row(page, older)).toBeFocused();
  await keyboard.press('k');
  await expect(page.getByRole('heading', { name: 'Nele Newer' })).toBeVisible();
  await keyboard.press('a');
  await expect(page.getByRole('menu')).toBeVisible();
  await expect(page.getByRole('menuitemradio').first()).toBeFocused();
  const people = await page.getByRole('menuitemradio').allTextContents();
  for (let n = 0; n < people.findIndex((name) => name.includes('(you)')); n++)
    await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await expect(row(page, newer)).toContainText('You');
  await keyboard.press('r');
  await expect(page.getByLabel('Reply to Nele Newer')).toBeFocused();
  await keyboard.type('jklez? Bare keys are letters here.');
  await keyboard.press('Control+Enter');
  await expect(page.getByRole('log')).toContainText('jklez? Bare keys are letters here.');
  await keyboard.press('Escape');
  await keyboard.press('n');
  await expect(page.getByLabel('Internal note')).toBeFocused();
  await keyboard.type('Call back on Monday');
  await keyboard.press('Control+Enter');
  await expect(page.getByRole('log')).toContainText('Call back on Monday');
  await keyboard.press('Escape');
  await keyboard.press('e');
  await expect(row(page, newer)).toHaveCount(0);
  await expect(page.getByRole('heading', { name: 'Olaf Older' })).toBeVisible();
  await keyboard.press('z');
  await expect(row(page, newer)).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Nele Newer' })).toBeVisible();
  await keyboard.press('/');
  await expect(page.getByRole('searchbox')).toBeFocused();
  await keyboard.press('Escape');
  await keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible();
  await keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await keyboard.press('Control+k');
  await expect(page.getByRole('combobox', { name: 'Find a case or an action' })).toBeFocused();
  await keyboard.type('Olaf');
  await keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Olaf Older' })).toBeVisible();
  await keyboard.press('Escape');
  await expect(page.getByRole('heading', { name: 'Choose a case' })).toBeVisible();
});

test('bare keys do nothing when they are switched off in the account', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  await converse(sql, team.chatbot_id);
  await sql`update profiles set keyboard_shortcuts = false where user_id = ${team.agent.id}`;
  const page = await enter(team.agent);
  await openDesk(page, team.desk);
  await page.keyboard.press('j');
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Choose a case' })).toBeAttached();
});

test('on a phone there is one pane at a time, with a way back', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const id = await converse(sql, team.chatbot_id, { name: 'Pia Phone' });
  const page = await enter(team.agent, { viewport: { width: 375, height: 720 }, hasTouch: true });
  await openDesk(page, team.desk);
  await expect(page.getByRole('log')).toHaveCount(0);
  await row(page, id).tap();
  await expect(page.getByRole('log')).toBeVisible();
  await expect(row(page, id)).not.toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
  await page.getByRole('button', { name: 'Back to the list' }).tap();
  await expect(row(page, id)).toBeVisible();
  await row(page, id).tap();
  await expect(page.getByRole('log')).toBeVisible();
  await page.goBack();
  await expect(row(page, id)).toBeVisible();
});

interface Scene {
  name: string;
  show: (page: Page, team: Team, ids: { open: string; empty: string }) => Promise<void>;
}

const SCENES: Scene[] = [
  {
    name: 'an empty desk',
    show: async (page, _team, { empty }) => {
      await page.goto(`/dashboard/chatbots/${empty}/human-support`);
      await expect(page.getByText('Nothing waiting', { exact: true })).toBeVisible();
    },
  },
  {
    name: 'a full desk with a case and its details',
    show: async (page, team, { open }) => {
      await openDesk(page, `${team.desk}?conv=${open}`);
      await page.getByRole('button', { name: 'Details, timeline and receipts' }).click();
      await expect(page.getByRole('tab', { name: 'Timeline' })).toBeVisible();
    },
  },
  {
    name: 'receipts',
    show: async (page, team, { open }) => {
      await openDesk(page, `${team.desk}?conv=${open}&filter=total`);
      await page.getByRole('button', { name: 'Details, timeline and receipts' }).click();
      await page.getByRole('tab', { name: 'Receipts' }).click();
      await expect(page.getByRole('tabpanel', { name: 'Receipts' })).toBeVisible();
    },
  },
  {
    name: 'a case that is not there',
    show: async (page, team) =>
      void (await page.goto(`${team.desk}?conv=00000000-0000-4000-8000-000000000000`)),
  },
  {
    name: 'a list that could not be read',
    show: async (page, team) => {
      await page.route('**/overview**', (route) => route.abort());
      await openDesk(page, team.desk);
      await page.locator('[data-pill="resolved"]').click();
      await expect(page.getByText('There’s no connection right now.')).toBeAttached();
    },
  },
  {
    name: 'a case that could not be opened',
    show: async (page, team, { open }) => {
      await openDesk(page, team.desk);
      await page.route('**/conversations/**', (route) => route.abort());
      await row(page, open).click();
      await expect(page.getByRole('heading', { name: 'This case couldn’t be opened' })).toBeVisible();
    },
  },
  {
    name: 'a reply that was not sent',
    show: async (page, team, { open }) => {
      await openDesk(page, `${team.desk}?conv=${open}`);
      await page.route('**/reply', (route) => route.abort());
      await page.getByRole('textbox', { name: 'Reply' }).fill('On its way');
      await page.keyboard.press('Control+Enter');
      await expect(page.getByRole('button', { name: 'Send again' })).toBeVisible();
    },
  },
  {
    name: 'an action on a case that has changed',
    show: async (page, team, { open }) => {
      await page.route('**/overview**', (route) => route.abort());
      await page.route('**/conversations/*?after_seq=*', (route) => route.abort());
      // Opening is an action, too, and its answer would tell the page.
      const opened = page.waitForResponse('**/open');
      await openDesk(page, `${team.desk}?conv=${open}`);
      await (await opened).finished();
      const { data: conversation } = await team.agent.db
        .from('conversations')
        .select('escalation_id')
        .eq('id', open)
        .single();
      const escalation_id = conversation?.escalation_id as string;
      await team.agent.db.rpc('claim_escalation', { escalation_id });
      await page.getByRole('button', { name: 'Mark resolved' }).click();
      await expect(page.getByRole('alert').filter({ hasText: 'claimed this case' })).toBeVisible();
      await team.agent.db.rpc('release_escalation', { escalation_id });
    },
  },
  {
    name: 'the palette',
    show: async (page, team) => {
      await openDesk(page, team.desk);
      await page.keyboard.press('Control+k');
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  },
  {
    name: 'keyboard help',
    show: async (page, team) => {
      await openDesk(page, team.desk);
      await page.keyboard.press('?');
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  },
  {
    name: 'a case that was just resolved',
    show: async (page, team, { open }) => {
      await openDesk(page, `${team.desk}?conv=${open}`);
      await page.getByRole('button', { name: 'Mark resolved' }).click();
      // A toast under the pointer stays.
      await page.getByRole('button', { name: 'Undo' }).hover();
    },
  },
];

for (const width of [375, 1280]) {
  test(`axe finds nothing on the desk, whatever state it is in, light or dark, ${width} pixels wide`, async ({
    enter,
    stack,
    sql,
  }) => {
    test.setTimeout(360_000);
    const team = await createTeam(stack, sql);
    const open = await converse(sql, team.chatbot_id, {
      name: 'Axel Accessible',
      answer: '| a | b |\n|--|--|\n| 1 | 2 |\n\n```\ncode\n```\n\n[a link](https://example.com)',
    });
    await converse(sql, team.chatbot_id);
    const { data } = await team.owner.db.rpc('create_chatbot', { name: 'Nobody yet' });
    const ids = { open, empty: data as string };
    const page = await enter(team.owner, { viewport: { width, height: 800 } });
    const findings: string[] = [];
    for (const { name, show } of SCENES) {
      await show(page, team, ids);
      findings.push(...(await findingsInBothLights(page)).map((found) => `${name}: ${found}`));
      await page.unrouteAll();
    }
    expect(findings).toEqual([]);
  });
}

test('the pills count what a search finds, and an empty list says where the matches are', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  await converse(sql, team.chatbot_id);
  const done = await converse(sql, team.chatbot_id, { question: 'My anorak has no zipper' });
  await sql`update escalations set status = 'resolved' where conversation_id = ${done}`;
  const page = await enter(team.agent);
  await openDesk(page, `${team.desk}?search=anorak`);
  await expect(page.getByRole('heading', { name: 'Nothing found' })).toBeVisible();
  await expect(pill(page, 'unresolved')).toHaveText('0');
  await expect(pill(page, 'resolved')).toHaveText('1');
  await page.getByRole('link', { name: '1 match among all cases' }).click();
  await expect(row(page, done).locator('mark')).toHaveText('anorak');
});
