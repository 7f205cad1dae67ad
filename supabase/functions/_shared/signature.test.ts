import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { describe, expect, it } from 'vitest';
import { sign, verify, TIMESTAMP_TOLERANCE_SECONDS } from './signature.ts';

const now = () => Math.floor(Date.now() / 1000);
const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;

/** A body of random length and content: JSON with text from every plane of Unicode, controls and quotes included. */
function randomBody(): string {
  const points = Array.from(randomBytes(randomBytes(1)[0]!), (byte) => {
    const point = (byte * 4421) % 0x110000;
    return point >= 0xd800 && point < 0xe000 ? '"' : String.fromCodePoint(point);
  });
  return JSON.stringify({ event: 'conversation.escalated', data: { last_message: points.join('') } });
}

async function signed(secret = newSecret(), body = randomBody(), timestampSeconds = now()) {
  const id = crypto.randomUUID();
  return { secret, body, id, headers: await sign([secret], { id, timestampSeconds, body }) };
}

describe('signing webhooks', () => {
  it('is accepted by both published libraries for 10,000 random bodies', async () => {
    for (let count = 0; count < 10_000; count += 1) {
      const { secret, body, headers } = await signed();
      new Webhook(secret).verify(body, { ...headers }, { jsonParse: false });
      new SvixWebhook(secret).verify(body, { ...headers });
      expect(await verify(secret, new Headers({ ...headers }), body)).toBe(true);
    }
  }, 240_000);

  it('makes the signature that the published library makes', async () => {
    const { secret, body, id, headers } = await signed();
    const date = new Date(Number(headers['webhook-timestamp']) * 1000);
    expect(headers['webhook-signature']).toBe(new Webhook(secret).sign(id, date, body));
  });

  it('carries one signature for each secret while a secret is being rotated', async () => {
    const [current, previous] = [newSecret(), newSecret()];
    const body = randomBody();
    const headers = await sign([current, previous], { id: 'a', timestampSeconds: now(), body });
    expect(headers['webhook-signature'].split(' ')).toHaveLength(2);
    for (const secret of [current, previous]) {
      expect(() => new Webhook(secret).verify(body, { ...headers }, { jsonParse: false })).not.toThrow();
      expect(await verify(secret, new Headers({ ...headers }), body)).toBe(true);
    }
    expect(await verify(newSecret(), new Headers({ ...headers }), body)).toBe(false);
  });

  it('refuses a secret that is not base64, no secret, and an id that would make the signed text ambiguous', async () => {
    const content = { id: 'a', timestampSeconds: now(), body: '{}' };
    await expect(sign(['whsec_***'], content)).rejects.toThrow(TypeError);
    await expect(sign(['whsec_'], content)).rejects.toThrow(TypeError);
    await expect(sign([], content)).rejects.toThrow(TypeError);
    await expect(sign([newSecret()], { ...content, id: 'a.1' })).rejects.toThrow(TypeError);
  });
});

describe('verifying webhooks', () => {
  it('refuses 5,000 requests of which one thing was altered', async () => {
    const alterations: ((parts: string[]) => void)[] = [
      (parts) => (parts[3] = flip(parts[3]!)),
      (parts) => (parts[3] += ' '),
      (parts) => (parts[3] = ''),
      (parts) => (parts[0] = flip(parts[0]!)),
      (parts) => (parts[0] = ''),
      (parts) => (parts[1] = String(Number(parts[1]) + 1)),
      (parts) => (parts[1] = `${parts[1]}.0`),
      (parts) => (parts[1] = ` ${parts[1]}`),
      (parts) => (parts[2] = `v1,${flip(parts[2]!.slice(3))}`),
      (parts) => (parts[2] = parts[2]!.slice(3)),
      (parts) => (parts[2] = parts[2]!.replace('v1,', 'v1a,')),
      (parts) => (parts[2] = parts[2]!.slice(0, -4)),
      (parts) => (parts[2] = 'v1,'),
      (parts) => (parts[2] = ''),
    ];
    for (let count = 0; count < 5_000; count += 1) {
      const { secret, body, headers } = await signed();
      const parts = [...Object.values(headers), body] as string[];
      alterations[count % alterations.length]!(parts);
      const [id = '', timestamp = '', signature = '', altered = ''] = parts;
      // A plain lookup, because `Headers` would trim the blanks that were added.
      const named: Record<string, string> = {
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': signature,
      };
      const accepted = await verify(secret, { get: (name) => named[name] ?? null }, altered);
      expect(accepted, JSON.stringify(parts)).toBe(false);
    }
  }, 240_000);

  it('refuses what is older or newer than the tolerance, and accepts what is just within', async () => {
    for (const [shift, accepted] of [
      [0, true],
      [TIMESTAMP_TOLERANCE_SECONDS, true],
      [-TIMESTAMP_TOLERANCE_SECONDS, true],
      [TIMESTAMP_TOLERANCE_SECONDS + 1, false],
      [-TIMESTAMP_TOLERANCE_SECONDS - 1, false],
    ] as const) {
      const { secret, body, headers } = await signed(newSecret(), '{}', 1_700_000_000);
      expect(await verify(secret, new Headers({ ...headers }), body, 1_700_000_000 + shift)).toBe(accepted);
    }
  });

  it('refuses a request without one of the three headers', async () => {
    const { secret, body, headers } = await signed();
    for (const name of Object.keys(headers)) {
      const incomplete = new Headers({ ...headers });
      incomplete.delete(name);
      expect(await verify(secret, incomplete, body)).toBe(false);
    }
  });
});

/** The same text with one character changed into another of its alphabet. */
function flip(text: string): string {
  const at = Math.floor(Math.random() * text.replace(/=+$/, '').length);
  const other = text[at] === 'A' ? 'B' : 'A';
  return text.slice(0, at) + other + text.slice(at + 1);
}
