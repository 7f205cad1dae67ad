// `npm run doctor` as somebody runs it who has deployed to a project: by its address and secret key. Everything is fine first; then each
// line is turned red by breaking exactly what it is about, and no other line is.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Sql } from 'postgres';
import type { HealthLine } from '#shared/health.ts';
import type { Stack } from '../../supabase/local/index.ts';
import { connectSql, rpc, signIn, untilSenderRuns, waitFor, type Person } from '../support/clients.ts';
import { describeStack, startOwnStack, type TestStack } from '../support/own-stack.ts';
import { escalate } from '../support/outbox.ts';

const PASSWORD = 'correct-horse-battery';
/** A zone whose clocks the Deno of this release knows otherwise than its Postgres does: British Columbia's rule of 2026. */
const DISPUTED_ZONE = 'America/Vancouver';

let running: Stack;
let stack: TestStack;
let sql: Sql;
let owner: Person;
let chatbot: string;
let withoutSockets: Server;

interface Finding {
  code: number;
  /** What it found. */
  output: string;
  /** Why it did not look. */
  refusal: string;
}

function doctor(args: string[], env: Record<string, string> = {}): Promise<Finding> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['supabase/local/run.mjs', 'doctor', ...args],
      { env: { ...process.env, HANDOFF_STATE_DIR: '/nowhere', ...env } },
      (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) : 0, output: stdout, refusal: stderr }),
    );
  });
}

/** The lines, of the stack unless another address is given. */
async function linesAt(url = stack.api_url, key = stack.secret_key): Promise<HealthLine[]> {
  const { code, output } = await doctor(['--url', url, '--json'], { SUPABASE_SECRET_KEY: key });
  const lines = JSON.parse(output) as HealthLine[];
  expect(code).toBe(lines.some(({ status }) => status === 'broken') ? 1 : 0);
  return lines;
}

const brokenOf = (lines: HealthLine[]) => lines.filter(({ status }) => status === 'broken');

beforeAll(async () => {
  running = await startOwnStack({ seed: false, app: 'built', confirmEmails: true });
  stack = describeStack(running);
  sql = connectSql(stack);
  const [user] = await sql<{ id: string }[]>`
    insert into auth.users (instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data,
      created_at, updated_at, confirmation_token, recovery_token, email_change_token_new, email_change)
    values ('00000000-0000-0000-0000-000000000000', gen_random_uuid(), 'authenticated', 'authenticated', 'owner@shop.example',
      extensions.crypt(${PASSWORD}, extensions.gen_salt('bf', 4)), now(), '{"provider":"email","providers":["email"]}', '{}', now(), now(), '', '', '', '')
    returning id`;
  await sql`insert into auth.identities (id, user_id, provider_id, provider, identity_data, last_sign_in_at, created_at, updated_at)
    values (gen_random_uuid(), ${user!.id}, ${user!.id}, 'email', ${sql.json({ sub: user!.id, email: 'owner@shop.example', email_verified: true })}, now(), now(), now())`;
  owner = await signIn(stack, 'owner@shop.example', PASSWORD);
  chatbot = await rpc<string>(owner.db, 'create_chatbot', { name: 'Shop' });
  await untilSenderRuns(stack);
  await waitFor('the clock to come round', async () => {
    const [run] =
      await sql`select from cron.job_run_details where command = 'select private.sweep()' and status = 'succeeded'`;
    return run;
  });
  withoutSockets = await proxyWithoutSockets();
}, 240_000);

afterAll(async () => {
  withoutSockets.close();
  await sql.end({ timeout: 1 });
  await running.stop();
});

/** The project behind a proxy that knows nothing of web sockets: Realtime is gone, and nothing else. */
async function proxyWithoutSockets(): Promise<Server> {
  const { hostname, port } = new URL(stack.api_url);
  const server = createServer().on('connection', (socket) => {
    socket.once('data', (first: Buffer) => {
      if (first.toString('latin1').startsWith('GET /realtime/'))
        return socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      const upstream = connect(Number(port), hostname, () => upstream.write(first));
      socket.pipe(upstream).pipe(socket);
      upstream.once('error', () => socket.destroy());
      socket.once('error', () => upstream.destroy());
    });
  });
  server.removeAllListeners('request');
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function atPostmark(change: object): Promise<void> {
  const answer = await fetch(`${stack.mailbox_url}/_server`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(change),
  });
  expect(answer.status).toBe(204);
}

