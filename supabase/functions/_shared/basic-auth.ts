import { AppError } from './errors.ts';
import { json } from './http.ts';
import { isSameSecret } from './secrets.ts';

/** The name and password that a caller was given; while either is empty nobody is let in. */
export interface Credentials {
  user: string;
  password: string;
}

/** Whether the request carries these credentials by basic auth, in UTF-8 (RFC 7617). */
export async function hasCredentials(request: Request, { user, password }: Credentials): Promise<boolean> {
  const [scheme, encoded = ''] = (request.headers.get('authorization') ?? '').split(' ', 2);
  const expected = user === '' || password === '' ? '' : `${user}:${password}`;
  return await isSameSecret(scheme?.toLowerCase() === 'basic' ? decoded(encoded) : null, expected);
}

function decoded(base64: string): string | null {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
  } catch {
    return null;
  }
}

/** The answer to strangers: 401, because after a 403 Postmark never tries again. */
export function unauthorized(realm: string): Response {
  const { code, message, status } = new AppError('KEYIV', 'The user name or the password is wrong.');
  return json(status, { code, message }, { 'www-authenticate': `Basic realm="${realm}"` });
}
