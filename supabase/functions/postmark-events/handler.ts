// Takes Postmark's webhooks and moves the receipts: delivered, bounced, complained, address suppressed or reactivated. Postmark
// signs nothing, so the caller is known by basic auth; a refusal is 401, because after a 403 Postmark never tries again. Events
// come twice and in any order: the database keeps what they mean. What we do not know is accepted, or it would come for days.
import { hasCredentials, unauthorized, type Credentials } from '../_shared/basic-auth.ts';
import { AppError } from '../_shared/errors.ts';
import { flag, lenient, line, readFields, text, uuid } from '../_shared/fields.ts';
import { json, readJson, refuse } from '../_shared/http.ts';
import type { Rpc } from '../_shared/rpc.ts';

export interface PostmarkEventsOptions extends Credentials {
  rpc: Rpc;
}

const KNOWN = new Set(['Delivery', 'Bounce', 'SpamComplaint', 'SubscriptionChange']);

// What an event is read for. The body of the mail is not among it: it has no place in our tables. A field of another type than
// Postmark documents says nothing, and counts as absent: refusing the event would bring it back for days.
const FIELDS = {
  MessageID: lenient(line(200)),
  Email: lenient(line(320)),
  Recipient: lenient(line(320)),
  Type: lenient(line(60)),
  Inactive: lenient(flag()),
  SuppressSending: lenient(flag()),
  SuppressionReason: lenient(line(60)),
  Details: lenient(text(4000)),
  Description: lenient(text(4000)),
};
const METADATA = { delivery_id: lenient(uuid()) };

/** Makes the handler. Answers 200 with whether a receipt moved, 401 to strangers, 5xx when Postmark should try again. */
export function postmarkEventsHandler(
  options: PostmarkEventsOptions,
): (request: Request) => Promise<Response> {
  return async (request) => {
    try {
      if (request.method !== 'POST') throw new AppError('NOMTH', undefined, 'POST');
      if (!(await hasCredentials(request, options))) return unauthorized('postmark-events');
      const body = await readJson(request);
      if (typeof body['RecordType'] !== 'string' || !KNOWN.has(body['RecordType']))
        return json(200, { is_recorded: false });
      const is_recorded = await options.rpc<boolean>('record_postmark_event', { p_event: eventOf(body) });
      return json(200, { is_recorded });
    } catch (error) {
      return refuse(error);
    }
  };
}

function eventOf(body: Record<string, unknown>): Record<string, unknown> {
  const metadata = body['Metadata'];
  const named = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata) ? metadata : {};
  return {
    RecordType: body['RecordType'],
    ...present(readFields(FIELDS, body)),
    Metadata: present(readFields(METADATA, named as Record<string, unknown>)),
  };
}

function present(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
