/** The prefix of a signing secret as people see it; what follows is the key in base64. */
const SECRET_PREFIX = 'whsec_';
/** How far a timestamp may lie from the receiver's clock, in seconds (Standard Webhooks, "Verifying webhook authenticity"). */
export const TIMESTAMP_TOLERANCE_SECONDS = 5 * 60;

/** The three headers that make a request a signed webhook. */
export interface SignatureHeaders {
  'webhook-id': string;
  'webhook-timestamp': string;
  'webhook-signature': string;
}

/** What is signed: the stable id of the event, the time of this attempt in Unix seconds, and the exact body. */
export interface SignedContent {
  id: string;
  timestampSeconds: number;
  body: string;
}

/**
 * Signs by the symmetric scheme of Standard Webhooks (`v1`, HMAC-SHA256 over `id.timestamp.body`). With several secrets
 * there are several signatures, so that a receiver holding any one of them accepts while a secret is being rotated.
 * Throws a TypeError for a secret that is not base64, or an id with a full stop in it, which would make the signed text ambiguous.
 */
export async function sign(
  secrets: readonly string[],
  { id, timestampSeconds, body }: SignedContent,
): Promise<SignatureHeaders> {
  if (secrets.length === 0) throw new TypeError('At least one secret is needed to sign.');
  if (id === '' || id.includes('.')) throw new TypeError('The id must not be empty or contain a full stop.');
  const content = encode(`${id}.${timestampSeconds}.${body}`);
  const signatures = await Promise.all(
    secrets.map(async (secret) => {
      const mac = await crypto.subtle.sign('HMAC', await importKey(secret, 'sign'), content);
      return `v1,${toBase64(new Uint8Array(mac))}`;
    }),
  );
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': signatures.join(' '),
  };
}

/**
 * Whether a request was signed with `secret` within five minutes of `nowSeconds`. Web Crypto compares the signatures, in
 * constant time. Answers false for everything that is missing, malformed, altered, too old or from the future.
 */
export async function verify(
  secret: string,
  headers: { get(name: string): string | null },
  body: string,
  nowSeconds: number = Math.floor(Date.now() / 1000),
): Promise<boolean> {
  const id = headers.get('webhook-id');
  const timestamp = headers.get('webhook-timestamp');
  const signatures = headers.get('webhook-signature');
  if (!id || !signatures || !timestamp || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(nowSeconds - Number(timestamp)) > TIMESTAMP_TOLERANCE_SECONDS) return false;
  const key = await importKey(secret, 'verify');
  const content = encode(`${id}.${timestamp}.${body}`);
  for (const entry of signatures.split(' ')) {
    const mac = entry.startsWith('v1,') ? fromBase64(entry.slice('v1,'.length)) : null;
    // Base64 has several spellings for the same bytes; only the one that we write counts.
    if (mac && entry === `v1,${toBase64(mac)}` && (await crypto.subtle.verify('HMAC', key, mac, content)))
      return true;
  }
  return false;
}

function importKey(secret: string, usage: 'sign' | 'verify'): Promise<CryptoKey> {
  const bytes = fromBase64(secret.startsWith(SECRET_PREFIX) ? secret.slice(SECRET_PREFIX.length) : secret);
  if (!bytes || bytes.length === 0) throw new TypeError('The signing secret is not base64.');
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, [usage]);
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new TextEncoder().encode(text));
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}
