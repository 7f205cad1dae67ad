import type { EscalationReply } from '../_shared/contract.ts';
import { oneOf, optional, readFields, uuid } from '../_shared/fields.ts';
import { json, readJson } from '../_shared/http.ts';
import { addressQuestionFor, labelsFor, untoldFor } from '../_shared/labels.ts';
import { readLead } from './leads.ts';
import { originOf, tokenHash } from './visitor.ts';
import type { WidgetParts } from './visitor.ts';

type Recorded = Omit<EscalationReply, 'confirmation_message' | 'address_question'> & {
  confirmation_message: string | null;
  language: string | null;
  contact_text: string | null;
  is_sender_stopped: boolean;
  is_new: boolean;
  needs_address: boolean;
};

const FIELDS = {
  request_id: uuid(),
  trigger: oneOf('inline_cta', 'followup_button', 'compact_link', 'intent', 'api'),
  message_id: optional(uuid()),
};

/** `POST widget/escalations`: "Sent!" is answered only after the commit, and no limit ever refuses it. */
export async function ask(parts: WidgetParts, request: Request): Promise<Response> {
  const p_token_hash = await tokenHash(request);
  const body = await readJson(request);
  const { request_id, trigger, message_id } = readFields(FIELDS, body);
  const recorded = await parts.rpc<Recorded>('widget_escalate', {
    p_token_hash,
    p_request_id: request_id,
    p_trigger: trigger,
    p_message_id: message_id,
    p_tapped_at: tappedAt(body['tapped_at'], Date.now()),
    p_lead: readLead(body['lead']),
    ...originOf(request),
  });
  const reply: EscalationReply = {
    escalation_id: recorded.escalation_id,
    reference: recorded.reference,
    number: recorded.number,
    status: recorded.status,
    ask_count: recorded.ask_count,
    confirmation_message: confirmationOf(recorded),
    ...(recorded.needs_address && { address_question: addressQuestionFor(recorded.language) }),
  };
  return json(recorded.is_new ? 201 : 200, reply);
}

/**
 * What the visitor reads. While the sender has stopped, "the team will follow up" would be a promise that nobody keeps, in the
 * owner's own words too.
 */
export function confirmationOf(
  recorded: Pick<Recorded, 'confirmation_message' | 'language' | 'contact_text' | 'is_sender_stopped'>,
): string {
  if (recorded.is_sender_stopped) return untoldFor(recorded.language, recorded.contact_text);
  return labelsFor(recorded.language, recorded).confirmation;
}

const OLDEST_TAP_MS = 30 * 24 * 3600 * 1000;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/i;

/**
 * When the visitor tapped, as ISO 8601, by a clock we do not trust. A tap in the future is put at `now`; what is no instant,
 * or older than 30 days, is null: an offline widget waits for days at most, and no clock refuses an escalation.
 */
export function tappedAt(value: unknown, now: number): string | null {
  if (typeof value !== 'string' || !INSTANT.test(value)) return null;
  const tapped = Date.parse(value);
  if (Number.isNaN(tapped) || tapped < now - OLDEST_TAP_MS) return null;
  return new Date(Math.min(tapped, now)).toISOString();
}
