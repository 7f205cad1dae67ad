// Channels as the services meet them: the real sender in its real runtime, a server that answers as each service is documented to, cases
// by plain SQL. What is told, how answers are taken, the pace, a burst, an incident's life, and that no secret is left anywhere.
import { readdirSync, readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHANNELS } from '../../supabase/functions/_shared/channels/all.ts';
import type { Stack } from '../../supabase/local/index.ts';
import { HOSTILE } from '../support/channel-service.ts';
import { connectSql, rpc, waitFor } from '../support/clients.ts';
import {
  deliveriesOf,
  escalate,
  makeChatbot,
  makeDue,
  startReceiver,
  sweep,
  type OwnedChatbot,
  type Received,
  type Receiver,
} from '../support/outbox.ts';
import { describeStack, startOwnStack, type TestStack } from '../support/own-stack.ts';

interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

interface Case {
  settings: Record<string, string>;
  secrets: Record<string, string>;
  /** How its address begins, after the host. */
  path: string;
  ok: Answer;
  gone: Answer;
  slow: Answer;
}

/** What a receipt says of a message that was taken: 202 means that the service sees to it later. */
const takenAs = (kind: string) => (CASES[kind]!.ok.status === 202 ? 'sent' : 'delivered');
const KEY = 'k3yOfTheRoom0123456789';
const RETRY = { 'retry-after': '90' };
/** What is entered for each service, and the answers that its documentation names. */
const CASES: Record<string, Case> = {
  slack: {
    settings: {},
    secrets: { url: `https://hooks.slack.com/services/T0001/B0001/${KEY}` },
    path: '/services/',
    ok: { status: 200, body: 'ok' },
    gone: { status: 404, body: 'no_service' },
    slow: { status: 429, body: 'rate_limited', headers: RETRY },
  },
  teams: {
    settings: {},
    secrets: {
      url: `https://prod-01.westeurope.logic.azure.com/workflows/abc/triggers/manual/paths/invoke?sig=${KEY}`,
    },
    path: '/workflows/',
    ok: { status: 202, body: '' },
    gone: { status: 404, body: { error: { code: 'WorkflowNotFound' } } },
    slow: { status: 429, body: '', headers: RETRY },
  },
  discord: {
    settings: {},
    secrets: { url: `https://discord.com/api/webhooks/123456789012345678/${KEY.padEnd(68, 'x')}` },
    path: '/api/webhooks/',
    ok: { status: 204, body: '' },
    gone: { status: 404, body: { code: 10015, message: 'Unknown Webhook' } },
    slow: { status: 429, body: { message: 'You are being rate limited.', retry_after: 90.5, global: false } },
  },
  google_chat: {
    settings: {},
    secrets: { url: `https://chat.googleapis.com/v1/spaces/AAAA/messages?key=AIzaKey&token=${KEY}` },
    path: '/v1/spaces/',
    ok: { status: 200, body: { name: 'spaces/AAAA/messages/1' } },
    gone: { status: 404, body: { error: { status: 'NOT_FOUND' } } },
    slow: { status: 429, body: { error: { status: 'RESOURCE_EXHAUSTED' } } },
  },
  mattermost: {
    settings: {},
    secrets: { url: 'https://chat.example.com/hooks/abcdefghijklmnopqrstuvwxyz' },
    path: '/hooks/',
    ok: { status: 200, body: 'ok' },
    gone: { status: 400, body: { id: 'web.incoming_webhook.invalid.app_error', status_code: 400 } },
    slow: { status: 429, body: '', headers: RETRY },
  },
  telegram: {
    settings: { chat_id: '-1001234567890' },
    secrets: { bot_token: `123456789:AA${KEY}${KEY}`.slice(0, 46) },
    path: '/bot',
    ok: { status: 200, body: { ok: true, result: {} } },
    gone: { status: 401, body: { ok: false, error_code: 401, description: 'Unauthorized' } },
    slow: { status: 429, body: { ok: false, error_code: 429, parameters: { retry_after: 90 } } },
  },
  ntfy: {
    settings: { server: 'https://push.example.com/' },
    secrets: { topic: `handoff-${KEY}`, token: `tk_${KEY}` },
    path: '/',
    ok: { status: 200, body: { id: 'x', topic: `handoff-${KEY}` } },
    gone: { status: 403, body: { code: 40301, error: 'forbidden', topic: `handoff-${KEY}` } },
    slow: { status: 429, body: { code: 42901 }, headers: RETRY },
  },
  pagerduty: {
    settings: { region: 'eu' },
    secrets: { routing_key: 'R0123456789ABCDEF0123456789ABCDE' },
    path: '/v2/enqueue',
    ok: { status: 202, body: { status: 'success' } },
    gone: {
      status: 400,
      body: {
        status: 'invalid event',
        errors: ["'routing_key' R0123456789ABCDEF0123456789ABCDE is not valid"],
      },
    },
    slow: { status: 429, body: { status: 'throttled' }, headers: RETRY },
  },
};
const NAMES = Object.keys(CASES);

