/**
 * Scripted answers for tests. Each call to /email or /email/batch takes the next fault: what it says is
 * answered instead of the truth. With `accept` the mail is taken all the same, which is how a sender meets
 * the outcome it cannot know: accepted, but the answer was late, broken, or never came.
 */
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';

const refusal = z.object({ ErrorCode: z.number(), Message: z.string().default('Scripted refusal') });

export const faultSchema = z.strictObject({
  /** HTTP status; without one, and without `ErrorCode` or `body`, the true answer is given. */
  status: z.number().int().min(200).max(599).optional(),
  ErrorCode: z.number().optional(),
  Message: z.string().optional(),
  /** The whole body: a string goes out as it is, anything else as JSON. */
  body: z.unknown().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  /** Milliseconds before the answer, or before the reset. */
  delay: z.number().min(0).optional(),
  /** Cuts the connection instead of answering. */
  reset: z.boolean().optional(),
  /** Answers 200 with half a JSON object. */
  badJson: z.boolean().optional(),
  /** Takes the mail whatever is answered. */
  accept: z.boolean().optional(),
  /** For a batch: a refusal for an item, null for an item that is treated as usual. */
  items: z.array(refusal.nullable()).optional(),
  /** How many calls meet this fault. */
  times: z.number().int().min(1).default(1),
});

export type Fault = z.infer<typeof faultSchema>;

/** Whether the fault leaves the answer itself alone, and only shapes how it arrives. */
const isTruthful = (fault: Fault) =>
  fault.status === undefined && fault.ErrorCode === undefined && fault.body === undefined && !fault.badJson;

export class Faults {
  #script: Fault[] = [];

  add(faults: Fault[]): void {
    this.#script.push(...faults);
  }

  next(): Fault | undefined {
    const fault = this.#script[0];
    if (!fault) return undefined;
    fault.times -= 1;
    if (fault.times === 0) this.#script.shift();
    return { ...fault };
  }

  /** What was not met yet; nothing is left afterwards. */
  empty(): Fault[] {
    return this.#script.splice(0);
  }
}

/** Whether the mail of a call that meets this fault is taken. */
export const isAccepting = (fault: Fault | undefined): boolean =>
  !fault || fault.accept === true || (isTruthful(fault) && !fault.reset);

/** Plays a fault; false when the true answer must still be given. */
export async function play(fault: Fault, response: ServerResponse): Promise<boolean> {
  if (fault.delay) await delay(fault.delay, undefined, { ref: false });
  if (fault.reset) {
    response.socket?.resetAndDestroy();
    return true;
  }
  if (isTruthful(fault)) return false;
  const body = fault.badJson
    ? '{"To":"'
    : typeof fault.body === 'string'
      ? fault.body
      : JSON.stringify(
          fault.body ?? { ErrorCode: fault.ErrorCode ?? 0, Message: fault.Message ?? 'Scripted answer' },
        );
  response.writeHead(fault.status ?? 200, { 'content-type': 'application/json', ...fault.headers }).end(body);
  return true;
}
