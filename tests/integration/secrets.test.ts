// Secrets are shown once, to whoever made them, and to nobody afterwards: not through any column or function of the Data API, not to
// the owner, not in a log. Everything is used once first, so that each secret had the chance to be left somewhere.
import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Sql } from 'postgres';
import type { Stack } from '../../supabase/local/index.ts';
import { argumentsFor, routinesOf, tablesOf } from '../support/catalogue.ts';
import { connectSql, rpc, signIn, waitFor } from '../support/clients.ts';
import { ask } from '../support/outsider.ts';
import { describeStack, startOwnStack, type TestStack } from '../support/own-stack.ts';
import { newTeam, newTenant, type Team, type Tenant } from '../support/tenants.ts';
import { call, visit } from '../support/visitor.ts';

let running: Stack;
let stack: TestStack;
let sql: Sql;
let team: Team;
let tenant: Tenant;
let receiver: Server;
const secrets = new Map<string, string>();

/** Remembers a secret with the forms in which it might be left: itself, and its hash as text of either kind. */
function keep(name: string, secret: string): void {
  secrets.set(name, secret.replace(/^whsec_/, ''));
  const hash = createHash('sha256').update(secret).digest();
  secrets.set(`hash of ${name}`, hash.toString('hex'));
  secrets.set(`hash of ${name} in base64`, hash.toString('base64'));
}

const found = (text: string) =>
  [...secrets].filter(([, secret]) => text.includes(secret)).map(([name]) => name);

beforeAll(async () => {
  receiver = createServer((_request, response) => response.writeHead(500).end('no')).listen(0, '127.0.0.1');
  await new Promise((resolve) => receiver.once('listening', resolve));
  const { port } = receiver.address() as AddressInfo;
  running = await startOwnStack({ seed: false, channelsOrigin: `http://127.0.0.1:${port}` });
  stack = describeStack(running);
  sql = connectSql(stack);
  team = await newTeam(stack);
  tenant = await newTenant(sql, team);
  await useEverything();
}, 240_000);

afterAll(async () => {
  receiver.close();
  await sql.end({ timeout: 1 });
  await running.stop();
});

async function useEverything(): Promise<void> {
  const { chatbotId: chatbot_id } = tenant;
  const { db } = team.owner;
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  const endpoint = await rpc<{ id: string; secret: string }>(db, 'add_webhook_endpoint', {
    chatbot_id,
    url,
    events: ['conversation.escalated', 'message.received'],
  });
  keep('webhook secret', endpoint.secret);
  const rotated = await rpc<{ secret: string }>(db, 'rotate_webhook_secret', { id: endpoint.id });
  keep('new webhook secret', rotated.secret);
  const { key } = await rpc<{ key: string }>(db, 'create_api_key', { chatbot_id, name: 'Key' });
  keep('API key', key);
  const topic = `topic-${randomUUID()}`;
  keep('channel topic', topic);
  const channel = { kind: 'ntfy', name: 'Room', secrets: { topic } };
  const { id: channelId } = await rpc<{ id: string }>(db, 'save_channel', { chatbot_id, channel });
  await rpc(db, 'try_channel', { id: channelId });
  const botKey = `sk-${randomUUID()}`;
  keep('bot key', botKey);
  const bot = { kind: 'openai', base_url: url, model: 'm', api_key: botKey };
  await rpc(db, 'save_bot', { chatbot_id, bot });
  await rpc(db, 'invite_member', { chatbot_id, email: team.agent.email.replace('@', '+new@') });
  const [invite] = await sql<{ url: string }[]>`
    select d.data ->> 'url' as url from private.delivery_data d join public.deliveries p on p.id = d.delivery_id where p.chatbot_id = ${chatbot_id}`;
  keep('invitation', invite!.url.split('/').at(-1)!);

  const visitor = await visit(stack.api_url, chatbot_id);
  keep('conversation token', visitor.token);
  await visitor.call('messages', { body: { id: randomUUID(), text: 'Hello' } });
  await visitor.call('escalations', { body: { request_id: randomUUID(), trigger: 'inline_cta' } });
  // Refused calls end up in logs more often than those that work.
  await visitor.call('messages', { body: '{"id":' });
  await call(stack.api_url, `api/conversations/${visitor.sessionId}/messages`, {
    token: key,
    body: { role: 'x' },
  });
  await call(stack.api_url, 'api/escalations', { token: key });
  await call(stack.api_url, 'dispatch', { method: 'POST', body: {}, headers: { 'x-dispatch-key': 'wrong' } });
  const { data } = await team.owner.db.auth.getSession();
  keep('access token', data.session!.access_token);
  keep('refresh token', data.session!.refresh_token);
  secrets.set('password', team.owner.password);
  await signIn(stack, team.owner.email, 'not-this-one').catch(() => undefined);
  const keys = JSON.parse(readFileSync(join(running.stateDir, 'keys.json'), 'utf8')) as Record<
    string,
    string
  >;
  for (const [name, value] of Object.entries(keys))
    if (!/publishable/i.test(name)) secrets.set(`the stack's ${name}`, value);
  await waitFor('an attempt at the webhook', async () => {
    const [row] =
      await sql`select from public.delivery_attempts a join public.deliveries d on d.id = a.delivery_id
      where d.endpoint_id = ${endpoint.id} and a.outcome is not null`;
    return row;
  });
}

