// The words between the SQL functions that hold the outbox and this function that empties it.
import type { Settings } from '../_shared/channels/channel.ts';
import type { PushKeys, Subscription } from './web-push.ts';

export type Purpose =
  | 'alert'
  | 'reminder'
  | 'contact'
  | 'assigned'
  | 'mentioned'
  | 'reply'
  | 'reply_bounced'
  | 'event'
  | 'summary'
  | 'digest'
  | 'notice'
  | 'test'
  | 'invite'
  | 'acknowledge'
  | 'resolve';

export interface Lead {
  name: string | null;
  email: string | null;
  phone: string | null;
  custom: Record<string, unknown> | null;
}

export interface Escalation {
  id: string;
  number: number;
  trigger: string;
  escalated_at: string;
  question: string;
  reference: string;
  url: string;
}

/** One row of `claim_deliveries`: everything that is needed to send, and the lease under which it may be finished. */
export interface Delivery {
  id: string;
  kind: 'email' | 'webhook' | 'channel' | 'push';
  purpose: Purpose;
  lease_token: string;
  /** Which attempt this is, from 1; counted when it was claimed. */
  attempt: number;
  recipient: string | null;
  recipient_time_zone: string | null;
  /** Where the recipient's answer comes back to us, when it is a member's. */
  reply_to: string | null;
  /** Where a member acts on the case from the mail. */
  act_urls: { claim: string; resolve: string } | null;
  /** When it was asked, by the clock of that zone, without an offset: the database's, as everywhere. */
  escalated_at_local: string | null;
  chatbot: { id: string; name: string };
  conversation_id: string | null;
  escalation: Escalation | null;
  lead: Lead | null;
  event: { id: string; type: string } | null;
  endpoint: { id: string; url: string; secret: string; previous_secret: string | null } | null;
  /** Where a channel is, with what was entered for it, secrets included; `url` is the dashboard's. */
  channel: { kind: string; url: string; settings: Settings } | null;
  /** Where a device is and how to encrypt for it, our keys (null when Vault has none), and how many cases wait to be seen. */
  device: (Subscription & { keys: PushKeys | null; app_url: string; unseen: number }) | null;
  /** The exact bytes of a webhook. */
  body: string | null;
  data: Record<string, unknown> | null;
}

/**
 * What an attempt came to. `unclear` is tried again like `retry`, but says that it may have arrived; `pause` stops the whole
 * channel and costs the delivery nothing; `suppressed` and `permanent` end a mail, `gone` ends an endpoint, a channel or a device.
 */
export type Outcome = 'ok' | 'retry' | 'unclear' | 'permanent' | 'pause' | 'gone' | 'suppressed';

/** What `finish_deliveries` is told about one attempt. */
export interface AttemptResult {
  outcome: Outcome;
  status_code: number | null;
  error_code: string | null;
  /** A sentence for the receipt; never an internal. */
  error: string | null;
  response_snippet?: string | null;
  duration_ms?: number;
  provider_message_id?: string | null;
  retry_after_seconds?: number | null;
  request?: { url: string; headers: Record<string, string> };
  /** What a mail said whose answer comes back to us. */
  mail_text?: string;
}
