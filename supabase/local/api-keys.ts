// What the gateway does with API keys: they are not tokens, so each is traded for the token of the role it names.
import type { IncomingMessage } from 'node:http';
import type { Keys } from './keys.ts';

/** An answer that ends a request at the gateway. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: Record<string, string>;

  constructor(status: number, body: Record<string, string>) {
    super(body['message']);
    this.status = status;
    this.body = body;
  }
}

// A user's token wins; an API key, wherever it stands, becomes the token of the role it names.
/** The Authorization header a service gets. Throws a Refusal without a key of this stack. */
export function authorize(request: IncomingMessage, url: URL, keys: Keys): string {
  const apikey = request.headers['apikey'] ?? url.searchParams.get('apikey');
  if (!apikey) {
    throw new Refusal(401, {
      message: 'No API key found in request',
      hint: 'No `apikey` request header or url param was found.',
    });
  }
  if (apikey === keys.secretKey && /^mozilla\//i.test(request.headers['user-agent'] ?? '')) {
    throw new Refusal(401, {
      message: 'Forbidden use of secret API key in browser',
      hint: 'Secret API keys can only be used in a protected environment and should never be used in a browser.',
    });
  }
  const jwt = new Map([
    [keys.publishableKey, keys.anonJwt],
    [keys.secretKey, keys.serviceJwt],
    [keys.anonJwt, keys.anonJwt],
    [keys.serviceJwt, keys.serviceJwt],
  ]).get(String(apikey));
  if (!jwt) {
    throw new Refusal(401, {
      message: 'Invalid API key',
      hint: 'Double check your Supabase `anon` or `service_role` API key.',
    });
  }
  const token = bearer(request);
  return token && !token.startsWith('sb_') ? `Bearer ${token}` : `Bearer ${jwt}`;
}

/** The bearer token of a request. */
export function bearer(request: IncomingMessage): string | undefined {
  return /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}
