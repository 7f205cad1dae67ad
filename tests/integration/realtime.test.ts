// Joining: keys, tokens' places, reasons, limits, and the frames that say so.
import { request } from 'node:http';
import { createServer, connect, type Socket as TcpSocket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { PUBLISHABLE_KEY, SECRET_KEY, newTopic, signToken, Stage, until } from '../support/realtime.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
});
afterEach(() => stage.resetLimits());
afterAll(() => stage.stop());

function upgrade(
  query: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(`ws://127.0.0.1:${stage.realtime.port}/socket/websocket${query}`, { headers });
    ws.on('open', () => resolve({ status: 101, body: '' })).on('error', reject);
    ws.on('unexpected-response', (_request, response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
  });
}

describe('joining', () => {
  it('subscribes to a public channel, the reply first', async () => {
    const raw = await stage.raw();
    const topic = `realtime:${newTopic()}`;
    const ref = raw.push(topic, 'phx_join', { config: { presence: { enabled: true } } });
    await raw.seen('presence_state');
    expect(raw.frames.map(({ joinRef, ref, event }) => [joinRef, ref, event])).toEqual([
      [ref, ref, 'phx_reply'],
      [ref, null, 'presence_state'],
    ]);
    expect(raw.frames[0]?.payload).toEqual({ status: 'ok', response: { postgres_changes: [] } });

    const ear = await stage.join(await stage.client(), newTopic());
    expect(ear.statuses).toEqual(['SUBSCRIBED']);
  });

  it.each([
    ['no key', '?vsn=2.0.0', 401, 'API key is missing'],
    ['no JWT', '?vsn=2.0.0&apikey=nonsense', 401, 'The token provided is not a valid JWT'],
    [
      'a key of another stack',
      '?vsn=2.0.0&apikey=sb_publishable_other',
      401,
      'The token provided is not a valid JWT',
    ],
    ['a forged token', `?apikey=${signToken({}, 'x'.repeat(40))}`, 401, 'Failed to validate JWT signature'],
    ['an expired token', `?apikey=${signToken({ exp: 1_000 })}`, 401, 'Token has expired'],
    [
      'a token without role',
      `?apikey=${signToken({ role: undefined })}`,
      401,
      'Fields `role` and `exp` are required in JWT',
    ],
  ])('refuses the upgrade with %s', async (_name, query, status, error) => {
    expect(await upgrade(query)).toEqual({ status, body: JSON.stringify({ error }) });
  });

  it('refuses an unknown protocol version with an empty 403', async () => {
    expect(await upgrade(`?apikey=${PUBLISHABLE_KEY}&vsn=3.0.0`)).toEqual({ status: 403, body: '' });
  });

  it('takes both keys, and the x-api-key header before the query', async () => {
    expect(await upgrade(`?apikey=${SECRET_KEY}`)).toMatchObject({ status: 101 });
    expect(await upgrade('?apikey=nonsense', { 'x-api-key': PUBLISHABLE_KEY })).toMatchObject({
      status: 101,
    });
  });

  it('refuses the nameless topic and foreign ones with their reasons', async () => {
    const raw = await stage.raw();
    const nameless = await raw.reply(raw.push('realtime:', 'phx_join', {}));
    expect(nameless.payload).toEqual({
      status: 'error',
      response: { reason: 'TopicNameRequired: You must provide a topic name' },
    });
    const foreign = await raw.reply(raw.push('elsewhere', 'phx_join', {}));
    expect(foreign.joinRef).toBeNull();
    expect(foreign.payload).toEqual({ status: 'error', response: { reason: 'unmatched topic' } });
  });

  it('stalls the whole socket for as long as a refused join waits', async () => {
    stage.realtime.limits.joinErrorDelayMs = 150;
    const raw = await stage.raw();
    const refused = raw.push('realtime:', 'phx_join', {});
    const beat = raw.push('phoenix', 'heartbeat', {});
    await raw.reply(beat);
    expect(raw.frames.map(({ ref }) => ref)).toEqual([refused, beat]);
  });

  it('refuses only public joins in private-only mode', async () => {
    stage.realtime.limits.isPrivateOnly = true;
    const client = await stage.client(signToken({ sub: 'ana' }));
    const open = stage.listen(client, newTopic());
    await until(() => open.errors.length > 0);
    expect(open.errors[0]).toContain('PrivateOnly: This project only allows private channels');
    const lobby = await stage.join(client, 'lobby', { private: true });
    expect(lobby.statuses).toEqual(['SUBSCRIBED']);
  });

  it('echoes table bindings with an integer id and says that it cannot stream tables', async () => {
    const raw = await stage.raw();
    const changes = [
      { event: 'INSERT', schema: 'public', table: 'a' },
      { event: '*', schema: 'public', table: 'b', filter: 'id=eq.1' },
    ];
    const ref = raw.push('realtime:tables', 'phx_join', { config: { postgres_changes: changes } });
    const { payload } = await raw.reply(ref);
    const echoed = (payload.response as { postgres_changes: { id: number }[] }).postgres_changes;
    expect(echoed).toMatchObject(changes);
    for (const { id } of echoed) expect(id).toSatisfy(Number.isInteger);
    const system = await raw.seen('system');
    expect(system.payload).toMatchObject({
      extension: 'postgres_changes',
      status: 'error',
      channel: 'tables',
    });
    expect(system.payload.message).toMatch(/^Unable to subscribe to changes with given parameters\./);
  });

  it('answers a join that asks for it when the message stream is ready', async () => {
    const ear = await stage.join(await stage.client(), newTopic(), {
      broadcast: { replication_ready: true },
    });
    await until(() => ear.systems.length > 0);
    expect(ear.systems[0]).toMatchObject({ status: 'ok', message: 'Replication connection established' });
  });
});

