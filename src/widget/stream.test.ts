import { describe, expect, it } from 'vitest';
import { readEvents, type StreamListener } from './stream.ts';

const REPLY = { message: null, followups: [], suggest_human: false, intent: null };
const FRAMES = [
  ': waiting\n\n',
  'event: accepted\ndata: {"id":"1","seq":3,"content":"[]"}\n\n',
  'event: delta\ndata: {"text":"Grüße "}\n\n',
  'event: later\ndata: {"text":"from a newer server"}\n\n',
  'event: delta\r\ndata: {"text":"👍","at":2,"content":"]"}\r\n\r\n',
  `event: reply\ndata: ${JSON.stringify(REPLY)}\n\n`,
];

function bodyOf(text: string, pieceLength: number): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, (at += pieceLength)));
    },
  });
}

async function read(text: string, pieceLength = 1_000) {
  const heard: unknown[] = [];
  const listener: StreamListener = {
    accepted: (seq, content) => heard.push([seq, content]),
    delta: (piece) => heard.push(piece),
  };
  const reply = await readEvents(bodyOf(text, pieceLength), listener, 1_000);
  return { heard, reply };
}

describe('a streamed answer', () => {
  it.each([1, 2, 3, 7, 1_000])('is the same when it arrives %i bytes at a time', async (pieceLength) => {
    const { heard, reply } = await read(FRAMES.join(''), pieceLength);
    expect(heard).toEqual([[3, '[]'], { text: 'Grüße ' }, { text: '👍', at: 2, content: ']' }]);
    expect(reply).toEqual(REPLY);
  });

  it('that ends without a reply is a lost answer', async () => {
    await expect(read(FRAMES.slice(0, 3).join(''))).rejects.toMatchObject({ code: 'OFFLN' });
  });

  it('that says it failed can be asked for again', async () => {
    const error = read('event: error\ndata: {"code":"INTRN","message":"…"}\n\n');
    await expect(error).rejects.toMatchObject({ code: 'INTRN', isPassing: true });
  });

  it('that falls silent is given up', async () => {
    const silent = new ReadableStream<Uint8Array>();
    const listener = { accepted: () => undefined, delta: () => undefined };
    await expect(readEvents(silent, listener, 10)).rejects.toMatchObject({ code: 'OFFLN' });
  });
});