let running: Stack;
let stack: TestStack;
let sql: Sql;
let service: Receiver;
/** What each service answers now, by its name. */
let answers: Record<string, Answer>;

beforeAll(async () => {
  service = await startReceiver((response: ServerResponse, call: Received) => {
    const name = nameOf(call);
    const { status, body, headers } = answers[name]!;
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, headers).end(status === 204 ? undefined : text);
  });
  running = await startOwnStack({ seed: false, channelsOrigin: new URL(service.url).origin });
  stack = describeStack(running);
  sql = connectSql(stack);
}, 240_000);

afterAll(async () => {
  await sql.end({ timeout: 1 });
  await running.stop();
  await service.stop();
});

/** The longest path that fits: ntfy's is the shortest of all. */
function nameOf({ path }: Received): string {
  const fitting = NAMES.filter((name) => path.startsWith(CASES[name]!.path));
  return fitting.sort((a, b) => CASES[b]!.path.length - CASES[a]!.path.length)[0]!;
}

function answerWell(): void {
  answers = Object.fromEntries(NAMES.map((name) => [name, CASES[name]!.ok]));
  service.received.length = 0;
}

async function addChannel({ id, owner }: OwnedChatbot, kind: string): Promise<string> {
  const { settings, secrets } = CASES[kind]!;
  const channel = { kind, name: `Room at ${kind}`, settings, secrets };
  return (await rpc<{ id: string }>(owner.db, 'save_channel', { chatbot_id: id, channel })).id;
}

/** A chatbot whose first and only step is a channel of this service. */
async function chatbotAt(kind: string) {
  const chatbot = await makeChatbot(stack);
  const channel_id = await addChannel(chatbot, kind);
  const settings = { rungs: [{ after_minutes: 0, target: 'channel', channel_id }] };
  await rpc(chatbot.owner.db, 'save_alerts', { chatbot_id: chatbot.id, settings });
  return { chatbot, channel_id };
}

/** What PagerDuty was told, in its order. */
const incidentEvents = () =>
  service.received.map(({ body }) => JSON.parse(body) as { event_action: string; dedup_key: string });

const receiptOf = async (escalationId: string) => (await deliveriesOf(sql, escalationId))[0]!;

async function settled(escalationId: string, attempts = 1) {
  return await waitFor('the attempt to be written down', async () => {
    const receipt = await receiptOf(escalationId);
    return receipt.attempts.filter(({ finished_at }) => finished_at).length >= attempts && receipt;
  });
}

