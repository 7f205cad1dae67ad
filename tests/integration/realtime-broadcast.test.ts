// Broadcasts: between clients, from the database, over HTTP, replayed; in both wire versions.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import postgres from 'postgres';
import {
  JWT_SECRET,
  newTopic,
  PUBLISHABLE_KEY,
  SECRET_KEY,
  signToken,
  Stage,
  until,
} from '../support/realtime.ts';
import type { Ear } from '../support/realtime.ts';

let stage: Stage;
let begunAt: number;
beforeAll(async () => {
  begunAt = Date.now();
  stage = await Stage.start();
});
afterEach(() => stage.resetLimits());
afterAll(() => stage.stop());

const events = (ear: Ear) => ear.broadcasts.map(({ event }) => event);
const service = () => stage.client(signToken({ role: 'service_role' }));

describe('between clients', () => {
  it('reaches the others, and the sender only with self', async () => {
    const topic = newTopic();
    const quiet = await stage.join(await stage.client(), topic, { broadcast: { ack: true } });
    const echo = await stage.join(await stage.client(), topic, { broadcast: { ack: true, self: true } });
    expect(await quiet.channel.send({ type: 'broadcast', event: 'one', payload: { a: 1 } })).toBe('ok');
    expect(await echo.channel.send({ type: 'broadcast', event: 'two', payload: {} })).toBe('ok');
    await until(() => quiet.broadcasts.length > 0);
    expect(events(quiet)).toEqual(['two']);
    expect(echo.broadcasts).toEqual([
      { type: 'broadcast', event: 'one', payload: { a: 1 } },
      { type: 'broadcast', event: 'two', payload: {} },
    ]);
  });

  it('never crosses from a private channel to a public one of the same name', async () => {
    const topic = newTopic();
    const open = await stage.join(await stage.client(), topic, { broadcast: { self: true, ack: true } });
    const closed = await stage.join(await service(), topic, {
      private: true,
      broadcast: { self: true, ack: true },
    });
    const lookalike = await stage.join(await stage.client(), `private ${topic}`);
    await closed.channel.send({ type: 'broadcast', event: 'secret', payload: {} });
    await stage.sql`select realtime.send('{}', 'secret row', ${topic})`;
    await until(() => closed.broadcasts.length === 2);
    await open.channel.send({ type: 'broadcast', event: 'open', payload: {} });
    await until(() => open.broadcasts.length > 0);
    expect([events(open), events(closed), events(lookalike)]).toEqual([
      ['open'],
      ['secret', 'secret row'],
      [],
    ]);
  });

  it('acknowledges: ok, and error when the payload is too large, which nobody hears', async () => {
    stage.realtime.limits.maxPayloadBytes = 100;
    const topic = newTopic();
    const sender = await stage.join(await stage.client(), topic, { broadcast: { ack: true, self: true } });
    const send = (text: string) => sender.channel.send({ type: 'broadcast', event: 'x', payload: { text } });
    expect(await send('a'.repeat(200))).toBe('error');
    expect(await send('a')).toBe('ok');
    expect(sender.broadcasts.map(({ payload }) => payload)).toEqual([{ text: 'a' }]);

    const raw = await stage.raw();
    const join = await raw.join(`realtime:${topic}`, { broadcast: { ack: true } });
    const large = { type: 'broadcast', event: 'x', payload: { text: 'a'.repeat(200) } };
    const reply = await raw.reply(raw.push(`realtime:${topic}`, 'broadcast', large, join));
    expect(reply.payload).toEqual({ status: 'error', response: 'payload_size_exceeded' });
  });

  it('carries JSON, raw bytes and event names of any script', async () => {
    const topic = newTopic();
    const sender = await stage.join(await stage.client(), topic, { broadcast: { ack: true } });
    const ear = await stage.join(await stage.client(), topic);
    const bytes = new Uint8Array([0, 1, 254, 255]).buffer;
    await sender.channel.send({ type: 'broadcast', event: 'grüße 🎉', payload: { text: 'שלום' } });
    await sender.channel.send({ type: 'broadcast', event: 'raw', payload: bytes });
    await until(() => ear.broadcasts.length === 2);
    expect(ear.broadcasts[0]).toEqual({ type: 'broadcast', event: 'grüße 🎉', payload: { text: 'שלום' } });
    expect(new Uint8Array(ear.broadcasts[1]?.payload as ArrayBuffer)).toEqual(
      new Uint8Array([0, 1, 254, 255]),
    );
  });

  it('drops the meta of a kind 3 frame and makes it kind 4', async () => {
    const name = `realtime:${newTopic()}`;
    const raw = await stage.raw();
    const join = await raw.join(name, { broadcast: { self: true } });
    const fields = [join, '9', name, 'wave', '{"persist":true}'].map((field) => Buffer.from(field));
    const head = Buffer.from([3, ...fields.map((field) => field.length), 1]);
    raw.ws.send(Buffer.concat([head, ...fields, Buffer.from('{"a":1}')]));
    const { binary } = await raw.seen('binary');
    const expected = Buffer.from(`${name}wave{"a":1}`);
    expect(binary).toEqual(Buffer.concat([Buffer.from([4, name.length, 4, 0, 1]), expected]));
  });

  it('joins the two wire versions, but raw bytes never reach version 1', async () => {
    const topic = newTopic();
    const old = await stage.join(await stage.client(undefined, { vsn: '1.0.0' }), topic, {
      broadcast: { ack: true },
    });
    const current = await stage.join(await stage.client(), topic, { broadcast: { ack: true } });
    await current.channel.send({ type: 'broadcast', event: 'raw', payload: new Uint8Array([1]).buffer });
    await current.channel.send({ type: 'broadcast', event: 'json', payload: { a: 1 } });
    await stage.sql`select realtime.send('{"b":1}', 'row', ${topic}, false)`;
    await until(() => old.broadcasts.length === 2);
    await old.channel.send({ type: 'broadcast', event: 'back', payload: { c: 1 } });
    await until(() => events(current).includes('back'));
    expect(old.broadcasts).toMatchObject([
      { type: 'broadcast', event: 'json', payload: { a: 1 } },
      { event: 'row', payload: { b: 1 }, meta: { id: expect.any(String) as string } },
    ]);
    expect(events(current)).toEqual(['row', 'back']);
  });

  it('ends the channels that hear too many messages a second', async () => {
    const topic = newTopic();
    const sender = await stage.join(await stage.client(), topic, { broadcast: { ack: true } });
    const ear = await stage.join(await stage.client(), topic);
    stage.realtime.limits.maxMessagesPerSecond = 0;
    await sender.channel.send({ type: 'broadcast', event: 'x', payload: {} });
    await until(() => ear.statuses.includes('CLOSED'));
    expect(ear.systems[0]).toMatchObject({ status: 'error', message: 'Too many messages per second' });
  });
});

