// What a screen reader has to say, and when: a table of sentences, each with what brings it about. Numbers make every text one of its
// own, because a screen reader drops what equals the last.
import { randomUUID } from 'node:crypto';
import type { Sql } from 'postgres';
import { converse, escalate, say, type Team } from '../e2e/dashboard-stage.ts';
import { asMember, escalations, type Shop } from '../e2e/widget-stage.ts';
import type { Page, Target } from '../engines/page.ts';

export interface Moment {
  name: string;
  /** Brings it about, and gives the sentences that are to be spoken for it, in order; `…` stands for a time. */
  happen: () => Promise<string[]>;
}

const FIELD: Target = { css: '.panel textarea' };
const inLog = (text: string): Target => ({ css: '[role="log"] *', text });

/** At a visitor's ear, from the question to a reply while the chat is closed. */
export function visitorMoments(page: Page, sql: Sql, shop: Shop): Moment[] {
  const conversation = async () => (await escalations(sql, shop))[0]!;
  const reply = async (text: string) => {
    const { conversation_id: id } = await conversation();
    await asMember(
      sql,
      shop.ownerId,
      (own) => own`select public.send_reply(${id as string}, ${randomUUID()}, ${text})`,
    );
  };
  return [
    {
      name: 'the assistant answers',
      async happen() {
        await page.type(FIELD, 'How do I return boots?');
        await page.press('Enter');
        await page.sees(inLog('Returns are free within 60 days.'));
        return ['Assistant: Returns are free within 60 days.'];
      },
    },
    {
      name: 'the request is confirmed',
      async happen() {
        await page.click({ css: '[role="log"] button', name: 'Talk to a human' });
        await page.sees(inLog('Sent! The team will follow up soon.'));
        return [
          `Sent! The team will follow up soon. Reference ${String((await conversation())['reference'])}`,
        ];
      },
    },
    {
      name: 'somebody opens the request',
      async happen() {
        const { conversation_id: id } = await conversation();
        await asMember(sql, shop.ownerId, (own) => own`select public.open_case(${id as string})`);
        await page.sees(inLog('Opened by a person'));
        return ['Opened by a person at …'];
      },
    },
    {
      name: 'a person joins and replies',
      async happen() {
        await reply('I am looking at order 41 now.');
        await page.sees(inLog('I am looking at order 41 now.'));
        return ['Ana has joined', 'Ana: I am looking at order 41 now.'];
      },
    },
    {
      name: 'a person replies while the chat is closed',
      async happen() {
        await page.press('Escape');
        await page.misses({ role: 'dialog' });
        await reply('Order 41 leaves today.');
        await page.sees({ role: 'button', name: 'Open chat, 1 unread message' });
        return ['Ana: Order 41 leaves today.'];
      },
    },
  ];
}

/** At the ear of somebody of the team. */
export function deskMoments(page: Page, sql: Sql, { chatbot_id }: Team): Moment[] {
  let wanda = '';
  return [
    {
      name: 'a new case arrives',
      async happen() {
        wanda = await converse(sql, chatbot_id, { name: 'Wanda', isEscalated: false });
        await say(sql, wanda, 'May I speak to someone about order 42?');
        await escalate(sql, wanda);
        await page.sees({ css: `[data-case="${wanda}"]` });
        return ['New case. Wanda: May I speak to someone about order 42?'];
      },
    },
    {
      name: 'a search finds something',
      async happen() {
        await page.type({ role: 'textbox', name: 'Search transcripts, leads and sessions' }, 'Malta');
        await page.misses({ css: `[data-case="${wanda}"]` });
        return ['1 case found.'];
      },
    },
    {
      name: 'a case is opened',
      async happen() {
        await page.press('Escape');
        await page.sees({ css: `[data-case="${wanda}"]` });
        await page.click({ css: `[data-case="${wanda}"]` });
        await page.sees(inLog('Where is my parcel?'));
        return ['Wanda.'];
      },
    },
    {
      name: 'the visitor writes in the open case',
      async happen() {
        await say(sql, wanda, 'Hello, order 43 is late, too.');
        await page.sees(inLog('Hello, order 43 is late, too.'));
        return ['Wanda: Hello, order 43 is late, too.'];
      },
    },
    {
      name: 'a case is resolved, can be undone, and the next one opens',
      async happen() {
        await page.click({ role: 'button', name: 'Mark resolved' });
        await page.misses({ css: `[data-case="${wanda}"]` });
        return ['Wanda resolved. Press Z to undo. Ida.'];
      },
    },
  ];
}
