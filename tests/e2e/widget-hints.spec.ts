// Live hints come over a public line: whoever has the publishable key may say anything there, as often as they like. What a widget
// reads because of them stays within bounds, and the last hint is never missed.
import { randomUUID } from 'node:crypto';
import type { Page, Request } from '@playwright/test';
import { createClient, type RealtimeChannel } from '@supabase/supabase-js';
import ws from 'ws';
import type { StackFile } from './story.ts';
import { asMember, escalations, expect, test } from './widget-stage.ts';

const BROADCASTS = 300;
const PAUSE_MS = 5_000;
/** Long enough for a second read, and a third. */
const STORM_MS = 2.5 * PAUSE_MS;

/** A stranger on a public topic, joined. */
async function stranger({ api_url, publishable_key }: StackFile, topic: string): Promise<RealtimeChannel> {
  const client = createClient(api_url, publishable_key, {
    auth: { persistSession: false },
    realtime: { transport: ws as unknown as typeof WebSocket },
  });
  const channel = client.channel(topic, { config: { broadcast: { self: true, ack: true } } });
  await new Promise<void>((resolve, reject) =>
    channel.subscribe((status, error) => {
      if (status === 'SUBSCRIBED') resolve();
      else if (status !== 'CLOSED') reject(error ?? new Error(status));
    }),
  );
  return channel;
}

/** Says `BROADCASTS` hints on the topic, evenly over `STORM_MS`. */
async function storm(channel: RealtimeChannel): Promise<void> {
  const began = Date.now();
  for (let said = 0; said < BROADCASTS; said++) {
    expect(await channel.send({ type: 'broadcast', event: 'changed', payload: {} })).toBe('ok');
    const ahead = began + (STORM_MS * said) / BROADCASTS - Date.now();
    if (ahead > 0) await new Promise((resolve) => setTimeout(resolve, ahead));
  }
}

/** When the page begins to read the path, in ms. */
function readsOf(page: Page, path: string): number[] {
  const reads: number[] = [];
  page.on('request', (request: Request) => {
    if (new URL(request.url()).pathname.endsWith(path)) reads.push(Date.now());
  });
  return reads;
}

function joined(page: Page, topic: string): Promise<unknown> {
  const isReply = ({ payload }: { payload: string | Buffer }) =>
    String(payload).includes(topic) && /"phx_reply".*"ok"/.test(String(payload));
  return page
    .waitForEvent('websocket')
    .then((socket) => socket.waitForEvent('framereceived', { predicate: isReply }));
}

test('three hundred hints about the settings are one read in five seconds, and the last one is heard', async ({
  widget,
  page,
  shop,
  sql,
  stack,
}) => {
  const topic = `widget:${shop.chatbotId}`;
  const isJoined = joined(page, topic);
  await widget.visit();
  await widget.open();
  // With a conversation the settings are read for a hint alone, and not with every look; hints are for whoever waits for a person.
  await widget.ask();
  await widget.requestHelp.click();
  await isJoined;
  const channel = await stranger(stack, topic);
  const reads = readsOf(page, '/widget/config');
  await storm(channel);
  const gaps = reads.slice(1).map((at, index) => at - reads[index]!);
  expect(reads.length).toBeGreaterThan(0);
  // The first comes at once; a busy machine may bring two a little nearer to each other than they were begun.
  for (const gap of gaps) expect(gap, `reads after ${gaps.join(', ')} ms`).toBeGreaterThan(PAUSE_MS * 0.9);
  const before = reads.length;
  await sql`update public.chatbots set name = 'Boots and More' where id = ${shop.chatbotId}`;
  await expect(widget.panel.getByText('Boots and More')).toBeVisible();
  expect(reads.length).toBeGreaterThan(before);
});

test('three hundred hints about a conversation are few reads of it, and a person’s words still come', async ({
  widget,
  page,
  shop,
  sql,
  stack,
}) => {
  await widget.visit();
  await widget.open();
  await widget.ask();
  const isJoined = joined(page, 'visitor:');
  await page.reload();
  await widget.open();
  await widget.requestHelp.click();
  await expect(widget.confirmation).toBeVisible();
  await isJoined;
  const [row] = await escalations(sql, shop);
  const channel = await stranger(stack, `visitor:${String(row!['conversation_id'])}`);
  const reads = readsOf(page, '/widget/conversation');
  await storm(channel);
  // Three at once, then one in five seconds, beside the look that is taken every 3.5 seconds anyway.
  const most = 3 + Math.ceil(STORM_MS / PAUSE_MS) + Math.ceil(STORM_MS / 3_500) + 2;
  expect(reads.length).toBeLessThanOrEqual(most);
  await asMember(
    sql,
    shop.ownerId,
    (own) => own`select public.send_reply(${String(row!['conversation_id'])}, ${randomUUID()}, 'I am here.')`,
  );
  await expect(widget.log.getByText('I am here.')).toBeVisible();
});
