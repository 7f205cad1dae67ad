// What stands under the assistant's answers, and where the log stands when one arrives.
import type { Locator } from '@playwright/test';
import { finish, startModel, writePiece } from '../support/model.ts';
import { asMember, escalations, expect, QUESTION, test, type Shop, type Widget } from './widget-stage.ts';

const UNKNOWN = 'What is the weight of the moon?';
const positives = ({ log }: Widget) => log.getByRole('button', { name: 'That answered my question' });

/** Contrast of the words of each element to what they are painted on, by WCAG 2.2. */
function contrasts(elements: Locator): Promise<number[]> {
  return elements.evaluateAll((all) => {
    const parse = (color: string) => [...color.matchAll(/[\d.]+/g)].map(([number]) => Number(number));
    const light = (color: string) => {
      const [r = 0, g = 0, b = 0] = parse(color).map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const groundOf = (element: Element | null): string => {
      if (!element) return 'rgb(255, 255, 255)';
      const { backgroundColor } = getComputedStyle(element);
      return parse(backgroundColor)[3] === 0 ? groundOf(element.parentElement) : backgroundColor;
    };
    return all.map((element) => {
      const [a, b] = [light(getComputedStyle(element).color), light(groundOf(element))];
      return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    });
  });
}

test('what can be tapped under older answers can be read, in light and dark and in any colour of the owner', async ({
  widget,
  page,
  shop,
  sql,
}) => {
  for (const [index, color] of ['#2563eb', '#ffff00', '#0b1020'].entries()) {
    await sql`update public.chatbots set accent_color = ${color} where id = ${shop.chatbotId}`;
    await widget.visit();
    await widget.open();
    if (index === 0) {
      await widget.ask();
      await widget.ask(UNKNOWN);
      await widget.ask('How do I clean boots?');
    }
    await expect(widget.requestHelp).toHaveCount(3);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const buttons of [widget.requestHelp, positives(widget)])
        for (const contrast of await contrasts(buttons))
          expect(contrast, `${color}, ${colorScheme}`).toBeGreaterThanOrEqual(4.5);
    }
  }
});

test('no praise is asked for an answer that was none, only a person is offered', async ({ widget }) => {
  await widget.visit();
  await widget.open();
  await widget.say(UNKNOWN);
  await expect(widget.log.getByText('I don’t have an answer to that.')).toHaveCount(1);
  await expect(widget.requestHelp).toHaveCount(1);
  await widget.heard();
  await expect(positives(widget)).toHaveCount(0);
  await widget.ask();
  await expect(positives(widget)).toHaveCount(1);
});

test('the owner’s button for a person goes while one has been asked and while one answers; the others stay', async ({
  widget,
  shop,
  sql,
}) => {
  const buttons = [
    { type: 'escalate', label: 'Talk to the team', value: null },
    { type: 'message', label: 'Opening hours', value: 'When are you open?' },
    { type: 'link', label: 'Help pages', value: 'https://www.example.com/help' },
  ];
  await asTheOwner(
    shop,
    (db) => db`select public.save_followup_buttons(${shop.chatbotId}, ${db.json(buttons)})`,
  );
  const team = widget.panel.getByRole('button', { name: 'Talk to the team' });
  const others = [
    widget.panel.getByRole('button', { name: 'Opening hours' }),
    widget.panel.getByRole('link', { name: /^Help pages/ }),
  ];
  await widget.visit();
  await widget.open();
  await widget.ask();
  await team.click();
  await expect(widget.confirmation).toBeVisible();
  await expect(widget.panel.getByText('Waiting for a person')).toBeVisible();
  await expect(team).toHaveCount(0);
  for (const other of others) await expect(other).toBeVisible();

  const [asked] = await escalations(sql, shop);
  await asTheOwner(
    shop,
    (db) =>
      db`select public.send_reply(${asked!['conversation_id']}, ${crypto.randomUUID()}, 'I am looking.')`,
  );
  await expect(widget.panel.getByText('Ana is answering')).toBeVisible();
  await expect(team).toHaveCount(0);
  for (const other of others) await expect(other).toBeVisible();

  await asTheOwner(shop, (db) => db`select public.resolve_escalation(${asked!['id']}, null)`);
  await expect(widget.panel.getByText('AI assistant')).toBeVisible();
  await expect(team).toBeVisible();

  function asTheOwner({ ownerId }: Shop, work: Parameters<typeof asMember>[2]) {
    return asMember(sql, ownerId, work);
  }
});

