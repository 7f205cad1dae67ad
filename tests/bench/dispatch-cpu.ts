// What the sender takes of the processor: for a cold start, for each mail, webhook and message to a channel, and for a call that always
// finds more. Hosted functions are ended after two seconds of it, so this is what the sweep's own count of its work (`EFFORT_MS` in
// sweep.ts) rests on. Linux only; printed, not asserted.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connectSql } from '../support/clients.ts';
import { silence } from '../support/outbox.ts';
import { describeStack, startOwnStack } from '../support/own-stack.ts';

const COUNT = Number(process.argv[2] ?? 3000);
/** Linux counts a process's time in hundredths of a second. */
const TICK_MS = 10;

const receiver = createServer((request, response) => {
  request.resume().once('end', () => response.writeHead(204).end());
}).listen(0, '127.0.0.1');
await new Promise((resolve) => receiver.once('listening', resolve));
const hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
const running = await startOwnStack({ seed: false, channelsOrigin: hook });
const stack = describeStack(running);
const sql = connectSql(stack);
const dispatch = running.programs.get('function-dispatch')!;

function cpuMs(): number {
  const stat = readFileSync(`/proc/${dispatch.pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

async function sweep(): Promise<Record<string, number>> {
  const response = await fetch(`${stack.api_url}/functions/v1/dispatch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-dispatch-key': running.keys.dispatchKey },
    body: '{}',
  });
  return (await response.json()) as Record<string, number>;
}

async function measure(what: string, fill: (count: number) => Promise<unknown>): Promise<void> {
  for (const round of [1, 2, 3]) {
    await fill(COUNT);
    const since = performance.now();
    let sent = 0;
    const calls: number[] = [];
    for (let found = 1; found > 0 && calls.length < 100;) {
      const before = cpuMs();
      found = (await sweep())['sent'] ?? 0;
      sent += found;
      calls.push(cpuMs() - before);
    }
    const took = calls.reduce((sum, ms) => sum + ms, 0);
    console.info(
      `${what} ${round}: ${sent} in ${Math.round(performance.now() - since)} ms by ${calls.length} calls, ` +
        `${took} ms of CPU, ${(took / sent).toFixed(2)} ms each, the dearest call ${Math.max(...calls)} ms`,
    );
  }
}

try {
  await silence(sql);
  const [user] = await sql<{ id: string }[]>`
    insert into auth.users (id, email, email_confirmed_at) values (gen_random_uuid(), 'bench@example.test', now()) returning id`;
  const [chatbot] = await sql<{ id: string }[]>`
    insert into public.chatbots (owner_id, name) values (${user!.id}, 'Bench') returning id`;
  await dispatch.restart();
  console.info(`cold start: ${cpuMs()} ms of CPU until it listens`);
  const before = cpuMs();
  await sweep();
  console.info(`first call, nothing due: ${cpuMs() - before} ms of CPU`);

  await measure(
    'mails',
    (count) => sql`
      with mails as (
        insert into public.deliveries (chatbot_id, kind, purpose, recipient)
        select ${chatbot!.id}, 'email', 'notice', 'r' || n || '@example.test' from generate_series(1, ${count}::int) n returning id)
      insert into private.delivery_data (delivery_id, data)
      select id, ${sql.json({ subject: 'A webhook has been disabled', text: 'x'.repeat(600), url: 'https://handoff.example/' })} from mails`,
  );
  await sql`
    insert into public.webhook_endpoints (chatbot_id, url, events, secret_id)
    select ${chatbot!.id}, ${hook} || '/' || n, '{conversation.escalated}', vault.create_secret('whsec_' || encode(extensions.gen_random_bytes(32), 'base64'))
    from generate_series(1, 20) n`;
  await measure(
    'webhooks',
    (count) => sql`
      insert into public.deliveries (chatbot_id, kind, purpose, endpoint_id, body)
      select w.chatbot_id, 'webhook', 'test', w.id, ${JSON.stringify({ event: 'conversation.escalated', data: 'x'.repeat(600) })}
      from public.webhook_endpoints w, generate_series(1, ${Math.ceil(COUNT / 20)}::int)
      where w.chatbot_id = ${chatbot!.id} and ${count} > 0`,
  );
  await sql`
    insert into public.alert_channels (chatbot_id, kind, name, settings, secret_id)
    select ${chatbot!.id}, 'pagerduty', 'Night ' || n, '{}', vault.create_secret('{"routing_key": "R0123456789ABCDEF0123456789ABCDE"}')
    from generate_series(1, 20) n`;
  await measure('messages to channels', async (count) => {
    await sql`delete from private.channel_pace where true`;
    await sql`
      insert into public.deliveries (chatbot_id, kind, purpose, channel_id, channel_name)
      select c.chatbot_id, 'channel', 'acknowledge', c.id, c.name
      from public.alert_channels c, generate_series(1, least(100, ${Math.ceil(COUNT / 20)}::int))
      where c.chatbot_id = ${chatbot!.id} and ${count} > 0`;
  });
  await sql`update public.webhook_endpoints set is_enabled = chatbot_id <> ${chatbot!.id} or url like '%/1' where true`;
  await sql`
    insert into public.alert_rungs (chatbot_id, position, after_minutes, target, channel_id)
    select chatbot_id, 5, 0, 'channel', id from public.alert_channels where name = 'Night 1'`;
  await measure('a burst of cases, each with a mail, a webhook and an incident', async (count) => {
    await sql`delete from private.channel_pace where true`;
    await sql`
      with made as (
        insert into public.conversations (chatbot_id) select ${chatbot!.id} from generate_series(1, ${count}::int) returning id)
      insert into public.escalations (conversation_id, trigger) select id, 'api' from made`;
  });
} finally {
  await sql.end({ timeout: 1 });
  receiver.close();
  await running.stop();
}
