/** A visitor who reads the assistant's answer while it is being written. */
import { randomUUID } from 'node:crypto';
import type { AssistantReply, ReplyStreamEvent } from '#shared/contract.ts';
import type { Visitor } from './visitor.ts';

/** Sends a message and asks for its answer as a stream. */
export async function openStream(
  apiUrl: string,
  visitor: Visitor,
  body: object,
  signal?: AbortSignal,
): Promise<Response> {
  return await fetch(`${apiUrl}/functions/v1/widget/messages`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${visitor.token}`,
      'content-type': 'application/json',
      accept: 'text/event-stream',
    },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
}

/** The events as they arrive; a stream that ends inside an event throws. */
export async function* eventsOf(response: Response): AsyncGenerator<ReplyStreamEvent> {
  let rest = '';
  const decoder = new TextDecoder();
  // Browsers' types do not know yet that a stream can be iterated; Node does.
  for await (const bytes of response.body as unknown as AsyncIterable<Uint8Array>) {
    const chunk = decoder.decode(bytes, { stream: true });
    const frames = (rest + chunk).split('\n\n');
    rest = frames.pop() ?? '';
    for (const frame of frames) {
      const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(frame) ?? [];
      if (event) yield { event, data: JSON.parse(data ?? '') } as ReplyStreamEvent;
    }
  }
  if (rest !== '') throw new Error(`The stream broke off: ${rest}`);
}

/** Sends a message and reads the answer to its end. */
export async function stream(apiUrl: string, visitor: Visitor, text: string, id: string = randomUUID()) {
  const events: ReplyStreamEvent[] = [];
  for await (const event of eventsOf(await openStream(apiUrl, visitor, { id, text }))) events.push(event);
  const deltas = events.flatMap((one) => (one.event === 'delta' ? [one.data.text] : []));
  const last = events.at(-1);
  const reply: AssistantReply | null = last?.event === 'reply' ? last.data : null;
  return { names: events.map(({ event }) => event), deltas, reply, events };
}
