/** What happens after a mail was accepted: it is delivered, bounces or is complained about, and the app is told. */
import { fateOf, BOUNCE_TYPES } from './bounces.ts';
import type { Message, Status, Store, Suppression } from './store.ts';
import type { Webhooks } from './webhooks.ts';

const SERVER_ID = 1;
const SUPPRESSING = new Set(['HardBounce', 'BadEmailAddress', 'SpamComplaint', 'ManuallyDeactivated']);

export class Outcomes {
  readonly #store: Store;
  readonly #webhooks: Webhooks;
  readonly #afterMs: number;
  readonly #timers = new Set<NodeJS.Timeout>();
  #lastId = Date.now();

  constructor(store: Store, webhooks: Webhooks, afterMs: number) {
    this.#store = store;
    this.#webhooks = webhooks;
    this.#afterMs = afterMs;
  }

  /** Lets each recipient's mail meet its fate a moment after the answer to the sender. */
  expect(message: Message): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      for (const recipient of message.Recipients) {
        const fate = fateOf(recipient, message.Headers);
        if (fate === 'Delivery') this.deliver(message, recipient);
        else if (fate !== 'blackhole') this.bounce(message, recipient, fate);
      }
    }, this.#afterMs);
    timer.unref();
    this.#timers.add(timer);
  }

  deliver(message: Message, recipient: string): void {
    this.#setStatus(message, 'Delivered');
    this.#webhooks.send({
      RecordType: 'Delivery',
      ServerID: SERVER_ID,
      MessageStream: message.MessageStream,
      MessageID: message.MessageID,
      Recipient: recipient,
      Tag: message.Tag,
      DeliveredAt: new Date().toISOString(),
      Details: '250 2.0.0 Ok: the local mailbox has it',
      Metadata: message.Metadata,
    });
  }

  /** Bounces of some types, and complaints, also suppress the address. */
  bounce(message: Message, recipient: string, type: string): void {
    const isComplaint = type === 'SpamComplaint';
    const isInactive = SUPPRESSING.has(type);
    this.#setStatus(message, isComplaint ? 'SpamComplaint' : 'Bounced');
    if (isInactive) {
      this.#store.suppress(message.MessageStream, {
        EmailAddress: recipient,
        SuppressionReason: isComplaint ? 'SpamComplaint' : 'HardBounce',
        Origin: 'Recipient',
        CreatedAt: new Date().toISOString(),
      });
    }
    this.#lastId += 1;
    this.#webhooks.send({
      RecordType: isComplaint ? 'SpamComplaint' : 'Bounce',
      ID: this.#lastId,
      Type: type,
      TypeCode: isComplaint ? 512 : BOUNCE_TYPES[type],
      Name: type.replace(/(?<=[a-z])(?=[A-Z])/g, ' '),
      Tag: message.Tag,
      MessageID: message.MessageID,
      ServerID: SERVER_ID,
      MessageStream: message.MessageStream,
      Description: isComplaint
        ? 'The recipient marked the message as spam.'
        : 'The server could not deliver it.',
      Details: isComplaint
        ? 'Complaint from the local mailbox'
        : 'smtp;550 5.1.1 The local mailbox refused it',
      Email: recipient,
      From: message.From,
      BouncedAt: new Date().toISOString(),
      DumpAvailable: false,
      Inactive: isInactive,
      CanActivate: isInactive && !isComplaint,
      Subject: message.Subject,
      Metadata: message.Metadata,
    });
  }

  /** Says that an address was suppressed, or with null that it is active again. */
  changeSubscription(stream: string, recipient: string, suppression: Suppression | null): void {
    this.#webhooks.send({
      RecordType: 'SubscriptionChange',
      MessageID: null,
      ServerID: SERVER_ID,
      MessageStream: stream,
      ChangedAt: new Date().toISOString(),
      Recipient: recipient,
      Origin: suppression?.Origin ?? 'Customer',
      SuppressSending: suppression !== null,
      SuppressionReason: suppression?.SuppressionReason ?? null,
      Tag: null,
      Metadata: {},
    });
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  /** A bounce outweighs the delivery to another recipient of the same message. */
  #setStatus(message: Message, status: Status): void {
    if (status === 'Delivered' && message.Status !== 'Sent') return;
    this.#store.setStatus(message.MessageID, status);
  }
}
