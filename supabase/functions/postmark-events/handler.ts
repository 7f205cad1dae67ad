// Takes Postmark's webhooks and moves the receipts: delivered, bounced, complained, address suppressed or reactivated. Postmark
// signs nothing, so the caller is known by basic auth; a refusal is 401, because after a 403 Postmark never tries again. Events
// come twice and in any order: the database keeps what they mean. What we do not know is accepted, or it would come for days.
import { AppError } from '../_shared/errors.ts';
import { json, readJson, refuse } from '../_shared/http.ts';
import type { Rpc } from '../_shared/rpc.ts';
import { isSameSecret } from '../_shared/secrets.ts';

export interface PostmarkEventsOptions {
  rpc: Rpc;
  user: string;
  password: string;
}

const KNOWN = new Set(['Delivery', 'Bounce', 'SpamComplaint', 'SubscriptionChange']);

/** Makes the handler. Answers 200 with whether a receipt moved, 401 to strangers, 5xx when Postmark should try again. */
export function postmarkEventsHandler(
  options: PostmarkEventsOptions,
): (request: Request) => Promise<Response> {
  return async (request) => {
    try {
      if (request.method !== 'POST') throw new AppError('NOMTH', undefined, 'POST');
      if (!(await isPostmark(request, options))) return unauthorized();
      const event = await readJson(request);
      if (!KNOWN.has(String(event['RecordType']))) return json(200, { is_recorded: false });
      // The body of the mail has no place in our tables.
      delete event['Content'];
      const is_recorded = await options.rpc<boolean>('record_postmark_event', { p_event: event });
      return json(200, { is_recorded });
    } catch (error) {
      return refuse(error);
    }
  };
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