describe('from the database', () => {
  it('describes inserts, updates and deletes of a trigger', async () => {
    const migrations = postgres(stage.postgres.url('postgres'), { max: 1, onnotice: () => undefined });
    await migrations
      .unsafe(
        `
      create table public.things (id int primary key, name text);
      create function public.tell() returns trigger language plpgsql security definer set search_path = '' as $$
      begin
        perform realtime.broadcast_changes('things', tg_op, tg_op, tg_table_name, tg_table_schema, new, old);
        return null;
      end $$;
      create trigger tell after insert or update or delete on public.things
        for each row execute function public.tell();
    `,
      )
      .simple();
    const ear = await stage.join(await service(), 'things', { private: true });
    await migrations`insert into public.things values (1, 'a')`;
    await migrations`update public.things set name = 'b'`;
    await migrations`delete from public.things`;
    await until(() => ear.broadcasts.length === 3);
    const a = { id: 1, name: 'a' };
    const b = { id: 1, name: 'b' };
    const source = { schema: 'public', table: 'things', id: expect.any(String) as string };
    expect(ear.broadcasts.map(({ payload }) => payload)).toEqual([
      { ...source, operation: 'INSERT', record: a, old_record: null },
      { ...source, operation: 'UPDATE', record: b, old_record: a },
      { ...source, operation: 'DELETE', record: null, old_record: b },
    ]);
    await expect(
      migrations`select realtime.broadcast_changes('t', 'e', 'TRUNCATE', 't', 's', null, null)`,
    ).rejects.toThrow('Unexpected operation type: TRUNCATE');
    await expect(
      migrations`select realtime.broadcast_changes('t', 'e', 'INSERT', 't', 's', null, null, 'STATEMENT')`,
    ).rejects.toThrow('for each row');
    await migrations.end();
  });

  it('carries the id of the row, and keeps an id of the caller', async () => {
    const topic = newTopic();
    const ear = await stage.join(await stage.client(), topic);
    await stage.sql`select realtime.send('{"a":1}', 'made', ${topic}, false)`;
    await stage.sql`select realtime.send('{"id":"mine"}', 'kept', ${topic}, false)`;
    await until(() => ear.broadcasts.length === 2);
    const rows = await stage.sql<
      { id: string }[]
    >`select id from realtime.messages where topic = ${topic} order by inserted_at`;
    expect(ear.broadcasts).toMatchObject([
      { event: 'made', payload: { a: 1, id: rows[0]?.id }, meta: { id: rows[0]?.id } },
      { event: 'kept', payload: { id: 'mine' }, meta: { id: rows[1]?.id } },
    ]);
  });

  it('says nothing about what was rolled back, and carries bytes', async () => {
    const topic = newTopic();
    const ear = await stage.join(await stage.client(), topic);
    await stage.sql
      .begin(async (tx) => {
        await tx`select realtime.send('{}', 'undone', ${topic}, false)`;
        throw new Error('rolled back');
      })
      .catch(() => undefined);
    await stage.sql`select realtime.send_binary('\\x00ff'::bytea, 'bytes', ${topic}, false)`;
    await until(() => ear.broadcasts.length > 0);
    expect(events(ear)).toEqual(['bytes']);
    expect(new Uint8Array(ear.broadcasts[0]?.payload as ArrayBuffer)).toEqual(new Uint8Array([0, 255]));
  });

  it('skips rows without event and too large ones, and sends any extension', async () => {
    stage.realtime.limits.maxPayloadBytes = 100;
    const topic = newTopic();
    const ear = await stage.join(await stage.client(), topic);
    const row = (extension: string, event: string | null, payload: object) =>
      stage.sql`insert into realtime.messages ${stage.sql({ topic, extension, event, payload: stage.sql.json(payload as never) })}`;
    await row('broadcast', null, {});
    await row('broadcast', 'large', { text: 'a'.repeat(200) });
    await row('presence', 'odd', {});
    await until(() => ear.broadcasts.length > 0);
    expect(events(ear)).toEqual(['odd']);
  });

  it('turns its own errors into warnings, so that the change it announces stands', async () => {
    const notices: string[] = [];
    const sql = postgres(stage.postgres.url('postgres'), {
      max: 1,
      onnotice: ({ message }) => notices.push(String(message)),
    });
    await sql`select realtime.send('"no object"', 'x', 'y')`;
    await sql.end();
    expect(notices[0]).toMatch(/^WarnSendingBroadcastMessage: /);
  });

  it('reaches a subscriber from the log, not from a poll: within 50 milliseconds of the commit', async () => {
    const topic = newTopic();
    const ear = await stage.join(await stage.client(), topic);
    const delays: number[] = [];
    for (let round = 0; round < 100 && Math.min(...delays) >= 50; round += 1) {
      await stage.sql`select realtime.send('{}', 'tick', ${topic}, false)`;
      const committed = performance.now();
      await until(() => ear.broadcasts.length > round);
      delays.push(performance.now() - committed);
    }
    // The best of them: a busy machine delays most, a poll would delay all.
    expect(Math.min(...delays)).toBeLessThan(50);
  });

  it('comes back after the database restarted, and makes clients subscribe again', async () => {
    const other = await Stage.start();
    const topic = newTopic();
    const ear = await other.join(await other.client(), topic);
    await other.postgres.restart();
    await until(
      () => ear.statuses.filter((status) => status === 'SUBSCRIBED').length >= 2,
      'subscribing again',
    );
    const sql = postgres(other.postgres.url('postgres'), { max: 1, onnotice: () => undefined });
    await sql`select realtime.send('{}', 'after', ${topic}, false)`;
    await until(() => ear.broadcasts.length > 0);
    await sql.end();
    await other.stop();
    expect(events(ear)).toEqual(['after']);
  });

  it('serves 1,000 subscribers of 50 topics, each message once', async () => {
    const topics = Array.from({ length: 50 }, newTopic);
    const raws = await Promise.all(Array.from({ length: 1_000 }, () => stage.raw()));
    await Promise.all(raws.map((raw, index) => raw.join(`realtime:${topics[index % 50]}`)));
    await stage.sql`
      select realtime.send('{}', 'all', topic, false) from unnest(${topics}::text[]) topic, generate_series(1, 4)`;
    const heard = () => raws.map(({ frames }) => frames.filter(({ event }) => event === 'binary').length);
    await until(() => heard().every((count) => count === 4), 'every subscriber hearing four');
    for (const raw of raws) raw.ws.terminate();
  });

  it('keeps the days ahead ready', async () => {
    const partitions = await stage.sql<{ name: string }[]>`
      select relname as name from pg_inherits join pg_class on oid = inhrelid
      where inhparent = 'realtime.messages'::regclass order by 1`;
    const daysAround = (now: number) =>
      [-1, 0, 1, 2, 3].map((offset) => {
        const day = new Date(now + offset * 86_400_000).toISOString().slice(0, 10);
        return `messages_${day.replaceAll('-', '_')}`;
      });
    // They were made when the stage began; midnight may have passed since.
    expect([begunAt, Date.now()].map(daysAround)).toContainEqual(partitions.map(({ name }) => name));
  });
});