it('no column that people may read holds one', async () => {
  const { data } = await team.owner.db.auth.getSession();
  const owner = { token: data.session!.access_token };
  for (const { name, readable, columns } of await tablesOf(sql)) {
    const { text, status } = await ask(stack, owner, 'GET', `${name}?select=${readable.join(',')}`);
    expect(status, name).toBe(200);
    expect(found(text), name).toEqual([]);
    // Nor can a column that may not be read be guessed at by filtering or sorting.
    for (const hidden of columns.filter((column) => !readable.includes(column))) {
      const filter = `select=${readable[0]}&${hidden}=not.is.null`;
      for (const query of [filter, `select=${readable[0]}&order=${hidden}`, `select=${hidden}`]) {
        const guess = await ask(stack, owner, 'GET', `${name}?${query}`);
        expect(guess.code, `${name}?${query}`).toBe('42501');
      }
    }
  }
});

it('no function gives one back, save the three that make them', async () => {
  const makers = ['add_webhook_endpoint', 'rotate_webhook_secret', 'create_api_key'];
  const { data } = await team.owner.db.auth.getSession();
  const owner = { token: data.session!.access_token };
  const [endpoint] = await sql<
    { id: string }[]
  >`select id from public.webhook_endpoints where chatbot_id = ${tenant.chatbotId} and url like 'http://%'`;
  const here = { ...tenant, ids: { ...tenant.ids, webhook_endpoints: endpoint!.id } };
  for (const routine of await routinesOf(sql)) {
    if (!routine.is_for_people || makers.includes(routine.name) || /^(delete|transfer)_/.test(routine.name))
      continue;
    const { text } = await ask(stack, owner, 'POST', `rpc/${routine.name}`, argumentsFor(routine, here));
    expect(found(text), routine.name).toEqual([]);
    expect(text, routine.name).not.toMatch(/whsec_[A-Za-z0-9+/]{20}|hk_[\w-]{20}/);
  }
});

it('no log holds one', async () => {
  const logs = join(running.stateDir, 'logs');
  const files = readdirSync(logs);
  expect(files).toEqual(expect.arrayContaining(['function-widget.log', 'function-dispatch.log', 'rest.log']));
  for (const file of files) expect(found(readFileSync(join(logs, file), 'utf8')), file).toEqual([]);
});

it('what they are looked for by is there to be found', async () => {
  const [vault] = await sql<
    { all: string }[]
  >`select string_agg(decrypted_secret, ' ') as all from vault.decrypted_secrets`;
  expect(found(vault!.all)).toEqual(
    expect.arrayContaining(['webhook secret', 'new webhook secret', 'bot key', 'channel topic']),
  );
  const [hashes] = await sql<{ all: string }[]>`
    select concat((select string_agg(encode(key_hash, 'hex'), ' ') from public.api_keys),
      (select string_agg(encode(token_hash, 'hex'), ' ') from public.chatbot_invites),
      (select string_agg(encode(token_hash, 'hex'), ' ') from private.conversation_tokens)) as all`;
  expect(found(hashes!.all)).toEqual(['hash of API key', 'hash of invitation', 'hash of conversation token']);
  await sql`grant select on public.api_keys to authenticated`;
  const { data } = await team.owner.db.auth.getSession();
  const { text } = await ask(stack, { token: data.session!.access_token }, 'GET', 'api_keys');
  expect(found(text)).toEqual(['hash of API key']);
});
