/** Reads a streamed answer: server-sent events (HTML standard, section 9.2) over fetch, which can send a token. */
import type { AssistantReply, ReplyDelta, ReplyStreamEvent } from '#shared/contract.ts';
import { ApiError } from './api-error.ts';

export interface StreamListener {
  accepted(seq: number, content?: string): void;
  delta(piece: ReplyDelta): void;
}

/** The final reply; an `error` event, silence or an end without a reply throws. */
export async function readEvents(
  body: ReadableStream<Uint8Array>,
  listener: StreamListener | undefined,
  silenceMs: number,
): Promise<AssistantReply> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await within(reader.read(), silenceMs);
      if (done) break;
      rest += decoder.decode(value, { stream: true }).replaceAll('\r', '');
      const frames = rest.split('\n\n');
      rest = frames.pop()!;
      for (const frame of frames) {
        const event = parseFrame(frame);
        if (event?.event === 'accepted') listener?.accepted(event.data.seq, event.data.content);
        else if (event?.event === 'delta') listener?.delta(event.data);
        else if (event?.event === 'reply') return event.data;
        else if (event?.event === 'error') throw new ApiError(event.data.code, 500);
      }
    }
    throw new ApiError('OFFLN');
  } catch (error) {
    reader.cancel().catch(() => undefined);
    throw error instanceof ApiError ? error : new ApiError('OFFLN');
  }
}

/** One event; null for a comment or a name we do not know. */
function parseFrame(frame: string): ReplyStreamEvent | null {
  const event = /^event: *(\w+)/m.exec(frame)?.[1];
  const data = [...frame.matchAll(/^data:(.*)/gm)].map(([, line]) => line).join('\n');
  return event && data ? ({ event, data: JSON.parse(data) } as ReplyStreamEvent) : null;
}

function within<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new ApiError('OFFLN')), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