it('the database knows of each service what its folder says', async () => {
  const rows = await sql<
    {
      kind: string;
      pace_messages: number;
      pace_seconds: number;
      fields: string[];
      secret_fields: string[];
      has_incidents: boolean;
    }[]
  >`select * from private.channel_kinds order by kind::text`;
  const fromFolders = Object.entries(CHANNELS).map(([kind, { description }]) => ({
    kind,
    pace_messages: description.pace.messages,
    pace_seconds: description.pace.seconds,
    fields: description.fields.filter(({ is_secret }) => !is_secret).map(({ name }) => name),
    secret_fields: description.fields.filter(({ is_secret }) => is_secret).map(({ name }) => name),
    has_incidents: !description.is_summarised,
  }));
  expect([...rows]).toEqual(fromFolders.sort((a, b) => (a.kind < b.kind ? -1 : 1)));
});

describe.each(NAMES)('%s', (kind) => {
  beforeAll(answerWell);

  it('is told what the visitor asked, harmless, and the receipt says so', async () => {
    const { chatbot } = await chatbotAt(kind);
    const { escalation_id } = await escalate(sql, chatbot.id, `Where is my parcel? ${HOSTILE}`);
    const receipt = await settled(escalation_id);
    expect(receipt).toMatchObject({ kind: 'channel', purpose: 'alert', status: takenAs(kind), reason: null });
    expect(receipt.attempts[0]).toMatchObject({
      outcome: 'ok',
      status_code: CASES[kind]!.ok.status,
      response_snippet: null,
    });
    const [call] = service.received.filter((told) => nameOf(told) === kind);
    expect(call!.body).toContain('Where is my parcel?');
    expect(call!.body).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
    expect(call!.body).toContain(`/dashboard/chatbots/${chatbot.id}/human-support?conv=`);
  });

  it('asking to slow down rests as long as it asked', async () => {
    const { chatbot, channel_id } = await chatbotAt(kind);
    answers[kind] = CASES[kind]!.slow;
    const { escalation_id } = await escalate(sql, chatbot.id);
    const receipt = await settled(escalation_id);
    expect(receipt).toMatchObject({ status: 'queued', attempt_count: 1 });
    expect(receipt.attempts[0]).toMatchObject({ outcome: 'retry', status_code: 429 });
    const named = kind !== 'google_chat';
    if (named) expect(receipt.seconds_to_next).toBeGreaterThan(80);
    const [pace] = await sql<{ rests: number }[]>`
      select extract(epoch from resumes_at - clock_timestamp())::float8 as rests from private.channel_pace where channel_id = ${channel_id}`;
    expect(pace!.rests).toBeGreaterThan(named ? 80 : 0);
    answers[kind] = CASES[kind]!.ok;
    await sql`update private.channel_pace set resumes_at = now() where channel_id = ${channel_id}`;
    await makeDue(sql, receipt.id);
    await sweep(stack, sql);
    expect(await settled(escalation_id, 2)).toMatchObject({ status: takenAs(kind) });
  });

  it('refusing for good ends, and the owner is told by mail from then on', async () => {
    const { chatbot, channel_id } = await chatbotAt(kind);
    answers[kind] = CASES[kind]!.gone;
    const { delivery_id } = await rpc<{ delivery_id: string }>(chatbot.owner.db, 'try_channel', {
      id: channel_id,
    });
    await waitFor('the end of the channel', async () => {
      const [row] =
        await sql`select from alert_channels where id = ${channel_id} and disabled_reason = 'gone'`;
      return row;
    });
    const [attempt] = await sql<{ outcome: string; error: string; response_snippet: string | null }[]>`
      select outcome, error, response_snippet from delivery_attempts where delivery_id = ${delivery_id}`;
    expect(attempt!.outcome).toBe('gone');
    expect(attempt!.error).toMatch(/\w+\.$/);
    const { escalation_id } = await escalate(sql, chatbot.id);
    const receipts = await deliveriesOf(sql, escalation_id);
    expect(receipts.map(({ kind, recipient, reason }) => [kind, recipient ?? reason])).toEqual([
      ['email', chatbot.owner.email],
      ['channel', 'channel_gone'],
    ]);
  });
});