describe('replay', () => {
  it('sends the newest rows oldest first, marked, and not again when they arrive live', async () => {
    const topic = newTopic();
    const since = Date.now() - 60_000;
    const earlier = await stage.join(await service(), topic, { private: true });
    for (const event of ['one', 'two', 'three']) {
      await stage.sql`select realtime.send('{}', ${event}, ${topic})`;
    }
    await stage.sql`select realtime.send('{}', 'public', ${topic}, false)`;
    await stage.sql`select realtime.send_binary('\\x01'::bytea, 'bytes', ${topic})`;
    // Once these have gone by live, what a newcomer hears of them is replayed.
    await until(() => events(earlier).includes('bytes'));
    const ear = await stage.join(await service(), topic, {
      private: true,
      broadcast: { replay: { since, limit: 3 } },
    });
    await stage.sql`select realtime.send('{}', 'live', ${topic})`;
    await until(() => events(ear).includes('live'));
    expect(events(ear)).toEqual(['two', 'three', 'bytes', 'live']);
    expect(ear.broadcasts.map(({ meta }) => meta?.replayed ?? false)).toEqual([true, true, true, false]);
    expect(new Set(ear.broadcasts.map(({ meta }) => meta?.id)).size).toBe(4);
  });

  it('neither loses nor repeats what is committed while somebody joins', async () => {
    const topic = newTopic();
    const names = Array.from({ length: 20 }, (_, index) => `row ${index}`);
    const client = await service();
    let joining: Promise<Ear> | undefined;
    for (const [index, name] of names.entries()) {
      if (index === 10) {
        joining = stage.join(client, topic, { private: true, broadcast: { replay: { since: 0 } } });
      }
      await stage.sql`select realtime.send('{}', ${name}, ${topic})`;
    }
    const ear = await joining;
    await until(() => ear && ear.broadcasts.length >= names.length);
    await stage.sql`select realtime.send('{}', 'barrier', ${topic})`;
    await until(() => ear && events(ear).includes('barrier'));
    expect(ear && events(ear)).toEqual([...names, 'barrier']);
  });

  it('is not needed for what is committed while the join is being decided', async () => {
    const topic = newTopic();
    await stage.grant('late', topic, { select: ['broadcast'] });
    const there = await stage.join(await service(), topic, { private: true });
    const gate = await stage.sql.reserve();
    await gate`begin`;
    await gate`lock public.rights`;
    const late = stage.listen(await stage.client(signToken({ sub: 'late' })), topic, { private: true });
    const waiting = () =>
      gate`select from pg_stat_activity where wait_event_type = 'Lock' and application_name = 'realtime'`;
    while ((await waiting()).length === 0);
    await stage.sql`select realtime.send('{}', 'meanwhile', ${topic})`;
    await until(() => there.broadcasts.length > 0);
    expect(late.statuses).toEqual([]);
    await gate`commit`;
    gate.release();
    await until(() => late.broadcasts.length > 0);
    expect(late.statuses).toEqual(['SUBSCRIBED']);
  });

  it('begins where it is told to', async () => {
    const topic = newTopic();
    await stage.sql`insert into realtime.messages (topic, extension, event, payload, private, inserted_at)
      values (${topic}, 'broadcast', 'old', '{}', true, (now() at time zone 'utc') - interval '10 minutes')`;
    await stage.sql`select realtime.send('{}', 'new', ${topic})`;
    const ear = await stage.join(await service(), topic, {
      private: true,
      broadcast: { replay: { since: Date.now() - 60_000 } },
    });
    await until(() => ear.broadcasts.length > 0);
    expect(events(ear)).toEqual(['new']);
  });

  it('leaves raw bytes out for version 1', async () => {
    const topic = newTopic();
    await stage.sql`select realtime.send_binary('\\x01'::bytea, 'bytes', ${topic})`;
    await stage.sql`select realtime.send('{}', 'json', ${topic})`;
    const raw = await stage.raw('1.0.0', SECRET_KEY);
    await raw.join(`realtime:${topic}`, { private: true, broadcast: { replay: { since: 0 } } });
    const frame = await raw.seen('broadcast');
    expect(frame).toMatchObject({ ref: null, payload: { event: 'json', meta: { replayed: true } } });
  });

  it.each([
    [
      'a public channel',
      false,
      { since: 0 },
      'UnableToReplayMessages: Replay is not allowed for public channels',
    ],
    ['no start', true, {}, 'UnableToReplayMessages: Replay params are not valid'],
    [
      'a limit that is no integer',
      true,
      { since: 0, limit: 'all' },
      'UnableToReplayMessages: Replay params are not valid',
    ],
    ['a start out of time', true, { since: 9e18 }, 'UnableToReplayMessages: Replay params are not valid'],
  ])('is refused with %s', async (_name, isPrivate, replay, reason) => {
    const raw = await stage.raw('2.0.0', SECRET_KEY);
    const config = { private: isPrivate, broadcast: { replay } };
    const { payload } = await raw.reply(raw.push(`realtime:${newTopic()}`, 'phx_join', { config }));
    expect(payload).toEqual({ status: 'error', response: { reason } });
  });
});

