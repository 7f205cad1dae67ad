// Webhooks as their receivers meet them: the real dispatcher in its real runtime, a real receiver, escalations by plain SQL.
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Webhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rpc, waitFor } from '../support/clients.ts';
import {
  addEndpoint,
  deliveriesOf,
  escalate,
  mailsTo,
  makeChatbot,
  makeDue,
  startReceiver,
  sweep,
  webhookOf,
  type DeliveryRow,
  type OwnedChatbot,
  type Received,
  type Receiver,
} from '../support/outbox.ts';
import { quickest } from '../support/quickest.ts';
import { sql, stack } from '../support/stack.ts';

const stopping: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const stop of stopping) await stop();
});

async function receiverOf(answer?: Receiver['answer']): Promise<Receiver> {
  const receiver = await startReceiver(answer);
  stopping.push(() => receiver.stop().catch(() => undefined));
  return receiver;
}

/** A chatbot with one endpoint at a receiver of its own. */
async function wired(answer?: Receiver['answer']) {
  const chatbot = await makeChatbot(stack);
  const receiver = await receiverOf(answer);
  const endpoint = await addEndpoint(chatbot, receiver.url);
  return { chatbot, receiver, endpoint };
}

const arrived = (receiver: Receiver, count = 1, timeoutMs?: number) =>
  waitFor(`${count} calls`, () => receiver.received.length >= count && receiver.received, timeoutMs);

const attempted = (escalationId: string, count = 1, timeoutMs?: number) =>
  waitFor(
    `attempt ${count} to be written down`,
    async () => {
      const delivery = await webhookOf(sql, escalationId);
      return delivery.attempts.filter(({ finished_at }) => finished_at).length >= count && delivery;
    },
    timeoutMs,
  );

/**
 * A delivery after its first attempt and before its second, which follows in some seconds. Should the machine stand still for so
 * long, another escalation is looked at.
 */
async function attemptedOnce(chatbotId: string): Promise<DeliveryRow & { escalation_id: string }> {
  for (;;) {
    const { escalation_id } = await escalate(sql, chatbotId);
    const delivery = await attempted(escalation_id);
    if (delivery.attempt_count === 1) return { ...delivery, escalation_id };
  }
}

const accepts = (secret: string, { body, headers }: Pick<Received, 'body' | 'headers'>) => {
  new Webhook(secret).verify(body, headers as Record<string, string>, { jsonParse: false });
  new SvixWebhook(secret).verify(body, headers as Record<string, string>);
};

describe('an escalation', () => {
  it('reaches every mailbox and every endpoint', async () => {
    const recipients = [`${crypto.randomUUID()}@example.test`];
    const chatbot = await makeChatbot(stack, { recipients });
    const receiver = await receiverOf();
    const endpoint = await addEndpoint(chatbot, receiver.url);
    const { conversation_id, escalation_id } = await escalate(sql, chatbot.id, 'Is anybody there? 👋');

    const [call] = await arrived(receiver);
    const mails = await waitFor('both mails', async () => {
      const found = [
        ...(await mailsTo(stack, chatbot.owner.email)),
        ...(await mailsTo(stack, recipients[0]!)),
      ];
      return found.length === 2 && found;
    });
    expect(new Set(mails.map(({ To }) => To))).toEqual(new Set([chatbot.owner.email, ...recipients]));

    accepts(endpoint.secret, call!);
    expect(call!.headers['content-type']).toBe('application/json');
    const payload = JSON.parse(call!.body) as { data: Record<string, unknown> };
    expect(payload).toMatchObject({
      event: 'conversation.escalated',
      type: 'conversation.escalated',
      chatbot_id: chatbot.id,
      data: {
        conversation_id,
        session_id: expect.stringMatching(/^embed-/) as string,
        chatbot_id: chatbot.id,
        escalated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/) as string,
        last_message: 'Is anybody there? 👋',
        message_count: 1,
        escalation_id,
        escalation_number: 1,
        trigger: 'inline_cta',
      },
    });
    const [event] = await sql`select id, body from public.events where escalation_id = ${escalation_id}`;
    expect(call!.id).toBe(event!['id']);
    expect(call!.body).toBe(event!['body']);

    await waitFor('every receipt', async () => {
      const rows = (await deliveriesOf(sql, escalation_id)).filter(({ purpose }) => purpose !== 'reminder');
      return rows.length === 3 && rows.every(({ status }) => ['sent', 'delivered'].includes(status));
    });
    expect(receiver.received).toHaveLength(1);
  });

  it('does so within two seconds', async () => {
    const { chatbot, receiver } = await wired();
    let rounds = 0;
    const delay = await quickest(2_000, async () => {
      rounds += 1;
      await escalate(sql, chatbot.id);
      const committedAt = Date.now();
      await arrived(receiver, rounds);
      await waitFor('the mail', async () => (await mailsTo(stack, chatbot.owner.email)).length === rounds);
      return Date.now() - committedAt;
    });
    expect(delay).toBeLessThan(2_000);
  });

  it('leaves a log of what was sent and what was answered', async () => {
    const { chatbot, receiver, endpoint } = await wired((response) =>
      response.writeHead(201).end('noted, thanks'),
    );
    const { escalation_id } = await escalate(sql, chatbot.id);
    const delivery = await attempted(escalation_id);
    expect(delivery).toMatchObject({ status: 'delivered', endpoint_id: endpoint.id, attempt_count: 1 });
    expect(delivery.attempts).toMatchObject([
      { outcome: 'ok', status_code: 201, response_snippet: 'noted, thanks', error: null },
    ]);
    const [{ request }] = (await sql`
      select request from public.delivery_attempts where delivery_id = ${delivery.id}`) as unknown as [
      { request: { url: string; headers: Record<string, string> } },
    ];
    expect(request.url).toBe(receiver.url);
    expect(request.headers['webhook-signature']).toBe(receiver.received[0]!.headers['webhook-signature']);
  });
});