it('nothing of what was entered stands in any row that can be read, or in a log', async () => {
  const secrets = NAMES.flatMap((name) => Object.values(CASES[name]!.secrets)).concat(KEY);
  const [said] = await sql<{ all: string }[]>`
    select concat((select string_agg(to_jsonb(a)::text, '') from delivery_attempts a), (select string_agg(to_jsonb(d)::text, '') from deliveries d),
      (select string_agg(to_jsonb(c)::text, '') from alert_channels c), (select string_agg(to_jsonb(t)::text, '') from timeline_entries t)) as all`;
  expect(secrets.filter((secret) => said!.all.includes(secret))).toEqual([]);
  const logs = join(running.stateDir, 'logs');
  for (const file of readdirSync(logs)) {
    const log = readFileSync(join(logs, file), 'utf8');
    expect(
      secrets.filter((secret) => log.includes(secret)),
      file,
    ).toEqual([]);
  }
  const [vault] = await sql<
    { all: string }[]
  >`select string_agg(decrypted_secret, ' ') as all from vault.decrypted_secrets`;
  expect(secrets.filter((secret) => vault!.all.includes(secret))).toEqual(secrets);
});

it('an incident is opened, acknowledged when somebody looks, and resolved when it is, under one key', async () => {
  answerWell();
  const { chatbot } = await chatbotAt('pagerduty');
  const { escalation_id, conversation_id } = await escalate(sql, chatbot.id);
  await settled(escalation_id);
  await rpc(chatbot.owner.db, 'open_case', { conversation_id });
  await rpc(chatbot.owner.db, 'resolve_escalation', { escalation_id });
  // Ten seconds in which it can be taken back.
  await waitFor('the end of the incident', () => service.received.length >= 3 && service.received, 30_000);
  const events = incidentEvents();
  expect(events.map(({ event_action }) => event_action)).toEqual(['trigger', 'acknowledge', 'resolve']);
  expect(new Set(events.map(({ dedup_key }) => dedup_key))).toEqual(new Set([escalation_id]));
});

it('the incident of a test is resolved under the key by which the test opened it', async () => {
  answerWell();
  const { chatbot, channel_id } = await chatbotAt('pagerduty');
  await rpc(chatbot.owner.db, 'try_channel', { id: channel_id });
  await waitFor('the end of the incident', () => service.received.length >= 2 && service.received);
  expect(incidentEvents().map(({ event_action }) => event_action)).toEqual(['trigger', 'resolve']);
  expect(new Set(incidentEvents().map(({ dedup_key }) => dedup_key)).size).toBe(1);
});

it.each(NAMES.filter((name) => CHANNELS[name]!.description.is_summarised))(
  '%s is told that contact details were left after its message, and not which',
  async (kind) => {
    answerWell();
    const { chatbot } = await chatbotAt(kind);
    const { escalation_id, conversation_id } = await escalate(sql, chatbot.id);
    await settled(escalation_id);
    await sql`
      insert into leads (conversation_id, chatbot_id, name, email, phone)
      values (${conversation_id}, ${chatbot.id}, 'Vera Visitor', 'vera@visitor.test', '+49 30 901820')`;
    await waitFor('the second message', () => service.received.length >= 2, 30_000);
    expect(service.received[1]!.body).toMatch(/left contact details/);
    expect(service.received[1]!.body).not.toMatch(/vera|visitor\.test|901820/i);
  },
);

it('what opens an incident is not overtaken while the service is out of order', async () => {
  answerWell();
  answers['pagerduty'] = { status: 500, body: '' };
  const { chatbot } = await chatbotAt('pagerduty');
  const { escalation_id, conversation_id } = await escalate(sql, chatbot.id);
  const receipt = await settled(escalation_id);
  await rpc(chatbot.owner.db, 'open_case', { conversation_id });
  await sweep(stack, sql);
  expect(service.received).toHaveLength(1);
  answers['pagerduty'] = CASES['pagerduty']!.ok;
  await makeDue(sql, receipt.id);
  await sweep(stack, sql);
  await waitFor('the acknowledgement', () => service.received.length >= 3 && service.received, 30_000);
  expect(incidentEvents().map(({ event_action }) => event_action)).toEqual([
    'trigger',
    'trigger',
    'acknowledge',
  ]);
});