test('a long answer is read from its beginning, a short one to its end', async ({ widget, shop, sql }) => {
  const lines = Array.from({ length: 60 }, (_, index) => `Step ${index + 1}: turn the boot once.`);
  await sql`insert into public.answers (chatbot_id, question, answer)
    values (${shop.chatbotId}, 'How do I lace boots?', ${lines.join('\n\n')})`;
  await widget.visit();
  await widget.open();
  await widget.ask();
  await widget.ask('How do I lace boots?');
  await widget.heard();
  await expect(widget.log.getByText('Step 1: turn the boot once.')).toBeInViewport({ ratio: 1 });
  await expect(widget.log.getByText('Step 60: turn the boot once.')).not.toBeInViewport();
  await widget.panel.getByRole('button', { name: 'Jump to latest' }).click();
  await expect(widget.log.getByText('Step 60: turn the boot once.')).toBeInViewport({ ratio: 1 });
  await widget.ask(QUESTION);
  await expect(widget.requestHelp.last()).toBeInViewport({ ratio: 1 });
});

test('whoever has read on to the end of a long answer is left there when the panel looks for news', async ({
  widget,
  page,
  shop,
  sql,
}) => {
  const lines = Array.from({ length: 60 }, (_, index) => `Step ${index + 1}: turn the boot once.`);
  await sql`insert into public.answers (chatbot_id, question, answer)
    values (${shop.chatbotId}, 'How do I lace boots?', ${lines.join('\n\n')})`;
  await widget.visit();
  await widget.open();
  await widget.ask('How do I lace boots?');
  await widget.heard();
  await widget.panel.getByRole('button', { name: 'Jump to latest' }).click();
  const end = widget.log.getByText('Step 60: turn the boot once.');
  await expect(end).toBeInViewport({ ratio: 1 });
  const read = () => page.waitForResponse(/functions\/v1\/widget\/conversation/);
  // What the first brought is drawn before the second is asked for.
  await read();
  await read();
  await expect(end).toBeInViewport({ ratio: 1 });
});

test('an answer is drawn with its marks while the assistant is still writing it, and what the visitor wrote with its addresses', async ({
  widget,
  shop,
  sql,
}) => {
  const goOn: (() => void)[] = [];
  const model = await startModel(async (response) => {
    for (const piece of [
      'Two ways:\n\n1. **By',
      ' post**, free\n2. At a [sh',
      'op](https://shop.example/shops)',
    ]) {
      writePiece(response, piece);
      await new Promise<void>((resolve) => goOn.push(resolve));
    }
    finish(response);
  });
  await sql`update public.bots set kind = 'openai', model = 'small', base_url = ${model.baseUrl}
    where chatbot_id = ${shop.chatbotId}`;
  await widget.visit();
  await widget.open();
  await widget.say('Is https://shop.example/boots right?');
  const answer = widget.log.locator('.assistant .bubble').last();
  await expect(answer.locator('li')).toHaveText(['**By']);
  // As soon as the server has it, not only when it is answered.
  await expect(widget.log.getByRole('link', { name: 'https://shop.example/boots' })).toBeVisible();
  goOn.shift()!();
  await expect(answer.locator('li')).toHaveText(['By post, free', 'At a [sh']);
  await expect(answer.locator('strong')).toHaveText('By post');
  goOn.shift()!();
  await expect(answer.getByRole('link')).toHaveAttribute('href', 'https://shop.example/shops');
  await expect(widget.requestHelp).toHaveCount(0);
  goOn.shift()!();
  await expect(widget.requestHelp).toHaveCount(1);
  await expect(answer.locator('li').first()).toHaveText('By post, free');
  await model.stop();
});

test('a history that comes in several pages is there at once: all of it is counted, and drawn from its end to its beginning', async ({
  widget,
  page,
  shop,
  sql,
}) => {
  await widget.visit();
  await widget.open();
  await widget.ask();
  await widget.heard();
  await page.reload();
  await expect(widget.launcher).toHaveAccessibleName('Open chat');
  await sql`insert into public.messages (conversation_id, role, text)
    select c.id, 'assistant', '**Answer ' || n || '.** ' || repeat('Boots are *warm*. ', 220)
    from public.conversations c, generate_series(1, 60) n where c.chatbot_id = ${shop.chatbotId}`;
  await page.reload();
  // Nothing is read again while the chat is closed and nobody is waited for.
  await expect(widget.launcher).toHaveAccessibleName('Open chat, 60 unread messages');
  await widget.open();
  await expect(widget.log.locator('strong', { hasText: /^Answer 60\.$/ })).toBeInViewport();
  await expect(widget.log.locator('.bubble')).toHaveCount(63);
  await expect(widget.log.locator('strong', { hasText: /^Answer \d+\.$/ })).toHaveText(
    Array.from({ length: 60 }, (_, index) => `Answer ${index + 1}.`),
  );
});