const signal = (name: string, signal: NodeJS.Signals) => running.programs.get(name)!.kill(signal);

async function setVault(name: string, value: string): Promise<string> {
  const [before] = await sql<{ id: string; secret: string }[]>`
    select id, decrypted_secret as secret from vault.decrypted_secrets where name = ${name}`;
  await sql`select vault.update_secret(${before!.id}, ${value})`;
  return before!.secret;
}

describe('a project that is set up', { timeout: 600_000 }, () => {
  it('has a test escalation arrive, with the time of each hop, and all lines fine', async () => {
    const { code, output } = await doctor(['--url', `${stack.api_url}/`, '--send-test'], {
      SUPABASE_SECRET_KEY: stack.secret_key,
    });
    expect(output).toMatch(/\d+ ms {2}the request is recorded/);
    expect(output).toMatch(/\d+ ms {2}mail to owner@shop\.example: delivered \(sent after \d+ ms\)/);
    expect(output).toMatch(/All \d+ are fine\./);
    expect(output).not.toContain(stack.secret_key);
    expect(code).toBe(0);
    const [test] = await sql`
      select e.status, c.page_url from public.escalations e join public.conversations c on c.id = e.conversation_id where e.chatbot_id = ${chatbot}`;
    expect(test).toEqual({ status: 'resolved', page_url: `${stack.app_url}/first-run` });
  });

  it('tells a member the same facts, and nobody else', async () => {
    const { data } = await owner.db.auth.getSession();
    const ask = async (id: string, authorization?: string) => {
      const answer = await fetch(`${stack.api_url}/functions/v1/health/facts?chatbot_id=${id}`, {
        headers: authorization ? { authorization } : {},
      });
      return { status: answer.status, text: await answer.text() };
    };
    const mine = `Bearer ${data.session!.access_token}`;
    const { status, text } = await ask(chatbot, mine);
    expect(status).toBe(200);
    for (const secret of [
      running.keys.postmarkToken,
      running.keys.dispatchKey,
      running.keys.postmarkEventsPassword,
    ])
      expect(text).not.toContain(secret);
    expect((await ask(randomUUID(), mine)).status).toBe(404);
    expect((await ask(chatbot)).status).toBe(401);
    expect((await ask(chatbot, 'Bearer nonsense')).status).not.toBe(200);
  });
});

interface Break {
  line: HealthLine['id'];
  by: string;
  make: () => Promise<unknown>;
  mend: () => Promise<unknown>;
  /** Where the doctor is sent, when not to the stack itself. */
  at?: () => string;
}

