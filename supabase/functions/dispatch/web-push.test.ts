import { describe, expect, it } from 'vitest';
import { decrypted, newBrowser, verified } from '../../../tests/support/push-service.ts';
import {
  authorization,
  encrypted,
  fromBase64Url,
  newPushKeys,
  PLAINTEXT_MAX_BYTES,
  toBase64Url,
} from './web-push.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);

describe('encrypting for a browser', () => {
  it('makes of the example of RFC 8291, appendix A, its very bytes', async () => {
    const point = fromBase64Url(
      'BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8',
    );
    const named = { name: 'ECDH', namedCurve: 'P-256' };
    const jwk = {
      kty: 'EC',
      crv: 'P-256',
      x: toBase64Url(point.subarray(1, 33)),
      y: toBase64Url(point.subarray(33)),
      d: 'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw',
    };
    const pair = {
      publicKey: await crypto.subtle.importKey('raw', point, named, true, []),
      privateKey: await crypto.subtle.importKey('jwk', jwk, named, true, ['deriveBits']),
    };
    const subscription = {
      p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
      auth: 'BTBZMqHH6r4Tts7J_aSIgg',
    };
    const given = { pair, salt: fromBase64Url('DGv6ra1nlYgDCS1FRnbzlw') };
    const body = await encrypted(utf8('When I grow up, I want to be a watermelon'), subscription, given);
    expect(toBase64Url(body)).toBe(
      'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
    );
  });

  it.each([0, 1, PLAINTEXT_MAX_BYTES])('is read by that browser: %i bytes', async (length) => {
    const browser = newBrowser('https://push.example.com/1');
    const plaintext = crypto.getRandomValues(new Uint8Array(length));
    const body = await encrypted(plaintext, browser.subscription);
    expect(body.length).toBe(length + 103);
    expect(decrypted(browser, Buffer.from(body))).toEqual(Buffer.from(plaintext));
  });

  it('takes no byte more than push services take', async () => {
    const { subscription } = newBrowser('https://push.example.com/1');
    const plaintext = new Uint8Array(PLAINTEXT_MAX_BYTES + 1);
    await expect(encrypted(plaintext, subscription)).rejects.toThrow(RangeError);
  });

  it('never makes the same bytes of the same words', async () => {
    const { subscription } = newBrowser('https://push.example.com/1');
    const [first, second] = await Promise.all([1, 2].map(() => encrypted(utf8('same'), subscription)));
    expect(first!.slice(0, 16)).not.toEqual(second!.slice(0, 16));
    expect(first!.slice(21, 86)).not.toEqual(second!.slice(21, 86));
  });
});

it('tells a push service who we are, for itself alone and for less than a day', async () => {
  const keys = await newPushKeys();
  const now = Date.UTC(2026, 10, 30);
  const endpoint = 'https://push.example.com:8443/send/abc?token=1';
  const said = await authorization(endpoint, keys, 'https://desk.example.com', now);
  const claims = verified(said);
  expect(claims.key).toBe(keys.public_key);
  expect(claims).toMatchObject({ aud: 'https://push.example.com:8443', sub: 'https://desk.example.com' });
  expect(claims.exp * 1000 - now).toBeGreaterThan(0);
  expect(claims.exp * 1000 - now).toBeLessThanOrEqual(24 * 3_600_000);
});
