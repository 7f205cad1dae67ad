// Presence: who is there, as the client library shows it and as the frames say it.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newTopic, signToken, Stage, until } from '../support/realtime.ts';
import type { Raw, RawFrame } from '../support/realtime.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
});
afterEach(() => stage.resetLimits());
afterAll(() => stage.stop());

type Metas = Record<string, { metas: { phx_ref: string; phx_ref_prev?: string }[] }>;
const ENABLED = { presence: { enabled: true } };

async function watcher(topic: string): Promise<Raw> {
  const raw = await stage.raw();
  await raw.join(`realtime:${topic}`, ENABLED);
  await raw.seen('presence_state');
  return raw;
}

async function tracker(topic: string, key: string, config: object = {}, token?: string) {
  const raw = await stage.raw();
  const name = `realtime:${topic}`;
  const join = await raw.join(name, { presence: { key, enabled: false }, ...config }, token);
  const push = (event: string, payload: unknown) =>
    raw.push(name, 'presence', { type: 'presence', event, payload }, join);
  return { raw, name, join, push, track: async (payload: unknown) => raw.reply(push('track', payload)) };
}

const diffs = (raw: Raw) => raw.frames.filter(({ event }) => event === 'presence_diff').map(payloadOf);
const payloadOf = ({ payload }: RawFrame) => payload as { joins: Metas; leaves: Metas };

describe('presence', () => {
  it('shows the client library who came, changed and left', async () => {
    const topic = newTopic();
    const ana = await stage.join(await stage.client(), topic, { presence: { key: 'ana', enabled: true } });
    const ben = await stage.join(await stage.client(), topic, { presence: { key: 'ben', enabled: true } });
    await ana.channel.track({ state: 'viewing' });
    await ben.channel.track({ state: 'replying' });
    await until(() => Object.keys(ana.channel.presenceState()).length === 2);
    expect(ana.channel.presenceState()).toMatchObject({
      ana: [{ state: 'viewing' }],
      ben: [{ state: 'replying' }],
    });
    await ben.channel.untrack();
    await until(() => Object.keys(ana.channel.presenceState()).length === 1);
    const late = await stage.join(await stage.client(), topic, ENABLED);
    await until(() => late.channel.presenceState().ana);
  });

  it('sends a state even when nobody is there, and none unless it is enabled', async () => {
    const topic = newTopic();
    const raw = await watcher(topic);
    expect((await raw.seen('presence_state')).payload).toEqual({});
    const { raw: silent, track } = await tracker(topic, 'k');
    expect((await track({ a: 1 })).payload).toEqual({ status: 'ok', response: {} });
    await silent.seen('presence_diff');
    expect(silent.frames.map(({ event }) => event)).not.toContain('presence_state');
    await until(() => diffs(raw).length === 1);
  });

  it('says nothing when the payload stays, and joins with the old ref when it changes', async () => {
    const topic = newTopic();
    const raw = await watcher(topic);
    const { track } = await tracker(topic, 'k');
    await track({ a: 1, b: 2 });
    await track({ b: 2, a: 1 });
    await track({ a: 2 });
    await until(() => diffs(raw).length === 2);
    const [first, second] = diffs(raw);
    const before = first?.joins.k?.metas[0];
    expect(second?.leaves.k?.metas).toEqual([before]);
    expect(second?.joins.k?.metas).toEqual([
      { a: 2, phx_ref: expect.any(String) as string, phx_ref_prev: before?.phx_ref },
    ]);
  });

  it('keeps one entry per socket under one key, whatever the key is called', async () => {
    const topic = newTopic();
    for (const payload of [{ tab: 1 }, { tab: 2 }]) await (await tracker(topic, '__proto__')).track(payload);
    const raw = await watcher(topic);
    const state = JSON.stringify((await raw.seen('presence_state')).payload);
    expect(state).toMatch(/^\{"__proto__":\{"metas":\[\{"tab":1,"phx_ref":"[^"]+"\},\{"tab":2,/);
  });

  it('emits a leave when the socket drops, the channel leaves or is shut down', async () => {
    const topic = newTopic();
    const raw = await watcher(topic);
    const dropped = await tracker(topic, 'dropped');
    const left = await tracker(topic, 'left');
    // It has to be seen coming before it expires, on a busy machine too.
    const expired = await tracker(
      topic,
      'expired',
      {},
      signToken({ exp: Math.floor(Date.now() / 1000) + 10 }),
    );
    for (const { track } of [dropped, left, expired]) await track({});
    dropped.raw.ws.terminate();
    left.raw.push(left.name, 'phx_leave', {}, left.join);
    const leavers = () => diffs(raw).flatMap(({ leaves }) => Object.keys(leaves));
    await until(() => leavers().length === 3);
    expect(leavers().sort()).toEqual(['dropped', 'expired', 'left']);
  });

  it('answers a track without the right with an error that nobody sees', async () => {
    const topic = newTopic();
    await stage.grant('reader', topic, { select: ['broadcast', 'presence'] });
    await stage.grant('writer', topic, { select: ['broadcast', 'presence'], insert: ['presence'] });
    const config = { private: true };
    const reader = await tracker(topic, 'reader', config, signToken({ sub: 'reader' }));
    const writer = await tracker(topic, 'writer', config, signToken({ sub: 'writer' }));
    expect((await reader.track({})).payload).toEqual({ status: 'error', response: {} });
    expect((await writer.track({})).payload).toEqual({ status: 'ok', response: {} });
    // Asked about reading when presence began by tracking, both may see the diff.
    await Promise.all([reader, writer].map(({ raw }) => raw.seen('presence_diff')));
    expect(diffs(reader.raw).map(({ joins }) => Object.keys(joins))).toEqual([['writer']]);
  });

  it('answers unknown events and payloads that are no map', async () => {
    const { raw, push, track } = await tracker(newTopic(), 'k');
    const reason = 'Presence track payload must be a map';
    expect((await track([1])).payload).toEqual({ status: 'error', response: { reason } });
    expect((await raw.reply(push('dance', {}))).payload).toEqual({ status: 'error', response: {} });
    expect((await raw.reply(push('UNTRACK', {}))).payload).toEqual({ status: 'ok', response: {} });
  });

  it('ends the channel, and only it, at the sixth push within the window', async () => {
    const { raw, push, track } = await tracker(newTopic(), 'k');
    const other = await raw.join(`realtime:${newTopic()}`);
    for (let count = 0; count < 5; count += 1) expect((await track({ count })).payload.status).toBe('ok');
    push('track', { count: 5 });
    const close = await raw.seen('phx_close');
    expect((await raw.seen('system')).payload.message).toBe('Client presence rate limit exceeded');
    expect(close.ref).not.toBe(other);
    await raw.reply(raw.push('phoenix', 'heartbeat', {}));
    expect(raw.frames.filter(({ event }) => event === 'phx_close')).toHaveLength(1);
  });

  it('ends the channel whose track is too large', async () => {
    stage.realtime.limits.maxPayloadBytes = 100;
    const { raw, push } = await tracker(newTopic(), 'k');
    push('track', { text: 'a'.repeat(200) });
    await raw.seen('phx_close');
    expect((await raw.seen('system')).payload.message).toBe('Track message size exceeded');
  });
});