describe('a receiver that fails', () => {
  it('is tried again with the same id and the same bytes', async () => {
    const { chatbot, receiver, endpoint } = await wired((response, { id }) => {
      const isFirst = receiver.received.filter((call) => call.id === id).length === 1;
      if (isFirst) response.writeHead(500).end('oh no');
      else response.end();
    });
    const failed = await attemptedOnce(chatbot.id);
    expect(failed).toMatchObject({ status: 'queued', attempt_count: 1 });
    expect(failed.attempts).toMatchObject([
      { outcome: 'retry', status_code: 500, response_snippet: 'oh no' },
    ]);
    // The first pause is 5 s ± 20 %; some of it has passed.
    expect(failed.seconds_to_next).toBeLessThanOrEqual(6);

    await makeDue(sql, failed.id);
    await sweep(stack, sql);
    expect(await attempted(failed.escalation_id, 2)).toMatchObject({ status: 'delivered', attempt_count: 2 });
    const calls = receiver.received.filter(({ id }) => id === failed.event_id);
    expect(calls).toHaveLength(2);
    const [first, second] = calls;
    expect(second!.body).toBe(first!.body);
    accepts(endpoint.secret, second!);
  });

  it('is not called before the time it asked for', async () => {
    const { chatbot } = await wired((response) => response.writeHead(503, { 'retry-after': '3600' }).end());
    const { escalation_id } = await escalate(sql, chatbot.id);
    const { seconds_to_next, status } = await attempted(escalation_id);
    expect(status).toBe('queued');
    expect(seconds_to_next).toBeGreaterThan(3_580);
  });

  it('is failing when it redirects, and the target is not called', async () => {
    const target = await receiverOf();
    const { chatbot } = await wired((response) => response.writeHead(302, { location: target.url }).end());
    const delivery = await attemptedOnce(chatbot.id);
    expect(delivery.attempts).toMatchObject([{ outcome: 'retry', status_code: 302 }]);
    expect(target.received).toHaveLength(0);
  });

  it('that says 410 is disabled and not called again', async () => {
    const { chatbot, receiver, endpoint } = await wired((response) => response.writeHead(410).end());
    const { escalation_id } = await escalate(sql, chatbot.id);
    expect(await attempted(escalation_id)).toMatchObject({
      attempts: [{ outcome: 'gone', status_code: 410 }],
    });
    const [row] =
      await sql`select is_enabled, disabled_reason from public.webhook_endpoints where id = ${endpoint.id}`;
    expect(row).toMatchObject({ is_enabled: false });
    expect(row!['disabled_reason']).toBeTruthy();
    await escalate(sql, chatbot.id);
    await sweep(stack, sql);
    expect(receiver.received).toHaveLength(1);
  });

  it('in a way that leaves it open whether the event arrived is tried again, and the log says so', async () => {
    const { chatbot } = await wired((response) => response.socket?.destroy());
    const delivery = await attemptedOnce(chatbot.id);
    expect(delivery.status).toBe('queued');
    expect(delivery.attempts).toMatchObject([{ outcome: 'unclear', status_code: null }]);
    expect(delivery.attempts[0]!.error).toMatch(/may have arrived/);
  });

  it(
    'never holds a call longer than 15.5 s nor has more than 1 KiB of it kept',
    { timeout: 240_000 },
    async () => {
      const bomb = gzipSync(Buffer.alloc(20_000_000));
      const head = 'HTTP/1.1 200 OK\r\n';
      const drip = (socket: Socket, next: () => string | Buffer, everyMs: number) => {
        const timer = setInterval(() => socket.write(next()), everyMs);
        socket.on('close', () => clearInterval(timer));
      };
      const misbehaving: Record<string, { listener: (socket: Socket) => void; outcome: string }> = {
        'says nothing': { listener: () => undefined, outcome: 'unclear' },
        'sends its headers one byte a second': {
          listener: (socket) => {
            const bytes = [...`${head}content-length: 0\r\n\r\n`];
            drip(socket, () => bytes.shift() ?? ' ', 1_000);
          },
          outcome: 'unclear',
        },
        'sends its body one byte a second': {
          listener: (socket) => {
            socket.write(`${head}content-length: 1000\r\n\r\n`);
            drip(socket, () => '.', 1_000);
          },
          outcome: 'unclear',
        },
        'sends a body without end': {
          listener: (socket) => {
            socket.write(`${head}transfer-encoding: chunked\r\n\r\n`);
            drip(socket, () => `400\r\n${'x'.repeat(1024)}\r\n`, 1);
          },
          outcome: 'ok',
        },
        'sends a compressed bomb': {
          listener: (socket) => {
            socket.end(
              Buffer.concat([
                Buffer.from(`${head}content-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`),
                bomb,
              ]),
            );
          },
          outcome: 'ok',
        },
        'breaks off in the middle': {
          listener: (socket) => {
            socket.write(`${head}content-length: 1000\r\n\r\nhalf`, () => socket.destroy());
          },
          outcome: 'unclear',
        },
      };
      await Promise.all(
        Object.entries(misbehaving).map(async ([what, { listener, outcome }]) => {
          const sockets: Socket[] = [];
          const server = createServer((socket) => {
            sockets.push(socket);
            socket.on('error', () => undefined);
            socket.once('data', () => listener(socket));
          });
          await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
          stopping.push(async () => {
            sockets.forEach((socket) => socket.destroy());
            server.close();
          });
          const chatbot = await makeChatbot(stack);
          await addEndpoint(chatbot, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
          const took = await quickest(15_500, async () => {
            const { escalation_id } = await escalate(sql, chatbot.id);
            const [attempt] = (await attempted(escalation_id)).attempts;
            expect(attempt, what).toMatchObject({ outcome, duration_ms: expect.any(Number) as number });
            expect(Buffer.byteLength(attempt!.response_snippet ?? ''), what).toBeLessThanOrEqual(1024);
            return attempt!.duration_ms!;
          });
          expect(took, what).toBeLessThan(15_500);
        }),
      );
    },
  );

  it('delays nobody else', { timeout: 180_000 }, async () => {
    let open = 0;
    let mostOpen = 0;
    const dead = await wired((response) => {
      mostOpen = Math.max(mostOpen, (open += 1));
      response.once('close', () => (open -= 1));
    });
    for (let count = 0; count < 30; count += 1) await escalate(sql, dead.chatbot.id);
    await arrived(dead.receiver);
    const { chatbot, receiver } = await wired();
    let rounds = 0;
    const delay = await quickest(3_000, async () => {
      rounds += 1;
      const startedAt = Date.now();
      for (let count = 0; count < 10; count += 1) await escalate(sql, chatbot.id);
      await arrived(receiver, 10 * rounds);
      return Date.now() - startedAt;
    });
    expect(delay).toBeLessThan(3_000);
    // And it is itself called a few times at once, no more.
    expect(mostOpen).toBeLessThanOrEqual(8);
    // Let nobody else wait for it.
    await rpc(dead.chatbot.owner.db, 'delete_webhook_endpoint', { id: dead.endpoint.id });
    await dead.receiver.stop();
  });
});

describe('what may not be called', () => {
  it('is refused with one sentence that tells nothing', async () => {
    const told = new Set<string>();
    const urls = [
      'https://127.0.0.1/',
      'https://localhost/',
      'http://169.254.169.254/',
      'https://nowhere.invalid/',
    ];
    for (const url of urls) {
      const { chatbot, endpoint } = await wired();
      // Past the check at saving, as if an older rule had let it in.
      await sql`update public.webhook_endpoints set url = ${url} where id = ${endpoint.id}`;
      const { attempts, status } = await attemptedOnce(chatbot.id);
      const { outcome, error, error_code, status_code, response_snippet } = attempts[0]!;
      told.add(JSON.stringify({ status, outcome, error, error_code, status_code, response_snippet }));
    }
    expect([...told]).toHaveLength(1);
    expect([...told][0]).toContain('doesn’t lead to a public server');
  });
});

describe('secrets and sending again', () => {
  it('carries a signature by either secret while one is being rotated', async () => {
    const { chatbot, receiver, endpoint } = await wired();
    const { secret } = await rpc<{ secret: string }>(chatbot.owner.db, 'rotate_webhook_secret', {
      id: endpoint.id,
    });
    expect(secret).not.toBe(endpoint.secret);
    await escalate(sql, chatbot.id);
    const [call] = await arrived(receiver);
    expect(String(call!.headers['webhook-signature']).split(' ')).toHaveLength(2);
    accepts(secret, call!);
    accepts(endpoint.secret, call!);

    await sql`update public.webhook_endpoints set previous_secret_until = now() where id = ${endpoint.id}`;
    await escalate(sql, chatbot.id);
    const [, later] = await arrived(receiver, 2);
    accepts(secret, later!);
    expect(() => accepts(endpoint.secret, later!)).toThrow();
  });

  it('redelivers with the same id and the same bytes', async () => {
    const { chatbot, receiver } = await wired();
    const { escalation_id } = await escalate(sql, chatbot.id);
    const delivery = await attempted(escalation_id);
    await rpc(chatbot.owner.db, 'redeliver', { delivery_id: delivery.id });
    const [first, second] = await arrived(receiver, 2);
    expect(second!.id).toBe(first!.id);
    expect(second!.body).toBe(first!.body);
    expect((await attempted(escalation_id, 2)).status).toBe('delivered');
  });

  it('sends a test whose bytes are those that were shown', async () => {
    const { chatbot, receiver, endpoint } = await wired();
    const shown = await rpc<{ delivery_id: string; body: string }>(chatbot.owner.db, 'send_test_event', {
      endpoint_id: endpoint.id,
    });
    const [call] = await arrived(receiver);
    expect(call!.body).toBe(shown.body);
    expect(call!.id).toBe(shown.delivery_id);
    accepts(endpoint.secret, call!);
  });
});

describe('many at once', () => {
  let chatbot: OwnedChatbot;
  let receiver: Receiver;
  beforeAll(async () => {
    ({ chatbot, receiver } = await wired((response) => setTimeout(() => response.end(), 20)));
  });

  it(
    'sends each of 100 events once although ten calls sweep at the same time',
    { timeout: 180_000 },
    async () => {
      const escalations = await Promise.all(Array.from({ length: 100 }, () => escalate(sql, chatbot.id)));
      const answers = await Promise.all(Array.from({ length: 10 }, () => sweep(stack, sql)));
      expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
      await arrived(receiver, 100);
      await waitFor('all receipts', async () => {
        const ids = escalations.map(({ escalation_id }) => escalation_id);
        const [row] = await sql`select count(*)::int as open from public.deliveries
        where escalation_id in ${sql(ids)} and kind = 'webhook' and status <> 'delivered'`;
        return row!['open'] === 0;
      });
      expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(100);
      expect(receiver.received).toHaveLength(100);
    },
  );
});

describe('the door', () => {
  it('is shut without the key, with a wrong one, and for anything but POST', async () => {
    const url = `${stack.api_url}/functions/v1/dispatch`;
    const statuses = await Promise.all([
      fetch(url, { method: 'POST', body: '{}' }),
      fetch(url, { method: 'POST', body: '{}', headers: { 'x-dispatch-key': 'wrong' } }),
      fetch(url, { method: 'POST', body: '{}', headers: { 'x-dispatch-key': '' } }),
      fetch(url),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([401, 401, 401, 405]);
  });

  it('answers with what was done', async () => {
    // While earlier sweeps still wait for slow receivers, there may be no room for another.
    const { status, body } = await waitFor('room for a sweep', async () => {
      const answer = await sweep(stack, sql);
      return !('is_busy' in answer.body) && answer;
    });
    expect(status).toBe(200);
    expect(Object.keys(body).sort()).toEqual(
      ['claimed', 'failed', 'is_joined', 'late', 'paused', 'retried', 'sent'].sort(),
    );
  });
});
