// The visitor's stories. Each is told on a page of another origin, most with the strictest policy and a rule that hides everything.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import {
  ANSWER,
  asMember,
  escalations,
  HOSTILE,
  QUESTION,
  strictPolicy,
  type Shop,
} from '../e2e/widget-stage.ts';
import type { Page, Target } from './page.ts';
import type { Stage, Story } from './stage.ts';

const LAUNCHER: Target = { css: '.launcher' };
const PANEL: Target = { role: 'dialog' };
const FIELD: Target = { css: '.panel textarea' };
const TALK: Target = { css: '[role="log"] button', name: 'Talk to a human' };
const SENT: Target = { text: 'Sent! The team will follow up soon.', css: '[role="log"] *' };
const inLog = (text: string): Target => ({ css: '[role="log"] *', text });

async function hostile(stage: Stage): Promise<{ shop: Shop; page: Page; address: string }> {
  const shop = await stage.shop();
  const address = await stage.host(shop, { policy: strictPolicy(stage.stack), css: HOSTILE });
  const page = await stage.page();
  await page.open(address);
  return { shop, page, address };
}

async function ask(page: Page): Promise<void> {
  await page.click(LAUNCHER);
  await page.type(FIELD, QUESTION);
  await page.press('Enter');
  await page.sees(inLog('Returns are free within 60 days.'));
}

async function talkToAPerson(stage: Stage): Promise<{ shop: Shop; page: Page; conversation: string }> {
  const { shop, page } = await hostile(stage);
  await ask(page);
  await page.click(TALK);
  await page.sees(SENT);
  const [row] = await escalations(stage.sql, shop);
  return { shop, page, conversation: String(row!['conversation_id']) };
}

const reply = (stage: Stage, shop: Shop, conversation: string, text: string) =>
  asMember(
    stage.sql,
    shop.ownerId,
    (own) => own`select public.send_reply(${conversation}, ${randomUUID()}, ${text})`,
  );

export const VISITOR_STORIES: Story[] = [
  {
    name: 'asks, is answered, talks to a human, and a person’s reply arrives',
    of: 'visitor',
    async tell(stage) {
      const { shop, page, conversation } = await talkToAPerson(stage);
      assert.ok(ANSWER.includes('**free**'));
      await page.sees({ css: '[role="log"] strong', text: 'free' });
      const [row] = await escalations(stage.sql, shop);
      assert.equal(row!['trigger'], 'inline_cta');
      assert.equal(row!['question'], QUESTION);
      await page.sees(inLog(`Reference ${row!['reference']}`));
      await page.misses(TALK);
      await reply(stage, shop, conversation, 'I am looking at your *order* now.');
      await page.sees(inLog('Ana has joined'));
      await page.sees(inLog('I am looking at your *order* now.'));
      await page.sees({ css: '.status', text: 'Ana is answering' });
      await asMember(
        stage.sql,
        shop.ownerId,
        (own) => own`select public.resolve_escalation(${row!['id']}, null)`,
      );
      await page.sees(inLog('Your request was marked as resolved.'));
      assert.equal((await escalations(stage.sql, shop)).length, 1);
    },
  },
  {
    name: 'finds the conversation again after a reload, and what came meanwhile is counted',
    of: 'visitor',
    async tell(stage) {
      const { shop, page, conversation } = await talkToAPerson(stage);
      await page.press('Escape');
      await page.misses(PANEL);
      await reply(stage, shop, conversation, 'Hello!');
      await page.sees({ role: 'button', name: 'Open chat, 1 unread message' });
      await page.tab.run('void location.reload()');
      await page.click({ role: 'button', name: 'Open chat, 1 unread message' });
      for (const text of [QUESTION, 'Sent! The team will follow up soon.', 'Hello!'])
        await page.sees(inLog(text));
      await page.sees({ css: '.launcher', name: 'Close chat' });
    },
  },
  {
    name: 'does all of it by keyboard',
    of: 'visitor',
    async tell(stage) {
      const shop = await stage.shop();
      const page = await stage.page();
      await page.open(await stage.host(shop));
      await page.sees(LAUNCHER);
      await page.click({ css: '#own' });
      await page.tabTo(LAUNCHER);
      await page.press('Enter');
      await page.holdsFocus(FIELD);
      await page.tab.type(QUESTION);
      await page.press('Enter');
      await page.sees(TALK);
      await page.tabTo(TALK, 'Shift+Tab');
      await page.press('Enter');
      await page.sees(SENT);
      // The button is gone; whoever pressed it is where they can write.
      await page.holdsFocus(FIELD);
      await page.press('Escape');
      await page.misses(PANEL);
      await page.holdsFocus(LAUNCHER);
      assert.equal((await escalations(stage.sql, shop)).length, 1);
    },
  },
  {
    name: 'reads it from right to left, in Arabic and in Hebrew',
    of: 'visitor',
    async tell(stage) {
      const shop = await stage.shop();
      const page = await stage.page();
      for (const [lang, write, question] of [
        ['ar', 'اكتب رسالة', 'كيف أعيد الحذاء؟'],
        ['he', 'כתיבת הודעה', 'איך מחזירים מגפיים?'],
      ] as const) {
        await page.open(await stage.host(shop, { lang }));
        await page.click(LAUNCHER);
        const field: Target = { css: '.panel textarea', name: write };
        await page.type(field, question);
        await page.press('Enter');
        await page.sees(inLog(question));
        await page.runs(PANEL, 'rtl');
        await page.runs(inLog(question), 'rtl');
      }
    },
  },
  {
    name: 'sees it dark on a dark system, light on a light one',
    of: 'visitor',
    needs: ['dark'],
    async tell(stage) {
      const shop = await stage.shop();
      const address = await stage.host(shop);
      const lightness: number[] = [];
      for (const isDark of [true, false]) {
        const page = await stage.page({ isDark });
        await page.open(address);
        await page.click(LAUNCHER);
        await page.sees(PANEL);
        lightness.push(await page.lightness(PANEL));
        await page.tab.close();
      }
      const [dark = 255, light = 0] = lightness;
      assert.ok(
        dark < 64 && light > 192,
        `the panel is ${dark} in the dark and ${light} in the light, of 255`,
      );
    },
  },
];
