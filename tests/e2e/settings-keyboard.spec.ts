// Everything an owner sets, by the keyboard alone: each control is reached with Tab, used with the keys its kind has, and every
// stop on the way can be seen.
import type { Locator, Page } from '@playwright/test';
import { baseOf, createTeam, expect, open, test, toast } from './settings-stage.ts';

const MOST_STOPS = 120;

/** Goes on with Tab until the control has the focus. Every stop is in sight and shows that it is one. */
async function reach(page: Page, control: Locator): Promise<void> {
  await expect(control).toBeVisible();
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    await page.keyboard.press('Tab');
    const unseen = await page.evaluate(() => {
      const focused = document.activeElement as HTMLElement | null;
      // The preview is another page; what is in it has stories of its own.
      if (!focused || focused === document.body || focused.localName === 'iframe') return null;
      // The browser walks through day, month, year and calendar, and marks each itself.
      if (focused.matches('[type=date], [type=time]')) return null;
      const { outlineStyle, boxShadow } = getComputedStyle(focused);
      const label = focused.closest('label') ?? focused.nextElementSibling;
      const around = label ? getComputedStyle(label) : null;
      const isMarked = [outlineStyle, around?.outlineStyle].some((style) => style && style !== 'none');
      const { width, height } = focused.getBoundingClientRect();
      if (isMarked || (boxShadow && boxShadow !== 'none')) return width + height > 0 ? null : 'nowhere';
      return 'not marked';
    });
    const name = await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 160));
    expect(unseen, name).toBeNull();
    if (await control.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`${String(control)} is not reached within ${MOST_STOPS} stops`);
}

interface Setting {
  path: string;
  /** Changes something and leads to the button that saves it. */
  change: (page: Page) => Promise<void>;
  said: string | RegExp;
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });

async function press(page: Page, name: string): Promise<void> {
  await reach(page, button(page, name));
  await page.keyboard.press('Enter');
}

async function write(page: Page, field: Locator, text: string): Promise<void> {
  await reach(page, field);
  await page.keyboard.type(text);
}

const SETTINGS: Setting[] = [
  {
    path: 'embed/install',
    change: async (page) => {
      await write(page, page.getByLabel('Sites that can use this chatbot'), 'https://shop.example');
      await press(page, 'Save sites');
    },
    said: 'Only these sites',
  },
  {
    path: 'embed/appearance',
    change: async (page) => {
      await write(page, page.getByLabel('Greeting'), 'Good morning');
      await press(page, 'Save appearance');
    },
    said: 'Saved.',
  },
  {
    path: 'embed/follow-up-buttons',
    change: async (page) => {
      await press(page, 'Add button');
      const card = page.getByRole('region', { name: 'Button 1' });
      await write(page, card.getByLabel('Label'), 'Where is my order?');
      await write(page, card.getByLabel('Message to send'), 'Where is my order?');
      await press(page, 'Save buttons');
    },
    said: 'Saved.',
  },
  {
    path: 'embed/human-support',
    change: async (page) => {
      await reach(page, page.getByRole('switch', { name: 'Show escalation CTA' }));
      await page.keyboard.press('Space');
      await write(page, page.getByLabel('E-mail recipients'), 'kim@example.com');
      await page.keyboard.press('Enter');
      await page.keyboard.type('lee@example.com,');
      // Backwards, to take the first of them away again.
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Shift+Tab');
      await expect(button(page, 'Remove kim@example.com')).toBeFocused();
      await page.keyboard.press('Enter');
      await press(page, 'Save Customization');
    },
    said: 'Saved.',
  },
  {
    path: 'embed/lead-form',
    change: async (page) => {
      await reach(page, page.getByRole('radio', { checked: true }));
      await page.keyboard.press('ArrowDown');
      await press(page, 'E-mail');
      await press(page, 'Save lead form');
    },
    said: 'Saved.',
  },
  {
    path: 'embed/office-hours',
    change: async (page) => {
      await reach(page, page.getByLabel('Show office hours to visitors'));
      await page.keyboard.press('Space');
      await press(page, 'Add hours on Monday');
      await press(page, 'Save office hours');
    },
    said: 'Saved.',
  },
  {
    path: 'embed/phrases',
    change: async (page) => {
      await write(page, page.getByLabel('Your own phrases'), 'a real person');
      await press(page, 'Save phrases');
    },
    said: '1 phrase in',
  },
  {
    path: 'answers/new',
    change: async (page) => {
      await write(page, page.getByLabel('Question', { exact: true }), 'Can I return a tent?');
      await write(page, page.getByLabel('Answer', { exact: true }), 'Within 14 days.');
      await press(page, 'Save answer');
    },
    said: 'Saved.',
  },
  {
    path: 'answers/bot',
    change: async (page) => {
      await reach(page, page.getByRole('radio', { checked: true }));
      await page.keyboard.press('ArrowDown');
      await write(page, page.getByLabel('Base URL'), 'https://models.example.com/v1');
      await write(page, page.getByLabel('Model', { exact: true }), 'small');
      await press(page, 'Save bot');
    },
    said: 'Saved.',
  },
  {
    path: 'members',
    change: async (page) => {
      await write(page, page.getByLabel('E-mail', { exact: true }), `kim.${crypto.randomUUID()}@example.com`);
      await press(page, 'Send invitation');
    },
    said: 'An invitation is on its way',
  },
];

for (const { path, change, said } of SETTINGS) {
  test(`${path} is set by keyboard alone`, async ({ enter, stack, sql }) => {
    const team = await createTeam(stack, sql);
    const page = await enter(team.owner);
    await open(page, `${baseOf(team)}/${path}`);
    await change(page);
    await expect(toast(page, said)).toBeVisible();
  });
}

test('a key is made and an endpoint added by keyboard alone, and what is shown once is put away', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  await open(page, `${baseOf(team)}/webhooks/keys`);
  await write(page, page.getByLabel('Name'), 'Production bot');
  await press(page, 'Create key');
  await press(page, 'I’ve saved it');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await open(page, `${baseOf(team)}/webhooks`);
  await press(page, 'Add endpoint');
  await write(page, page.getByLabel('URL', { exact: true }), 'https://hooks.example.com/handoff');
  await press(page, 'Add endpoint');
  await press(page, 'I’ve saved it');
  await expect(page.getByRole('heading', { name: 'https://hooks.example.com/handoff' })).toBeVisible();
});

test('the account is set by keyboard alone', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.agent);
  await open(page, '/account');
  await reach(page, page.getByRole('switch', { name: 'Escalation e-mail' }));
  await page.keyboard.press('Space');
  await press(page, 'Save account');
  await expect(page.locator('.toaster').getByText('Account saved.')).toBeVisible();
  const [profile] = await sql`select notify_escalation from profiles where user_id = ${team.agent.id}`;
  expect(profile!['notify_escalation']).toBe(false);
});
