/** Takes e-mails: refuses what Postmark refuses, keeps the rest, and answers in Postmark's words. */
import { randomUUID } from 'node:crypto';
import { readEmail, type Email } from './email.ts';
import type { Outcomes } from './outcomes.ts';
import { BATCH_TOO_LONG, INACTIVE_RECIPIENT, INVALID_FIELD, Refusal, TOO_LARGE } from './refusal.ts';
import type { Message, Store } from './store.ts';

const MAX_BATCH = 500;
const MAX_MESSAGE_BYTES = 10_000_000;

interface Accepted {
  To: string;
  SubmittedAt: string;
  MessageID: string;
  ErrorCode: number;
  Message: string;
}
type Refused = Pick<Accepted, 'ErrorCode' | 'Message'>;

export class Sending {
  readonly #store: Store;
  readonly #outcomes: Outcomes;

  constructor(store: Store, outcomes: Outcomes) {
    this.#store = store;
    this.#outcomes = outcomes;
  }

  /** Answers POST /email; throws a {@link Refusal}. */
  sendOne(body: unknown, isTest: boolean): Accepted {
    const taken = this.#take(body, isTest);
    if (!isTest) this.#keep([taken.message]);
    return taken.answer;
  }

  /** Answers POST /email/batch in the order of the request; `refusals` replace single items. */
  sendBatch(body: unknown, isTest: boolean, refusals: (Refused | null)[] = []): (Accepted | Refused)[] {
    if (!Array.isArray(body)) throw new Refusal(INVALID_FIELD, 'A batch must be an array of messages.');
    if (body.length > MAX_BATCH) {
      throw new Refusal(BATCH_TOO_LONG, `You may send at most ${MAX_BATCH} messages in one batch.`);
    }
    const kept: Message[] = [];
    const answers = body.map((item: unknown, index) => {
      const scripted = refusals[index];
      if (scripted) return scripted;
      try {
        const taken = this.#take(item, isTest);
        kept.push(taken.message);
        return taken.answer;
      } catch (error) {
        if (error instanceof Refusal) return error.body;
        throw error;
      }
    });
    if (!isTest) this.#keep(kept);
    return answers;
  }

  #take(body: unknown, isTest: boolean): { message: Message; answer: Accepted } {
    if (Buffer.byteLength(JSON.stringify(body ?? null)) > MAX_MESSAGE_BYTES) {
      throw new Refusal(TOO_LARGE, 'The message exceeds 10 MB.', 413);
    }
    const email = readEmail(body);
    const inactive = email.Recipients.filter((address) =>
      this.#store.isSuppressed(email.MessageStream, address),
    );
    if (inactive.length === email.Recipients.length) throw inactiveRefusal(inactive);
    const active = email.Recipients.filter((address) => !inactive.includes(address));
    const message = newMessage({ ...email, Recipients: active });
    const note =
      inactive.length > 0
        ? `Message OK, but will not deliver to these inactive addresses: ${inactive.join(', ')}`
        : 'OK';
    const answer = {
      To: email.To,
      SubmittedAt: message.ReceivedAt.replace('Z', '0000Z'),
      MessageID: message.MessageID,
      ErrorCode: 0,
      Message: isTest ? 'Test job accepted' : note,
    };
    return { message, answer };
  }

  #keep(messages: Message[]): void {
    this.#store.addMessages(messages);
    for (const message of messages) this.#outcomes.expect(message);
  }
}

function newMessage(email: Email): Message {
  return { ...email, MessageID: randomUUID(), ReceivedAt: new Date().toISOString(), Status: 'Sent' };
}

/** The client library parses the addresses out of this sentence. */
function inactiveRefusal(addresses: string[]): Refusal {
  return new Refusal(
    INACTIVE_RECIPIENT,
    'You tried to send to recipients that have been marked as inactive. ' +
      `Found inactive addresses: ${addresses.join(', ')}. ` +
      'Inactive recipients are ones that have generated a hard bounce, a spam complaint, or a manual suppression.',
  );
}
