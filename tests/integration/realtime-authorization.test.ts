// Private channels: what the policies on realtime.messages allow, and how tokens change it while joined.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import postgres from 'postgres';
import { newTopic, signToken, Stage, until } from '../support/realtime.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
});
afterEach(() => stage.resetLimits());
afterAll(() => stage.stop());

const denied = (topic: string) => `You do not have permissions to read from this Channel topic: ${topic}`;
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

async function countMessages(): Promise<number> {
  const [row] = await stage.sql<{ count: number }[]>`select count(*)::int as count from realtime.messages`;
  return row?.count ?? -1;
}

describe('joining a private channel', () => {
  it.each([
    ['no policy allows it', newTopic(), {}],
    ['a policy raises', 'raises', {}],
    ['the role does not exist', 'lobby', { role: 'nobody_knows_me' }],
  ])('is refused when %s', async (_name, topic, claims) => {
    const raw = await stage.raw();
    const token = signToken({ sub: 'ana', ...claims });
    const ref = raw.push(`realtime:${topic}`, 'phx_join', { config: { private: true }, access_token: token });
    expect((await raw.reply(ref)).payload).toEqual({
      status: 'error',
      response: { reason: `Unauthorized: ${denied(topic)}` },
    });
  });

  it('is decided by the role alone where the policy asks for no more', async () => {
    const signedIn = await stage.join(await stage.client(signToken({ sub: 'anyone' })), 'lobby', {
      private: true,
    });
    expect(signedIn.statuses).toEqual(['SUBSCRIBED']);
    const anonymous = stage.listen(await stage.client(), 'lobby', { private: true });
    await until(() => anonymous.errors.length > 0);
    expect(anonymous.errors[0]).toContain(denied('lobby'));
  });

  it('is decided by the subject where the policy asks for it', async () => {
    const topic = newTopic();
    await stage.grant('ben', topic, { select: ['broadcast'] });
    await stage.join(await stage.client(signToken({ sub: 'ben' })), topic, { private: true });
    const stranger = stage.listen(await stage.client(signToken({ sub: 'cleo' })), topic, { private: true });
    await until(() => stranger.errors.length > 0);
    expect(stranger.errors[0]).toContain(denied(topic));
  });

  it('shows policies the x-* headers of the upgrade', async () => {
    const migrations = postgres(stage.postgres.url('postgres'), { max: 1, onnotice: () => undefined });
    await migrations`create policy "By header" on realtime.messages for select to anon
      using (realtime.topic() = 'by-header' and current_setting('request.headers')::jsonb ->> 'x-tenant' = 'blue')`;
    await migrations.end();
    const raw = await stage.raw();
    const refused = await raw.reply(
      raw.push('realtime:by-header', 'phx_join', { config: { private: true } }),
    );
    expect(refused.payload.status).toBe('error');
    const blue = await stage.raw('2.0.0', undefined, { 'x-tenant': 'blue' });
    await blue.join('realtime:by-header', { private: true });
  });

  it('admits with one of the two read rights and withholds the other stream', async () => {
    const topic = newTopic();
    await stage.grant('hears', topic, { select: ['broadcast'] });
    await stage.grant('sees', topic, { select: ['presence'] });
    await stage.grant('both', topic, {
      select: ['broadcast', 'presence'],
      insert: ['broadcast', 'presence'],
    });
    const config = { private: true, presence: { enabled: true } };
    const hears = await stage.raw();
    await hears.join(`realtime:${topic}`, config, signToken({ sub: 'hears' }));
    const sees = await stage.raw();
    await sees.join(`realtime:${topic}`, config, signToken({ sub: 'sees' }));
    const both = await stage.raw();
    const join = await both.join(`realtime:${topic}`, config, signToken({ sub: 'both' }));

    await both.reply(both.push(`realtime:${topic}`, 'presence', { event: 'track', payload: { a: 1 } }, join));
    await stage.sql`select realtime.send('{"a":1}', 'said', ${topic})`;
    await hears.seen('binary');
    await sees.seen('presence_diff');
    const events = (frames: { event: string }[]) => frames.map(({ event }) => event);
    // Both streams were sent before the barrier that each of them answers last.
    for (const raw of [hears, sees]) await raw.reply(raw.push('phoenix', 'heartbeat', {}));
    await both.seen('binary');
    expect(events(hears.frames)).toEqual(['phx_reply', 'binary', 'phx_reply']);
    expect(events(sees.frames)).toEqual(['phx_reply', 'presence_state', 'presence_diff', 'phx_reply']);
  });

  it('leaves no probe rows behind and broadcasts none', async () => {
    const topic = newTopic();
    await stage.grant('prober', topic, { select: ['broadcast'], insert: ['broadcast'] });
    const before = await countMessages();
    const client = await stage.client(signToken({ sub: 'prober' }));
    const ear = await stage.join(client, topic, { private: true, broadcast: { ack: true, self: true } });
    expect(await ear.channel.send({ type: 'broadcast', event: 'real', payload: {} })).toBe('ok');
    expect(ear.broadcasts.map(({ event }) => event)).toEqual(['real']);
    expect(await countMessages()).toBe(before);
  });

  it('is decided again after the database cut every connection', async () => {
    const client = await stage.client(signToken({ sub: 'ana' }));
    await stage.join(client, 'lobby', { private: true });
    const cut = await stage.sql`
      select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'realtime'`;
    expect(cut.length).toBeGreaterThan(0);
    await stage.join(await stage.client(signToken({ sub: 'ben' })), 'lobby', { private: true });
  });
});

