// The scene of the stories about what the product was asked for: the owner clicks through the dashboard, the visitor is on a page of
// another origin that has the strictest policy and hides every element it can name.
import { mergeTests, type Page } from '@playwright/test';
import { baseOf, createTeam, expect, open, preview, test as settings, type Team } from './settings-stage.ts';
import { HOSTILE, strictPolicy, test as widgets, Widget, type HostPage } from './widget-stage.ts';

export * from './settings-stage.ts';
export { escalations, HOSTILE, strictPolicy, Widget } from './widget-stage.ts';

/** Opens a page of settings with a preview, which only the page's own scripts can put there. */
export async function openSettings(page: Page, address: string): Promise<void> {
  await open(page, address);
  await expect(preview(page).locator('handoff-widget')).toBeAttached();
}

export interface Scene {
  team: Team;
  /** The owner's page: Embed → Human Support. */
  owner: Page;
  /** The visitor's widget, on its hostile page. */
  widget: Widget;
  /** Another visitor's widget on such a page, opened; with everything that went wrong there. */
  visit: (page: Page, options?: HostPage) => Promise<{ widget: Widget; faults: string[] }>;
  /** Clicks **Save Customization** and waits for the word that it is done. */
  save: () => Promise<void>;
}

export const test = mergeTests(settings, widgets).extend<{ scene: Scene }>({
  scene: async ({ enter, page, host, stack, sql }, use) => {
    const team = await createTeam(stack, sql);
    await sql`insert into public.answers (chatbot_id, question, answer) values
      (${team.chatbot_id}, 'How do I return boots?', 'Returns are **free** within 60 days.'),
      (${team.chatbot_id}, 'How do I clean boots?', 'With **water**.')`;
    const owner = await enter(team.owner);
    await open(owner, `${baseOf(team)}/embed`);
    await owner
      .getByRole('navigation', { name: 'Embed' })
      .getByRole('link', { name: 'Human Support' })
      .click();
    await expect(owner.getByRole('heading', { name: 'In the chat' })).toBeVisible();
    await expect(preview(owner).locator('handoff-widget')).toBeAttached();
    const visit = async (page: Page, options: HostPage = {}) => {
      const faults: string[] = [];
      page.on('pageerror', (error) => faults.push(error.message));
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) faults.push(message.text());
      });
      const hostile = { policy: strictPolicy(stack), css: HOSTILE, chatbot: team.chatbot_id };
      await page.goto(await host({ ...hostile, ...options }));
      const widget = new Widget(page, { chatbotId: team.chatbot_id });
      await widget.open();
      return { widget, faults };
    };
    const { widget } = await visit(page);
    await use({
      team,
      owner,
      widget,
      visit,
      save: async () => {
        await owner.getByRole('button', { name: 'Save Customization' }).click();
        await expect(owner.getByText('All changes saved')).toBeVisible();
        await expect(owner.getByRole('button', { name: 'Save Customization' })).toBeEnabled();
      },
    });
  },
});

/** "Within a few seconds": how many, widget-owner.spec.ts measures; a busy machine may be late with one of these. */
export const SETTINGS = { timeout: 20_000 };
