// HS256 tokens (RFC 7515, RFC 7519), the only kind a local stack issues.
import { createHmac, timingSafeEqual } from 'node:crypto';

const TEN_YEARS_SECONDS = 10 * 365 * 24 * 3600;

/** Signs a token that is valid for ten years, as the keys of a local Supabase are. */
export function signJwt(claims: Record<string, unknown>, secret: string): string {
  const now = Math.floor(Date.now() / 1000);
  const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const head = encode({ alg: 'HS256', typ: 'JWT' });
  const body = encode({ iss: 'supabase-local', iat: now, exp: now + TEN_YEARS_SECONDS, ...claims });
  return `${head}.${body}.${sign(`${head}.${body}`, secret).toString('base64url')}`;
}

/** Whether the token was signed with `secret` and has not expired. */
export function isValidJwt(token: string | undefined, secret: string): boolean {
  const [head, body, signature] = token?.split('.') ?? [];
  if (!head || !body || !signature) return false;
  const expected = sign(`${head}.${body}`, secret);
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
  const decode = (part: string) =>
    JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
  return decode(head)['alg'] === 'HS256' && Number(decode(body)['exp']) > Date.now() / 1000;
}

function sign(text: string, secret: string): Buffer {
  return createHmac('sha256', secret).update(text).digest();
}
