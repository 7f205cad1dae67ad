/**
 * Reads the tokens that connections and joins carry. Realtime names each fault differently in its three
 * places (upgrade, join, a joined channel), so a fault knows all three wordings.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

export interface Claims {
  role: string;
  /** Seconds since the epoch. */
  exp: number;
  sub?: string;
  [claim: string]: unknown;
}

export class TokenFault extends Error {
  readonly code: string;
  readonly upgradeText: string;
  readonly shutdownText: string;

  constructor(code: string, text: string, wordings: { upgrade?: string; shutdown?: string } = {}) {
    super(text);
    this.code = code;
    this.upgradeText = wordings.upgrade ?? text;
    this.shutdownText = wordings.shutdown ?? text;
  }
}

const HASHES: Record<string, string> = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' };

function readPart(part: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8'));
    if (value && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Falls through: unreadable and not an object are one fault.
  }
  throw new TokenFault('MalformedJWT', 'The token provided is not a valid JWT');
}

/** The verified claims of a token signed with the stack's secret; throws a {@link TokenFault}. */
export function readToken(token: string, secret: string): Claims {
  const parts = token.replace(/\s/g, '').split('.');
  if (parts.length !== 3) throw new TokenFault('MalformedJWT', 'The token provided is not a valid JWT');
  const claims = readPart(parts[1]);
  const hash = HASHES[String(readPart(parts[0]).alg)];
  if (!hash) {
    const text = 'Failed to generate JWT signer, check your JWT secret or JWKS configuration';
    throw new TokenFault('JwtSignerError', text);
  }
  const expected = createHmac(hash, secret).update(`${parts[0]}.${parts[1]}`).digest();
  const given = Buffer.from(parts[2] ?? '', 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new TokenFault('JwtSignatureError', 'Failed to validate JWT signature', {
      shutdown: ':signature_error',
    });
  }
  const now = Math.floor(Date.now() / 1000);
  if (typeof claims.exp === 'number' && claims.exp <= now) {
    throw new TokenFault('InvalidJWTToken', `Token has expired ${now - Math.round(claims.exp)} seconds ago`, {
      upgrade: 'Token has expired',
    });
  }
  if (typeof claims.exp !== 'number' || typeof claims.role !== 'string') {
    throw new TokenFault('InvalidJWTToken', 'Fields `role` and `exp` are required in JWT');
  }
  return claims as Claims;
}

const TEN_YEARS_SECONDS = 315_360_000;

/** The token that stands for one of the stack's keys, as the hosted gateway swaps them. */
export function signRole(role: 'anon' | 'service_role', secret: string): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + TEN_YEARS_SECONDS;
  const unsigned = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ role, exp })}`;
  return `${unsigned}.${createHmac('sha256', secret).update(unsigned).digest('base64url')}`;
}
