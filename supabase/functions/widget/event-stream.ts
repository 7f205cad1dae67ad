import type { ReplyStreamEvent } from '../_shared/contract.ts';
import { errorBody } from '../_shared/http.ts';

/** Proxies close a silent connection (Supabase's after 150 s, many others after 30): a comment this often keeps it open. */
export const HEARTBEAT_MS = 10_000;

/**
 * An answer in `text/event-stream` (WHATWG HTML, section 9.2). `work` sends events and goes on to its end even when the
 * visitor has left, because what it stores must not be lost; `keepAlive` tells the platform to wait for it. What `work`
 * throws becomes the event `error`.
 */
export function eventStream(
  work: (send: (event: ReplyStreamEvent) => void) => Promise<void>,
  keepAlive: (work: Promise<unknown>) => void,
): Response {
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  const write = (text: string) => controller?.enqueue(encoder.encode(text));
  const send = ({ event, data }: ReplyStreamEvent) =>
    write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);

  const body = new ReadableStream<Uint8Array>({
    start(opened) {
      controller = opened;
      const heartbeat = setInterval(() => write(': waiting\n\n'), HEARTBEAT_MS);
      const done = work(send)
        .catch((error: unknown) => send({ event: 'error', data: errorBody(error) }))
        .finally(() => {
          clearInterval(heartbeat);
          controller?.close();
          controller = null;
        });
      keepAlive(done);
    },
    cancel() {
      controller = null;
    },
  });
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      // nginx, and the gateways built on it, would otherwise hold the events back until the end.
      'x-accel-buffering': 'no',
    },
  });
}

/** Whether the caller asked for a stream; a browser's default of any type is not asking. */
export function wantsEvents(request: Request): boolean {
  return /(^|,)\s*text\/event-stream\s*(;|,|$)/i.test(request.headers.get('accept') ?? '');
}

/** A finished text in pieces of a few words, or of a few characters in a language without spaces; joined they are the text. */
export function piecesOf(text: string): string[] {
  return text.match(/\s*\S{1,16}(?:\s+\S{1,16}){0,3}\s*/gu) ?? [text];
}
