// Web Push as RFCs have it: the message encrypted for one browser (RFC 8291, by aes128gcm of RFC 8188), and the token by which its push
// service knows us (RFC 8292). Built here and sent by the one poster that may call others' addresses; web standards alone.

/** What one record of 4,096 bytes holds besides its header, its delimiter and its tag; push services take no more (RFC 8291, section 4). */
export const PLAINTEXT_MAX_BYTES = 3993;
const RECORD_BYTES = 4096;
/** RFC 8292, section 2: at most a day. */
const TOKEN_LIFE_SECONDS = 12 * 60 * 60;

/** A browser's subscription, in base64url. */
export interface Subscription {
  endpoint: string;
  p256dh: string;
  auth: string;
}

/** Our own pair of P-256, in base64url: an uncompressed point, and its private number. */
export interface PushKeys {
  public_key: string;
  private_key: string;
}

/** The pair and salt of one message, which are new for each; given by tests that compare with the RFC's example. */
interface Fresh {
  pair: CryptoKeyPair;
  salt: Uint8Array<ArrayBuffer>;
}

const utf8 = (text: string) => new TextEncoder().encode(text);

export function toBase64Url(bytes: Uint8Array): string {
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Throws for what is no base64url. */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

async function derived(
  secret: Uint8Array<ArrayBuffer>,
  salt: Uint8Array<ArrayBuffer>,
  info: Uint8Array<ArrayBuffer>,
  bytes: number,
) {
  const key = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits']);
  return new Uint8Array(
    await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info }, key, bytes * 8),
  );
}

async function fresh(): Promise<Fresh> {
  const pair = (await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, [
    'deriveBits',
  ])) as CryptoKeyPair;
  return { pair, salt: crypto.getRandomValues(new Uint8Array(16)) };
}

/** The body of a push message that only this browser can read (RFC 8291, section 3). Throws a RangeError for what is too large. */
export async function encrypted(
  plaintext: Uint8Array,
  { p256dh, auth }: Pick<Subscription, 'p256dh' | 'auth'>,
  given?: Fresh,
): Promise<Uint8Array<ArrayBuffer>> {
  if (plaintext.length > PLAINTEXT_MAX_BYTES)
    throw new RangeError('The message is too large for a push service.');
  const { pair, salt } = given ?? (await fresh());
  const theirs = fromBase64Url(p256dh);
  const ours = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  const browser = await crypto.subtle.importKey(
    'raw',
    theirs,
    { name: 'ECDH', namedCurve: 'P-256' },
    false,
    [],
  );
  const shared = new Uint8Array(
    await crypto.subtle.deriveBits({ name: 'ECDH', public: browser }, pair.privateKey, 256),
  );
  const secret = await derived(
    shared,
    fromBase64Url(auth),
    joined(utf8('WebPush: info\0'), theirs, ours),
    32,
  );
  const content = await derived(secret, salt, utf8('Content-Encoding: aes128gcm\0'), 16);
  const iv = await derived(secret, salt, utf8('Content-Encoding: nonce\0'), 12);
  const key = await crypto.subtle.importKey('raw', content, 'AES-GCM', false, ['encrypt']);
  const record = new Uint8Array(
    await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, joined(plaintext, Uint8Array.of(2))),
  );
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, RECORD_BYTES);
  return joined(salt, size, Uint8Array.of(ours.length), ours, record);
}

/** `Authorization` for one push service (RFC 8292, section 3). `subject` is where its operators find us: an https address. */
export async function authorization(
  endpoint: string,
  { public_key, private_key }: PushKeys,
  subject: string,
  nowMs: number,
): Promise<string> {
  const point = fromBase64Url(public_key);
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: toBase64Url(point.subarray(1, 33)),
    y: toBase64Url(point.subarray(33)),
    d: private_key,
  };
  const signing = { name: 'ECDSA', namedCurve: 'P-256' };
  const key = await crypto.subtle.importKey('jwk', jwk, signing, false, ['sign']);
  const claims = {
    aud: new URL(endpoint).origin,
    exp: Math.floor(nowMs / 1000) + TOKEN_LIFE_SECONDS,
    sub: subject,
  };
  const encode = (value: object) => toBase64Url(utf8(JSON.stringify(value)));
  const said = `${encode({ typ: 'JWT', alg: 'ES256' })}.${encode(claims)}`;
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, utf8(said));
  return `vapid t=${said}.${toBase64Url(new Uint8Array(signature))}, k=${public_key}`;
}

/** A new pair for a deployment that has none. */
export async function newPushKeys(): Promise<PushKeys> {
  const signing = { name: 'ECDSA', namedCurve: 'P-256' };
  const { publicKey, privateKey } = (await crypto.subtle.generateKey(signing, true, [
    'sign',
  ])) as CryptoKeyPair;
  const { d } = await crypto.subtle.exportKey('jwk', privateKey);
  const point = new Uint8Array(await crypto.subtle.exportKey('raw', publicKey));
  return { public_key: toBase64Url(point), private_key: d! };
}