describe('writing to a private channel', () => {
  it('asks the insert policy for the role and subject that joined', async () => {
    const topic = newTopic();
    await stage.grant('writer', topic, { select: ['broadcast'], insert: ['broadcast'] });
    await stage.grant('reader', topic, { select: ['broadcast'] });
    const config = { private: true, broadcast: { ack: true } };
    const writer = await stage.join(await stage.client(signToken({ sub: 'writer' })), topic, config);
    const reader = await stage.join(await stage.client(signToken({ sub: 'reader' })), topic, config);
    const refused = reader.channel.send({ type: 'broadcast', event: 'no', payload: {} }, { timeout: 150 });
    expect(await refused).toBe('timed out');
    expect(await writer.channel.send({ type: 'broadcast', event: 'yes', payload: {} })).toBe('ok');
    await until(() => reader.broadcasts.length > 0);
    expect([reader.broadcasts, writer.broadcasts].map((heard) => heard.map(({ event }) => event))).toEqual([
      ['yes'],
      [],
    ]);
  });

  it('is open to the secret key, which bypasses row security', async () => {
    const topic = newTopic();
    const raw = await stage.raw('2.0.0', 'sb_secret_stage');
    const join = await raw.join(`realtime:${topic}`, { private: true, broadcast: { ack: true } });
    const body = { type: 'broadcast', event: 'x', payload: {} };
    const reply = await raw.reply(raw.push(`realtime:${topic}`, 'broadcast', body, join));
    expect(reply.payload.status).toBe('ok');
  });
});

