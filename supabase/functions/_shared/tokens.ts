import { AppError } from './errors.ts';
import type { RefusalCode } from './errors.ts';

/** A new secret of 256 random bits, in base64url (RFC 4648, section 5): 43 characters. */
export function newToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** SHA-256 as lower-case hex: what the database keeps of a secret. A look-up by hash leaks no timing of the secret. */
export async function sha256Hex(secret: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * The hash of the secret in `Authorization: Bearer …` (RFC 6750, section 2.1). Throws `missing` without one and `invalid`
 * when it does not look like `shape`, so that garbage never costs a query.
 */
export async function bearerHash(
  request: Request,
  shape: RegExp,
  missing: RefusalCode,
  invalid: RefusalCode,
): Promise<string> {
  const [scheme, secret = ''] = (request.headers.get('authorization') ?? '').trim().split(/\s+/, 2);
  if (scheme?.toLowerCase() !== 'bearer' || secret === '') throw new AppError(missing);
  if (!shape.test(secret)) throw new AppError(invalid);
  return await sha256Hex(secret);
}