describe('over HTTP', () => {
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${stage.realtime.port}/api/broadcast${path}`, {
      method: 'POST',
      headers: { apikey: PUBLISHABLE_KEY, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const message = (extra: object) => ({ messages: [{ topic: 't', event: 'e', payload: {}, ...extra }] });

  it('is how an unjoined channel sends', async () => {
    const topic = newTopic();
    const ear = await stage.join(await stage.client(), topic);
    const client = await stage.client();
    const sender = client.channel(topic);
    expect(await sender.httpSend('single', { a: 1 })).toEqual({ success: true });
    expect(await sender.httpSend('bytes', new Uint8Array([7]).buffer)).toEqual({ success: true });
    expect(await sender.send({ type: 'broadcast', event: 'batch', payload: { b: 1 } })).toBe('ok');
    await until(() => ear.broadcasts.length === 3);
    expect(
      ear.broadcasts.map(({ event, payload }) => [event, payload instanceof ArrayBuffer || payload]),
    ).toEqual([
      ['single', { a: 1 }],
      ['bytes', true],
      ['batch', { b: 1 }],
    ]);
  });

  it('answers 202 to a batch that is not allowed and 403 to a single one, and delivers neither', async () => {
    const topic = newTopic();
    const ear = await stage.join(await service(), topic, { private: true });
    expect((await post('', message({ topic, private: true }))).status).toBe(202);
    expect((await post(`/${topic}/events/e?private=true`, {})).status).toBe(403);
    const headers = { authorization: `Bearer ${signToken({ role: 'service_role' }, JWT_SECRET)}` };
    expect((await post('', message({ topic, private: true, event: 'allowed' }), headers)).status).toBe(202);
    await until(() => ear.broadcasts.length > 0);
    expect(events(ear)).toEqual(['allowed']);
  });

  it.each([
    ['a bad token', 401, '', message({}), { authorization: 'Bearer nonsense' }],
    ['no messages', 422, '', {}, {}],
    ['a message without topic', 422, '', message({ topic: '' }), {}],
    ['a payload that is no object', 422, '', message({ payload: 3 }), {}],
    ['no JSON', 422, '', '{', {}],
    ['another content type', 415, '/t/events/e', 'x', { 'content-type': 'text/plain' }],
  ])('refuses %s', async (_name, status, path, body, headers) => {
    expect((await post(path, body, headers as Record<string, string>)).status).toBe(status);
  });

  it('refuses what exceeds the rate with 429', async () => {
    stage.realtime.limits.maxMessagesPerSecond = 0.5;
    expect((await post('', message({}))).status).toBe(429);
  });
});
