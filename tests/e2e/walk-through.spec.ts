// The README's walk-through, followed literally on the demo data: a visitor on the demo page, two people at their desks, the
// mailbox, and a webhook receiver that checks signatures with the published library.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient } from '@supabase/supabase-js';
import { Webhook } from 'standardwebhooks';
import ws from 'ws';
import { expect, figure, openDesk, row, test } from './dashboard-stage';
import { SENT } from './story';

interface Received {
  id: string;
  body: { type: string; data: Record<string, unknown> };
}

test('one escalation travels from the demo page to two desks, a mailbox and a webhook, and is resolved', async ({
  page,
  enter,
  stack,
  sql,
}) => {
  const { demo } = stack;
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      // Throws, and so leaves the list as it was, when the signature is not right.
      new Webhook(secret).verify(body, request.headers as Record<string, string>);
      received.push({
        id: String(request.headers['webhook-id']),
        body: JSON.parse(body) as Received['body'],
      });
      response.writeHead(204).end();
    })().catch(() => response.writeHead(401).end());
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const db = createClient(stack.api_url, stack.publishable_key, {
    auth: { persistSession: false, autoRefreshToken: false },
    realtime: { transport: ws as unknown as typeof WebSocket },
  });
  await db.auth.signInWithPassword(demo);
  const { data, error } = await db.rpc('add_webhook_endpoint', {
    chatbot_id: demo.chatbot_id,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    events: ['conversation.escalated'],
    description: 'walk-through',
  });
  expect(error).toBeNull();
  const { id: endpoint, secret } = data as { id: string; secret: string };

  try {
    const person = (email: string, password: string) => ({ id: '', email, password, db });
    const owner = await enter(person(demo.email, demo.password));
    const agent = await enter(person(demo.agent_email, demo.agent_password));
    const desk = `/dashboard/chatbots/${demo.chatbot_id}/human-support`;
    await openDesk(owner, desk);
    await openDesk(agent, desk);
    const unresolved = async (at: typeof owner) =>
      Number(await figure(at, 'unresolved_in_window').textContent());
    const before = await unresolved(owner);

    await page.goto('/demo');
    await page.getByRole('button', { name: /chat/i }).first().click();
    await page.getByRole('textbox').fill('How long do I have to return boots?');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('log').getByText('Returns are free within')).toHaveCount(1);
    const mails = async () => {
      const answer = await fetch(`${stack.mailbox_url}/messages?recipient=${demo.email}`);
      return ((await answer.json()) as { Messages: { TextBody: string }[] }).Messages;
    };
    const mailsBefore = (await mails()).length;

    const tapped = Date.now();
    const took = (what: string) =>
      test.info().annotations.push({ type: what, description: `${Date.now() - tapped} ms after the tap` });
    await page.getByRole('button', { name: 'Talk to a human' }).first().click();
    await Promise.all([
      expect(page.getByText('Sent! The team will follow up soon.').first())
        .toBeVisible()
        .then(() => took('confirmed')),
      expect
        .poll(async () => await unresolved(owner), { intervals: [20] })
        .toBe(before + 1)
        .then(() => took('on the first desk')),
      expect
        .poll(async () => await unresolved(agent), { intervals: [20] })
        .toBe(before + 1)
        .then(() => took('on the second desk')),
      expect
        .poll(async () => (await mails()).length, { ...SENT, intervals: [20] })
        .toBe(mailsBefore + 1)
        .then(() => took('in the mailbox')),
      expect
        .poll(() => received.length, { ...SENT, intervals: [20] })
        .toBe(1)
        .then(() => took('at the receiver')),
    ]);

    const [escalation] = await sql<{ id: string; conversation_id: string }[]>`
      select id, conversation_id from escalations where chatbot_id = ${demo.chatbot_id} order by escalated_at desc limit 1`;
    const { id, conversation_id } = escalation!;
    expect(received[0]!.body).toMatchObject({
      type: 'conversation.escalated',
      data: { escalation_id: id, conversation_id, last_message: 'How long do I have to return boots?' },
    });
    expect((await mails())[0]!.TextBody).toContain(`human-support?conv=${conversation_id}`);
    await expect(row(agent, conversation_id)).toBeVisible();

    await row(owner, conversation_id).click();
    await owner.getByRole('button', { name: 'Mark resolved' }).click();
    for (const at of [owner, agent]) {
      await expect(row(at, conversation_id)).toHaveCount(0);
      await expect.poll(() => unresolved(at)).toBe(before);
    }
  } finally {
    await db.rpc('delete_webhook_endpoint', { id: endpoint });
    server.closeAllConnections();
    server.close();
  }
});