let kept: string;
const BREAKS: Break[] = [
  {
    line: 'database',
    by: 'a migration that was not applied',
    make: () =>
      sql`update supabase_migrations.schema_migrations set version = '-' || version where name = 'health'`,
    mend: () =>
      sql`update supabase_migrations.schema_migrations set version = ltrim(version, '-') where name = 'health'`,
  },
  {
    line: 'functions',
    by: 'a function that hangs',
    make: async () => signal('function-api', 'SIGSTOP'),
    mend: async () => signal('function-api', 'SIGCONT'),
  },
  {
    line: 'settings',
    by: 'a key that the Vault has otherwise',
    make: async () => (kept = await setVault('dispatch_key', 'another')),
    mend: () => setVault('dispatch_key', kept),
  },
  {
    line: 'cron',
    by: 'a job that is not scheduled, however long ago',
    make: async () => {
      await sql`select cron.unschedule('handoff-sweep')`;
      await sql`update private.senders set last_sweep_at = now() - interval '1 hour'`;
    },
    // By the very step that the line names.
    mend: async () => {
      const cure = brokenOf(await linesAt())[0]!.cure!;
      await sql.unsafe(cure.slice(cure.indexOf('select ')));
      await untilSwept();
    },
  },
  {
    line: 'sender',
    by: 'a sender that hangs',
    make: async () => signal('function-dispatch', 'SIGSTOP'),
    mend: async () => signal('function-dispatch', 'SIGCONT'),
  },
  {
    line: 'sender',
    by: 'a sender that is called at another address',
    make: async () => {
      kept = await setVault('project_url', 'http://127.0.0.1:9');
      await sql`update private.senders set last_sweep_at = now() - interval '1 hour'`;
    },
    mend: async () => {
      await setVault('project_url', kept);
      await untilSwept();
    },
  },
  {
    line: 'realtime',
    by: 'a web socket that is refused',
    make: async () => undefined,
    mend: async () => undefined,
    at: () => `http://127.0.0.1:${(withoutSockets.address() as AddressInfo).port}`,
  },
  {
    line: 'mail',
    by: 'a token that Postmark does not know',
    make: () => atPostmark({ token: 'another' }),
    mend: () => atPostmark({ token: running.keys.postmarkToken }),
  },
  {
    line: 'mail_from',
    by: 'a sender that Postmark has not confirmed',
    make: async () => {
      await fetch(`${stack.mailbox_url}/_faults`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify([
          { status: 422, ErrorCode: 400, Message: 'The sender signature was not found.' },
        ]),
      });
      await escalate(sql, chatbot);
      await untilAttempt('pause');
    },
    mend: async () => {
      await sql`update private.senders set paused_until = now()`;
      await sql`select private.sweep()`;
      await untilAttempt('ok');
    },
  },
  {
    line: 'receipts',
    by: 'a webhook that Postmark has not been told of',
    make: () => atPostmark({ eventsUrl: 'https://staging.supabase.co/functions/v1/postmark-events' }),
    mend: () => atPostmark({ eventsUrl: `${stack.api_url}/functions/v1/postmark-events` }),
  },
  {
    line: 'inbound',
    by: 'an inbound webhook with another password',
    make: () =>
      atPostmark({
        inboundHookUrl: `${stack.api_url.replace('//', '//postmark:wrong@')}/functions/v1/postmark-inbound`,
      }),
    mend: () => {
      const { user, password } = stack.postmark_webhooks;
      const there = stack.api_url.replace('//', `//${user}:${password}@`);
      return atPostmark({ inboundHookUrl: `${there}/functions/v1/postmark-inbound` });
    },
  },
  {
    line: 'endpoints',
    by: 'a receiver that is dead',
    make: async () => {
      const { id } = await rpc<{ id: string }>(owner.db, 'add_webhook_endpoint', {
        chatbot_id: chatbot,
        url: 'http://127.0.0.1:9/hook',
        events: ['conversation.escalated'],
      });
      kept = id;
      await escalate(sql, chatbot);
      await waitFor('a failed attempt', async () => {
        const [row] =
          await sql`select from public.webhook_endpoints where id = ${id} and failing_since is not null`;
        return row;
      });
    },
    mend: () => rpc(owner.db, 'delete_webhook_endpoint', { id: kept }),
  },
  {
    line: 'channels',
    by: 'a channel whose service says that it is gone',
    make: async () => {
      const [channel] = await sql<{ id: string }[]>`
        insert into public.alert_channels (chatbot_id, kind, name, secret_id, is_enabled, disabled_reason, failing_since)
        values (${chatbot}, 'slack', 'Night shift', vault.create_secret('{}'), false, 'gone', now()) returning id`;
      kept = channel!.id;
    },
    mend: () => sql`delete from public.alert_channels where id = ${kept}`,
  },
  {
    line: 'push',
    by: 'push keys that are none',
    make: async () => {
      kept = await setVault('push_keys', 'lost');
    },
    mend: () => setVault('push_keys', kept),
  },
  {
    line: 'push',
    by: 'a device whose push service refuses what it is sent',
    make: async () => {
      await sql`insert into public.push_devices (user_id, endpoint, p256dh, auth, label, failing_since, last_failure)
        values (${owner.id}, 'https://push.example.com/1', ${`B${'a'.repeat(86)}`}, ${'b'.repeat(22)}, 'Phone', now(), 'The service answered 403.')`;
    },
    mend: () => sql`delete from public.push_devices where user_id = ${owner.id}`,
  },
  {
    line: 'suppressed',
    by: 'an owner whose mailbox bounced',
    make: () =>
      sql`insert into private.suppressed_addresses (email, reason) values ('owner@shop.example', 'HardBounce')`,
    mend: async () => {
      const { data } = await owner.db.auth.getSession();
      const answer = await fetch(`${stack.api_url}/functions/v1/health/lift`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${data.session!.access_token}`,
        },
        body: JSON.stringify({ chatbot_id: chatbot, email: 'Owner@shop.example' }),
      });
      expect(await answer.json()).toEqual({ still_held_back: 0 });
    },
  },
  {
    line: 'zones',
    by: 'a zone of which Deno and Postgres know different clocks',
    make: () => sql`update public.profiles set time_zone = ${DISPUTED_ZONE} where user_id = ${owner.id}`,
    mend: () => sql`update public.profiles set time_zone = 'UTC' where user_id = ${owner.id}`,
  },
  {
    line: 'app',
    by: 'an app that is not running',
    make: () => running.programs.get('app')!.stop(),
    mend: () => running.programs.get('app')!.restart(),
  },
];

async function untilSwept(): Promise<void> {
  await sql`select private.sweep()`;
  await waitFor('a sweep', async () => {
    const [row] = await sql`select from private.senders where last_sweep_at > now() - interval '1 minute'`;
    return row;
  });
}

async function untilAttempt(outcome: string): Promise<void> {
  await waitFor(`an attempt that is ${outcome}`, async () => {
    const [last] = await sql<{ outcome: string }[]>`
      select a.outcome from public.delivery_attempts a join public.deliveries d on d.id = a.delivery_id
      where d.kind = 'email' and a.outcome is not null order by a.id desc limit 1`;
    return last?.outcome === outcome;
  });
}

describe('each line, and no other, turns red by', { timeout: 600_000 }, () => {
  it.each(BREAKS)('$by ($line)', async ({ line, make, mend, at }) => {
    await make();
    try {
      const broken = brokenOf(await linesAt(at?.()));
      expect(broken.map(({ id }) => id)).toEqual([line]);
      expect(broken[0]!.cure).toMatch(/\S/);
    } finally {
      await mend();
    }
  });

  it('a project in which nobody has to confirm an address (auth)', async () => {
    const other = inject('stack');
    const lines = await linesAt(other.api_url, other.secret_key);
    expect(lines.find(({ id }) => id === 'auth')?.status).toBe('broken');
  });

  it('nothing any more, once everything is mended', async () => {
    expect((await linesAt()).filter(({ status }) => status !== 'ok')).toEqual([]);
  });
});

describe('where there is nothing to look at', () => {
  it('one sentence says so, and the code is 1', async () => {
    const { code, refusal } = await doctor([]);
    expect(code).toBe(1);
    expect(refusal).toContain('No stack runs here. Start one with npm start, or name a project:');
    expect((await doctor(['--url', stack.api_url])).refusal).toContain('The secret key is missing');
    expect((await doctor(['--url', 'nonsense', '--key', 'x'])).refusal).toContain('is not an address');
  });

  it('a dead address and a wrong key are one line each', async () => {
    const dead = brokenOf(await linesAt('http://127.0.0.1:9'));
    expect(dead.map(({ says }) => says)).toEqual(['Nobody answers at http://127.0.0.1:9.']);
    const wrong = brokenOf(await linesAt(stack.api_url, 'sb_secret_wrong'));
    expect(wrong.map(({ says }) => says)).toEqual(['The key is not accepted.']);
  });
});