describe('limits', () => {
  it('refuses one channel too many, then admits it once the limit is raised', async () => {
    stage.realtime.limits.maxChannelsPerSocket = 1;
    const client = await stage.client();
    await stage.join(client, newTopic());
    const second = stage.listen(client, newTopic());
    await until(() => second.errors.length > 0);
    expect(second.errors[0]).toContain('ChannelRateLimitReached: Too many channels');
    stage.realtime.limits.maxChannelsPerSocket = 100;
    await until(() => second.statuses.includes('SUBSCRIBED'));
  });

  it('refuses one user too many at the upgrade and at the join, then admits once the limit is raised', async () => {
    const idle = await stage.raw();
    stage.realtime.limits.maxUsers = 0;
    const refused = await idle.reply(idle.push('realtime:a', 'phx_join', {}));
    expect(refused.payload.response).toEqual({
      reason: 'ConnectionRateLimitReached: Too many connected users',
    });
    expect(await upgrade(`?apikey=${PUBLISHABLE_KEY}`)).toEqual({
      status: 429,
      body: '{"error":"Too many connected users"}',
    });
    stage.realtime.limits.maxUsers = 10_000;
    await idle.join('realtime:a');
  });

  it('closes the socket that joins too often with 1001', async () => {
    const raw = await stage.raw();
    await raw.join('realtime:a');
    stage.realtime.limits.maxJoinsPerSecond = 0;
    const refused = await raw.reply(raw.push('realtime:b', 'phx_join', {}));
    const { code } = await raw.closed;
    expect(refused.payload.response).toEqual({
      reason: 'ClientJoinRateLimitReached: Too many joins per second',
    });
    expect(code).toBe(1001);
  });

  it('closes a socket that says nothing', async () => {
    stage.realtime.limits.idleTimeoutMs = 50;
    const raw = await stage.raw();
    stage.realtime.limits.idleTimeoutMs = 60_000;
    expect(await raw.closed).toEqual({ code: 1000 });
  });
});

