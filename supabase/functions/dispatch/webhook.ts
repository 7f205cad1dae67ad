// One attempt at one webhook: sign the stored bytes, post them, say what came of it.
import { sign } from '../_shared/signature.ts';
import type { AttemptResult, Delivery } from './delivery.ts';
import { ofPost } from './outcomes.ts';
import type { SafePost } from './safe-post.ts';

/**
 * Posts a claimed webhook. The id is the event's (a test has none and goes by its delivery) and the body is as stored, so
 * every attempt and every redelivery carries the same two.
 */
export async function sendWebhook(
  post: SafePost,
  { id, endpoint, event, body }: Delivery,
  nowMs: number,
): Promise<AttemptResult> {
  if (!endpoint || body === null) {
    const error = 'The endpoint or the event no longer exists.';
    return { outcome: 'permanent', status_code: null, error_code: 'MISSING', error };
  }
  const secrets = [endpoint.secret, endpoint.previous_secret].filter((secret) => secret !== null);
  const content = { id: event?.id ?? id, timestampSeconds: Math.floor(nowMs / 1000), body };
  let headers: Record<string, string>;
  try {
    headers = {
      'content-type': 'application/json',
      'user-agent': 'Handoff-Webhooks/1.0',
      ...(await sign(secrets, content)),
    };
  } catch {
    const error = 'The signing secret can’t be used. Rotate it.';
    return { outcome: 'retry', status_code: null, error_code: 'SECRET', error };
  }
  const result = await post({ url: endpoint.url, headers, body });
  return { ...ofPost(result), request: { url: endpoint.url, headers } };
}