describe('a new token on a joined channel', () => {
  async function joined(sub: string, presence = false) {
    const raw = await stage.raw();
    const topic = newTopic();
    const name = `realtime:${topic}`;
    await stage.grant(sub, topic, { select: ['broadcast', 'presence'], insert: ['broadcast'] });
    const config = { private: true, presence: { enabled: presence }, broadcast: { ack: true } };
    const ref = await raw.join(name, config, signToken({ sub }));
    const renew = (token: unknown) => raw.push(name, 'access_token', { access_token: token }, ref);
    return { raw, topic, name, ref, renew };
  }

  it('that may not read ends the channel with a system error', async () => {
    const { raw, topic, name, ref, renew } = await joined('dora');
    renew(signToken({ sub: 'stranger' }));
    const close = await raw.seen('phx_close');
    expect([close.joinRef, close.ref]).toEqual([ref, ref]);
    expect((await raw.seen('system')).payload).toEqual({
      extension: 'system',
      status: 'error',
      message: denied(topic),
      channel: topic,
    });
    expect(raw.frames.filter(({ topic, event }) => topic === name && event === 'phx_error')).toEqual([]);
    await raw.join(`realtime:${newTopic()}`);
  });

  it('that lost one of two read rights ends it too, and says which difference it is', async () => {
    const { raw, topic, renew } = await joined('elif', true);
    await stage.grant('elif-less', topic, { select: ['broadcast'] });
    renew(signToken({ sub: 'elif-less' }));
    await raw.seen('phx_close');
    const { payload } = await raw.seen('system');
    expect(payload.message).toBe(`You no longer have permission to read from this Channel topic: ${topic}`);
  });

  it('is asked again whether it may write', async () => {
    const { raw, topic, name, ref, renew } = await joined('finn');
    const body = { type: 'broadcast', event: 'x', payload: {} };
    await raw.reply(raw.push(name, 'broadcast', body, ref));
    await stage.grant('finn-reads', topic, { select: ['broadcast'] });
    renew(signToken({ sub: 'finn-reads' }));
    const dropped = raw.push(name, 'broadcast', body, ref);
    await stage.grant('finn-writes', topic, { select: ['broadcast'], insert: ['broadcast'] });
    renew(signToken({ sub: 'finn-writes' }));
    await raw.reply(raw.push(name, 'broadcast', body, ref));
    expect(raw.frames.filter(({ ref }) => ref === dropped)).toEqual([]);
  });

  it('changes nothing about a public channel', async () => {
    const raw = await stage.raw();
    const name = `realtime:${newTopic()}`;
    const ref = await raw.join(name, { broadcast: { ack: true } });
    raw.push(name, 'access_token', { access_token: signToken({ sub: 'nobody' }) }, ref);
    const reply = await raw.reply(
      raw.push(name, 'broadcast', { type: 'broadcast', event: 'x', payload: {} }, ref),
    );
    expect(reply.payload.status).toBe('ok');
  });

  it.each([
    ['no JWT', () => 'nonsense', 'The token provided is not a valid JWT'],
    ['a forged one', () => signToken({ sub: 'gia' }, 'y'.repeat(40)), ':signature_error'],
    ['an expired one', () => signToken({ exp: inSeconds(-60) }), /^Token has expired 6\d seconds ago$/],
    ['one without role', () => signToken({ role: undefined }), 'Fields `role` and `exp` are required in JWT'],
  ])('that is %s closes the channel with that fault', async (_name, token, message) => {
    const { raw, renew } = await joined('gia');
    renew(token());
    await raw.seen('phx_close');
    expect((await raw.seen('system')).payload.message).toEqual(
      typeof message === 'string' ? message : expect.stringMatching(message),
    );
  });

  it.each([
    ['no JWT', () => 'nonsense', 'MalformedJWT: The token provided is not a valid JWT'],
    [
      'a forged one',
      () => signToken({}, 'y'.repeat(40)),
      'JwtSignatureError: Failed to validate JWT signature',
    ],
    [
      'an expired one',
      () => signToken({ exp: inSeconds(-60) }),
      /^InvalidJWTToken: Token has expired 6\d seconds ago$/,
    ],
    [
      'one without role',
      () => signToken({ role: undefined }),
      'InvalidJWTToken: Fields `role` and `exp` are required in JWT',
    ],
  ])('that is %s refuses the join with its code', async (_name, token, reason) => {
    const raw = await stage.raw();
    const ref = raw.push(`realtime:${newTopic()}`, 'phx_join', { config: {}, access_token: token() });
    const { payload } = await raw.reply(ref);
    expect((payload.response as { reason: string }).reason).toEqual(
      typeof reason === 'string' ? reason : expect.stringMatching(reason),
    );
  });

  it('is ignored when it is null, unchanged or a key, and the old expiry holds', async () => {
    const raw = await stage.raw();
    const topic = newTopic();
    const name = `realtime:${topic}`;
    await stage.grant('hana', topic, { select: ['broadcast'] });
    // Long enough to join and be heard on a busy machine before it expires.
    const token = signToken({ sub: 'hana', exp: inSeconds(10) });
    const ref = await raw.join(name, { private: true, broadcast: { self: true } }, token);
    for (const value of [null, token, 'sb_publishable_stage']) {
      raw.push(name, 'access_token', { access_token: value }, ref);
    }
    await raw.reply(raw.push('phoenix', 'heartbeat', {}));
    expect(raw.frames.filter(({ event }) => event !== 'phx_reply')).toEqual([]);
    await raw.seen('phx_close');
    expect((await raw.seen('system')).payload.message).toMatch(/^Token has expired \d+ seconds ago$/);
  });

  it('is not needed by the socket: expiry closes the channel only', async () => {
    const raw = await stage.raw();
    const fleeting = await raw.join(`realtime:${newTopic()}`, {}, signToken({ exp: inSeconds(10) }));
    await raw.join(`realtime:${newTopic()}`);
    expect((await raw.seen('phx_close')).ref).toBe(fleeting);
    await raw.reply(raw.push('phoenix', 'heartbeat', {}));
    expect(raw.ws.readyState).toBe(raw.ws.OPEN);
  });
});

describe('the migration role', () => {
  it('manages policies on realtime.messages and nothing else in the schema', async () => {
    const migrations = postgres(stage.postgres.url('postgres'), { max: 1, onnotice: () => undefined });
    await migrations`create policy "To be dropped" on realtime.messages for select to anon using (false)`;
    await migrations`alter policy "To be dropped" on realtime.messages using (true)`;
    await migrations`drop policy "To be dropped" on realtime.messages`;
    for (const statement of [
      'alter table realtime.messages enable row level security',
      'alter table realtime.messages add column extra text',
      'drop table realtime.messages',
      'create table realtime.mine (id int)',
      'drop function realtime.send_binary(bytea, text, text, boolean)',
    ]) {
      await expect(migrations.unsafe(statement), statement).rejects.toMatchObject({ code: '42501' });
    }
    await migrations.end();
  });
});