it('who looks at the moment at which the sender takes the message ends the incident all the same', async () => {
  answerWell();
  const { chatbot, channel_id } = await chatbotAt('pagerduty');
  // Held back from the running sender: the claim of this test alone lets it go.
  await sql`insert into private.channel_pace (channel_id, resumes_at) values (${channel_id}, now() + interval '1 hour')`;
  const { escalation_id, conversation_id } = await escalate(sql, chatbot.id);
  await sql.begin(async (tx) => {
    await tx`update private.channel_pace set resumes_at = null where channel_id = ${channel_id}`;
    // The running sender may look at the channel at this very moment.
    const taken = await waitFor('the claim', async () => {
      const [row] = await tx<{ id: string; lease_token: string }[]>`
        select x ->> 'id' as id, x ->> 'lease_token' as lease_token from claim_deliveries(500, 60, gen_random_uuid()) x
        where x #>> '{escalation,id}' = ${escalation_id}`;
      return row;
    });
    await rpc(chatbot.owner.db, 'open_case', { conversation_id });
    await rpc(chatbot.owner.db, 'resolve_escalation', { escalation_id });
    const result = { ...taken, outcome: 'ok', status_code: 202 };
    await tx`select finish_deliveries(array[${tx.json(result)}::jsonb])`;
  });
  await waitFor('the end of the incident', () => service.received.length >= 2, 30_000);
  expect(incidentEvents().map(({ event_action }) => event_action)).toEqual(['acknowledge', 'resolve']);
});

/** As they come: each in a transaction of its own, several at once, while the sender is at work. */
async function askAtOnce(chatbotId: string, count: number): Promise<void> {
  const rows = await sql<{ id: string }[]>`
    insert into conversations (chatbot_id) select ${chatbotId} from generate_series(1, ${count}::int) returning id`;
  const ids = rows.map(({ id }) => id);
  const ask = async () => {
    for (let id = ids.pop(); id; id = ids.pop())
      await sql`insert into escalations (conversation_id, trigger) values (${id}, 'inline_cta')`;
  };
  await Promise.all(Array.from({ length: 6 }, ask));
}

describe.each(NAMES.filter((name) => CHANNELS[name]!.description.is_summarised))('a burst at %s', (kind) => {
  it('of a thousand cases twenty are told at the pace of the service, and the others once', async () => {
    answerWell();
    const { messages, seconds } = CHANNELS[kind]!.description.pace;
    const { chatbot, channel_id } = await chatbotAt(kind);
    await askAtOnce(chatbot.id, 1000);
    const counted = async () => {
      const [row] = await sql<{ told: number; held: number }[]>`
        select count(*) filter (where status in ('sent', 'delivered'))::int as told, count(*) filter (where reason = 'in_summary')::int as held
        from deliveries where channel_id = ${channel_id} and purpose = 'alert'`;
      return row!;
    };
    await waitFor(
      'the twenty',
      async () => {
        const { told, held } = await counted();
        return told === 20 && held === 980;
      },
      150_000,
    );
    expect(service.received).toHaveLength(20);
    const times = service.received.map(({ at }) => at);
    const spans = times.slice(messages).map((at, index) => at - times[index]!);
    expect(Math.min(...spans, Infinity)).toBeGreaterThanOrEqual(seconds * 1000);
    await sql`update deliveries set next_attempt_at = now() where channel_id = ${channel_id} and purpose = 'summary' and status = 'queued'`;
    await sweep(stack, sql);
    await waitFor('the summary', async () => (await counted()).told === 1000, 90_000);
    expect(service.received).toHaveLength(21);
    expect(service.received[20]!.body).toContain('980 more visitors asked for a person');
    const sums = await rpc<Record<string, number>>(chatbot.owner.db, 'reconciliation', {
      chatbot_id: chatbot.id,
      days: 30,
    });
    expect(sums).toMatchObject({
      unexplained: 0,
      [takenAs(kind) === 'sent' ? 'accepted' : 'delivered']: 1000,
    });
  }, 300_000);
});

