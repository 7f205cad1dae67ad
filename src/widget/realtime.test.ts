import { expect, it } from 'vitest';
import { readFrame } from './realtime.ts';

it('reads a text frame', () => {
  const frame = '["1","1","realtime:visitor:7","phx_reply",{"status":"ok","response":{}}]';
  expect(readFrame(frame)).toEqual(['realtime:visitor:7', 'phx_reply', { status: 'ok', response: {} }]);
});

it('reads the topic of a binary broadcast', () => {
  const topic = new TextEncoder().encode('realtime:visitor:7');
  const event = new TextEncoder().encode('changed');
  const frame = new Uint8Array([4, topic.length, event.length, 0, 1, ...topic, ...event, 123, 125]);
  expect(readFrame(frame.buffer)).toEqual(['realtime:visitor:7', 'broadcast', null]);
});

it.each(['', '{', 'null', '[]', new ArrayBuffer(0), undefined])('takes no harm from %o', (data) => {
  expect(readFrame(data)[1]).toMatch(/^(undefined)?$/);
});
