// The scene of a settings story: a team of its own, and pages that are ready to be used.
import type { Page } from '@playwright/test';
import { atRest, followRequests } from './at-rest.ts';
import type { Team } from './dashboard-stage.ts';
import { accessibilityFindings, expect, test } from './dashboard-stage.ts';

export * from './dashboard-stage.ts';

/** Every page of an owner, below the chatbot's own address. */
export const PAGES = [
  'first-run',
  'embed/install',
  'embed/appearance',
  'embed/follow-up-buttons',
  'embed/human-support',
  'embed/lead-form',
  'embed/targets',
  'embed/office-hours',
  'embed/phrases',
  'answers',
  'answers/new',
  'answers/import',
  'answers/bot',
  'webhooks',
  'webhooks/keys',
  'members',
  'proof',
  'health',
];

export const baseOf = ({ chatbot_id }: Team) => `/dashboard/chatbots/${chatbot_id}`;

/** Something of everything that a chatbot can have, so that no page is empty; returns the id of its webhook endpoint. */
export async function furnish({ owner, chatbot_id }: Team, url: string): Promise<string> {
  const call = async (name: string, parameters: object) => {
    const { data, error } = await owner.db.rpc(name, parameters);
    if (error) throw error;
    return data as unknown;
  };
  await call('import_answers', {
    chatbot_id,
    entries: [
      { question: 'متى تفتحون؟', answer: 'كل يوم من **9** إلى 17.' },
      { question: 'Where is my order?', answer: 'Open *Orders*.\n\n- by mail\n- by phone' },
    ],
  });
  await call('save_followup_buttons', {
    chatbot_id,
    buttons: [
      { type: 'link', label: 'Help pages', value: 'https://www.example.com/help' },
      { type: 'escalate', label: 'التحدث إلى شخص', value: null },
    ],
  });
  await call('save_lead_form', {
    chatbot_id,
    form: {
      timing: 'before_escalation',
      fields: [
        { key: 'email', label: null, is_required: true },
        { key: 'custom_order', label: 'Order number', is_required: false },
      ],
    },
  });
  await call('save_office_hours', {
    chatbot_id,
    hours: { is_enabled: true, weekly: { '1': [['09:00', '24:00']] }, holidays: ['2030-12-25'] },
  });
  await call('save_bot', {
    chatbot_id,
    bot: { kind: 'openai', base_url: url, model: 'some-model', api_key: 'k' },
  });
  await call('create_api_key', { chatbot_id, name: 'Production bot' });
  await call('invite_member', {
    chatbot_id,
    email: `somebody.with.a.long.name.${crypto.randomUUID().slice(0, 8)}@example.test`,
    role: 'agent',
  });
  const { id } = (await call('add_webhook_endpoint', {
    chatbot_id,
    url,
    events: ['conversation.escalated'],
    description: 'Opens a ticket',
  })) as { id: string };
  await call('send_test_event', { endpoint_id: id });
  return id;
}

/** Opens a page and waits until it is ready. */
export async function open(page: Page, address: string): Promise<void> {
  followRequests(page);
  await page.goto(address);
  await ready(page);
}

/** Waits until the scripts of a page that was loaded have run: before that a click is the browser's own. */
export async function ready(page: Page): Promise<void> {
  // The framework adds it last, when everything on the page listens.
  await page.locator('#svelte-announcer').waitFor({ state: 'attached' });
  await atRest(page);
}

// Every pair of screen, light and direction; 640 × 400 is what is left of 1280 × 800 at 200 % zoom.
const VIEWS = [
  { width: 320, height: 640, views: ['light ltr', 'dark rtl'] },
  { width: 375, height: 812, views: ['light rtl', 'dark ltr'] },
  { width: 640, height: 400, views: ['light ltr', 'dark rtl'] },
  { width: 1280, height: 800, views: ['light rtl', 'dark ltr'] },
] as const;

/** What axe finds on the page as it stands, and what sticks out of it: small and large, light and dark, in both directions. */
export async function barriers(page: Page, name: string): Promise<string[]> {
  const found: string[] = [];
  for (const { width, height, views } of VIEWS) {
    await page.setViewportSize({ width, height });
    for (const view of views) {
      const [colorScheme, dir] = view.split(' ') as ['light' | 'dark', string];
      await page.emulateMedia({ colorScheme });
      const excess = await page.evaluate(async (dir) => {
        document.documentElement.dir = dir;
        // Colours that are still on their way from one light to the other are nobody's to judge.
        const turning = document.getAnimations().filter((one) => one instanceof CSSTransition);
        await Promise.allSettled(turning.map(({ finished }) => finished));
        const body = document.querySelector('.body') ?? document.documentElement;
        return body.scrollWidth - body.clientWidth;
      }, dir);
      const where = `${name}, ${width} px, ${view}`;
      if (excess > 0) found.push(`${where}: ${excess} px too wide`);
      for (const finding of await accessibilityFindings(page)) found.push(`${where}: ${finding}`);
    }
  }
  return found;
}

/** The short message at the edge of the screen. */
export const toast = (page: Page, text: string | RegExp) => page.locator('.toaster').getByText(text);

/** The widget in the preview. */
export const preview = (page: Page) => page.frameLocator('iframe[title="The widget as visitors see it"]');

export { expect, test };