it('of a thousand cases at once each is one incident: opened, acknowledged and resolved, whatever people do meanwhile', async () => {
  answerWell();
  const { chatbot, channel_id } = await chatbotAt('pagerduty');
  // Its 120 a minute would take half an hour: here the minute is always over.
  const passTime = () =>
    sql`update private.channel_pace set answered_at = '{}' where channel_id = ${channel_id}`;
  const handle = async () => {
    const cases = await sql<{ id: string; conversation_id: string }[]>`
      select id, conversation_id from escalations where chatbot_id = ${chatbot.id} and status = 'open' order by random() limit 40`;
    for (const [index, { id, conversation_id }] of cases.entries()) {
      if (index % 2) await rpc(chatbot.owner.db, 'open_case', { conversation_id });
      else await rpc(chatbot.owner.db, 'resolve_escalation', { escalation_id: id });
    }
  };
  const asking = askAtOnce(chatbot.id, 1000);
  await handle();
  await asking;
  await waitFor(
    'every incident to be over',
    async () => {
      await passTime();
      await handle();
      const [left] = await sql<{ count: number }[]>`
        select (select count(*) from escalations where chatbot_id = ${chatbot.id} and status = 'open')
          + (select count(*) from deliveries where channel_id = ${channel_id} and status = 'queued') as count`;
      return Number(left!.count) === 0;
    },
    300_000,
  );
  const told = new Map<string, string[]>();
  for (const { event_action, dedup_key } of incidentEvents())
    told.set(dedup_key, [...(told.get(dedup_key) ?? []), event_action]);
  expect([...new Set([...told.values()].map((actions) => actions.join(' ')))]).toEqual([
    'trigger acknowledge resolve',
  ]);
  const receipts = await sql<{ id: string; status: string; reason: string | null }[]>`
    select escalation_id as id, status, reason from deliveries where channel_id = ${channel_id} and purpose = 'alert'`;
  expect(receipts).toHaveLength(1000);
  // Who looked before anything was told spared the service all of it.
  expect(receipts.filter(({ id, reason }) => told.has(id) === (reason === 'seen'))).toEqual([]);
  expect(told.size).toBeGreaterThan(100);
}, 600_000);

it('many senders that claim at once take no more than the pace allows', async () => {
  answerWell();
  answers['slack'] = { status: 503, body: '' };
  const { chatbot, channel_id } = await chatbotAt('slack');
  await sql`update private.senders set paused_until = null`;
  await sql.begin(async (tx) => {
    // Held back from the running sender until the claims of this test have been made.
    await tx`insert into private.channel_pace (channel_id, resumes_at) values (${channel_id}, now() + interval '1 hour')`;
  });
  for (let n = 0; n < 8; n += 1) await escalate(sql, chatbot.id);
  await sql`update private.channel_pace set resumes_at = null where channel_id = ${channel_id}`;
  const claimAtOnce = async () => {
    const claims = await Promise.all(
      Array.from(
        { length: 8 },
        () => sql<{ row: { channel: { kind: string } | null } }[]>`
        select x as row from claim_deliveries(100, 60, gen_random_uuid()) x`,
      ),
    );
    return claims.flat().filter(({ row }) => row.channel?.kind === 'slack').length;
  };
  // The running sender may look at the channel at this very moment, and whoever finds it taken leaves it alone.
  let taken = 0;
  let attempts = 0;
  for (let round = 0; attempts === 0 && round < 50; round += 1) {
    taken = await claimAtOnce();
    const [found] = await sql<{ count: number }[]>`
      select count(*)::int from delivery_attempts a join deliveries d on d.id = a.delivery_id where d.channel_id = ${channel_id}`;
    attempts = found!.count;
  }
  expect(taken).toBeLessThanOrEqual(1);
  expect(attempts).toBe(1);
});