describe('a joined socket', () => {
  it('answers pushes that carry a stale join ref or none', async () => {
    const raw = await stage.raw();
    const topic = `realtime:${newTopic()}`;
    const join = await raw.join(topic, { broadcast: { ack: true } });
    for (const stale of [null, '999']) {
      const body = { type: 'broadcast', event: 'x', payload: {} };
      const reply = await raw.reply(raw.push(topic, 'broadcast', body, stale));
      expect(reply).toMatchObject({ joinRef: join, payload: { status: 'ok', response: {} } });
    }
  });

  it('stays up through garbage frames', async () => {
    const raw = await stage.raw();
    const garbage = ['', 'null', '{', '[]', '[1,2,3,4,5]', '["1","2","t"]', '{"topic":1}', '\u0000'];
    for (const text of garbage) raw.ws.send(text);
    const bytes = [
      [],
      [0],
      [3],
      [3, 255, 255, 255, 255, 255, 1],
      [3, 0, 0, 0, 0, 0, 9],
      [3, 0, 0, 0, 0, 0, 1, 123],
    ];
    for (const frame of bytes) raw.ws.send(Buffer.from(frame));
    const beat = raw.push('phoenix', 'heartbeat', {});
    expect(await raw.reply(beat)).toMatchObject({ joinRef: null, payload: { status: 'ok', response: {} } });
    expect(raw.frames).toHaveLength(1);
  });

  it('answers a leave and closes the channel, joined or not', async () => {
    const raw = await stage.raw();
    const topic = `realtime:${newTopic()}`;
    const join = await raw.join(topic);
    const leave = raw.push(topic, 'phx_leave', {}, join);
    const close = await raw.seen('phx_close');
    expect(await raw.reply(leave)).toMatchObject({ joinRef: join, payload: { status: 'ok', response: {} } });
    expect([close.joinRef, close.ref]).toEqual([join, join]);
    const again = await raw.reply(raw.push(topic, 'phx_leave', {}, join));
    expect(again.payload).toEqual({ status: 'ok', response: {} });
    const late = await raw.reply(raw.push(topic, 'broadcast', {}, join));
    expect(late.payload).toEqual({ status: 'error', response: { reason: 'unmatched topic' } });
  });

  it('replies to a second join of a topic before it closes the first', async () => {
    const raw = await stage.raw();
    const topic = `realtime:${newTopic()}`;
    const first = await raw.join(topic);
    const second = await raw.join(topic);
    await raw.seen('phx_close');
    expect(raw.frames.map(({ joinRef, event }) => [joinRef, event])).toEqual([
      [first, 'phx_reply'],
      [second, 'phx_reply'],
      [first, 'phx_close'],
    ]);
  });

  it('closes the old channel when the second join brings a bad token', async () => {
    const raw = await stage.raw();
    const topic = `realtime:${newTopic()}`;
    const first = await raw.join(topic);
    const second = raw.push(topic, 'phx_join', { config: {}, access_token: 'nonsense' });
    expect((await raw.reply(second)).payload).toEqual({
      status: 'error',
      response: { reason: 'MalformedJWT: The token provided is not a valid JWT' },
    });
    expect((await raw.seen('phx_close')).ref).toBe(first);
    const push = await raw.reply(raw.push(topic, 'presence', { event: 'track' }, first));
    expect(push.payload.response).toEqual({ reason: 'unmatched topic' });
  });

  it('is found again by the client after the server fell silent', async () => {
    const pipes: TcpSocket[] = [];
    const proxy = createServer((near) => {
      const far = connect(stage.realtime.port, '127.0.0.1');
      pipes.push(near, far);
      near.on('error', () => far.destroy()).pipe(far);
      far.on('error', () => near.destroy()).pipe(near);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as { port: number };
    const client = await stage.client(undefined, { port, heartbeatIntervalMs: 3_000 });
    const ear = await stage.join(client, newTopic());
    for (const pipe of pipes) pipe.unpipe().pause();
    await until(() => ear.statuses.filter((status) => status === 'SUBSCRIBED').length === 2, 'the rejoin');
    expect(ear.statuses).toEqual(['SUBSCRIBED', 'CHANNEL_ERROR', 'SUBSCRIBED']);
    await client.disconnect();
    for (const pipe of pipes) pipe.destroy();
    proxy.close();
  });
});

describe('stopping', () => {
  it('tells every channel and closes with 1012, so that clients come back', async () => {
    const other = await Stage.start();
    const raw = await other.raw();
    const topic = `realtime:${newTopic()}`;
    const join = await raw.join(topic);
    await other.realtime.stop();
    expect(await raw.closed).toEqual({ code: 1012 });
    await other.stop();
    expect(raw.frames.at(-1)).toEqual({
      joinRef: join,
      ref: null,
      topic,
      event: 'system',
      payload: { extension: 'system', status: 'ok', message: 'Server requested disconnect' },
    });
  });

  it('serves nothing but its two paths over HTTP', async () => {
    const status = await new Promise((resolve) => {
      request({ port: stage.realtime.port, path: '/' }, (response) =>
        resolve(response.resume().statusCode),
      ).end();
    });
    expect(status).toBe(404);
  });
});
