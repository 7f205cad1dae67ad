// Takes Postmark's webhooks and moves the receipts: delivered, bounced, complained, address suppressed or reactivated. Postmark
// signs nothing, so the caller is known by basic auth; a refusal is 401, because after a 403 Postmark never tries again. Events
// come twice and in any order: the database keeps what they mean. What we do not know is accepted, or it would come for days.
import { AppError } from '../_shared/errors.ts';
import { flag, lenient, line, readFields, text, uuid } from '../_shared/fields.ts';
import { json, readJson, refuse } from '../_shared/http.ts';
import type { Rpc } from '../_shared/rpc.ts';
import { isSameSecret } from '../_shared/secrets.ts';

export interface PostmarkEventsOptions {
  rpc: Rpc;
  user: string;
  password: string;
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
      if (!(await isPostmark(request, options))) return unauthorized();
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

async function isPostmark(request: Request, { user, password }: PostmarkEventsOptions): Promise<boolean> {
  const [scheme, encoded = ''] = (request.headers.get('authorization') ?? '').split(' ', 2);
  const expected = user === '' || password === '' ? '' : `${user}:${password}`;
  return await isSameSecret(scheme?.toLowerCase() === 'basic' ? decoded(encoded) : null, expected);
}

/** Basic credentials are UTF-8 (RFC 7617). */
function decoded(base64: string): string | null {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
  } catch {
    return null;
  }
}

function unauthorized(): Response {
  const { code, message, status } = new AppError('KEYIV', 'The user name or the password is wrong.');
  return json(status, { code, message }, { 'www-authenticate': 'Basic realm="postmark-events"' });
}
