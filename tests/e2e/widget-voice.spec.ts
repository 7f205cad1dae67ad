// What a screen reader is given to speak: each piece of news once, as one text, also while the chat is closed.
import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { asMember, escalations, expect, test, type Shop, type Widget } from './widget-stage.ts';

/** Writes down every text the voice is given, as a screen reader would hear of it. */
async function listen(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const spoken: string[] = [];
    (window as unknown as { spoken: string[] }).spoken = spoken;
    const voice = document.querySelector('handoff-widget')!.shadowRoot!.querySelector('.voice')!;
    new MutationObserver(() => spoken.push(voice.textContent!)).observe(voice, { childList: true });
  });
  return () => page.evaluate(() => (window as unknown as { spoken: string[] }).spoken);
}

const plain = (texts: string[]) =>
  texts.map((text) => text.replace(/\u00a0$/, '').replace(/\d+:\d+\s[AP]M/, '…'));

async function waiting(widget: Widget): Promise<void> {
  await widget.visit();
  await widget.open();
  await widget.ask();
  await widget.requestHelp.click();
  await expect(widget.confirmation).toBeVisible();
  await widget.heard();
  await expect(widget.voice).toContainText('Where can we answer you');
}

const reply = (sql: Parameters<typeof asMember>[0], shop: Shop, conversation: string, text: string) =>
  asMember(
    sql,
    shop.ownerId,
    (own) => own`select public.send_reply(${conversation}, ${randomUUID()}, ${text})`,
  );

test('an answer, the confirmation and two quick replies are one text each, in order, and the log itself is silent', async ({
  widget,
  page,
  shop,
  sql,
}) => {
  await widget.visit();
  await widget.open();
  const spoken = await listen(page);
  await widget.ask();
  await widget.requestHelp.click();
  await expect(widget.confirmation).toBeVisible();
  await widget.heard();
  const [row] = await escalations(sql, shop);
  const conversation = String(row!['conversation_id']);
  await reply(sql, shop, conversation, 'One moment.');
  await reply(sql, shop, conversation, 'One moment.');
  const expected = [
    'Assistant: Returns are free within 60 days.',
    `Sent! The team will follow up soon. Reference ${row!['reference']}`,
    'Where can we answer you if you leave?',
    'Opened by a person at …',
    'Ana has joined',
    'Ana: One moment.',
    'Ana: One moment.',
  ];
  await expect.poll(async () => plain(await spoken())).toEqual(expected);
  // The same text twice is not spoken twice, unless it differs by something that is not spoken.
  const raw = await spoken();
  expect(new Set(raw.slice(-2)).size).toBe(2);
  await expect(widget.log).toHaveAttribute('aria-live', 'off');
  const live = '[role="status"], [role="alert"], [aria-live]:not([aria-live="off"])';
  await expect(page.locator('handoff-widget').locator(live)).toHaveCount(1);

  await page.keyboard.press('Escape');
  await expect(widget.panel).toBeHidden();
  await widget.open();
  await widget.say('Thank you');
  await widget.heard();
  expect(plain(await spoken())).toEqual(expected);
});

test('a person’s words are spoken while the chat is closed, and not again when it opens', async ({
  widget,
  page,
  shop,
  sql,
}) => {
  await waiting(widget);
  await page.keyboard.press('Escape');
  const spoken = await listen(page);
  const [row] = await escalations(sql, shop);
  await reply(sql, shop, String(row!['conversation_id']), 'I have found it.');
  await expect.poll(async () => plain(await spoken())).toEqual(['Ana: I have found it.']);
  await widget.open();
  await expect(widget.log.getByText('I have found it.')).toBeVisible();
  await expect
    .poll(async () => plain(await spoken()))
    .toEqual(['Ana: I have found it.', 'Opened by a person at …', 'Ana has joined']);
});

test('what was there before the page is not spoken, and what is not sent is', async ({
  widget,
  page,
  context,
}) => {
  await waiting(widget);
  await page.reload();
  await expect(widget.launcher).toBeVisible();
  await widget.open();
  await expect(widget.confirmation).toBeVisible();
  const spoken = await listen(page);
  await context.setOffline(true);
  await widget.say('Are you there?');
  await expect
    .poll(async () => plain(await spoken()))
    .toEqual([
      'No connection. What you send is saved and goes out once you’re connected again.',
      'Not sent yet. It’s saved and will be sent once you’re connected again.',
    ]);
  await expect(widget.voice).not.toContainText('Sent!');
});
