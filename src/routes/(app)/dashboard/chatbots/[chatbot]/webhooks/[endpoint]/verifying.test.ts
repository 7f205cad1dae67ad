// The receiver that we tell people to write, run as it is printed: it takes what we sign and nothing that was made or changed on the way.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { Webhook } from 'standardwebhooks';
import { beforeAll, expect, it } from 'vitest';
import { sign } from '#shared/signature.ts';
import { SNIPPETS } from './verifying.ts';

type Headers = Record<string, string | undefined>;
type Handler = (
  request: { body: Buffer; headers: Headers },
  response: { sendStatus(status: number): void },
) => void;

const secretOf = (seed: number) => `whsec_${Buffer.alloc(32, seed).toString('base64')}`;
const SECRET = secretOf(7);
const BODY = JSON.stringify({
  type: 'conversation.escalated',
  data: { last_message: 'Grüße, 你好 👋', message_count: 3 },
});
let handle: Handler;

/** Runs the printed program with a stand-in for the web server; only its two import lines are left out. */
beforeAll(() => {
  const lines = SNIPPETS.javascript.split('\n').filter((line) => !line.startsWith('import '));
  const app = {
    post: (_path: string, _raw: unknown, given: Handler) => ((handle = given), app),
    listen: () => app,
  };
  const express = Object.assign(() => app, { raw: () => undefined });
  const quiet = { log: () => undefined };
  const run = new Function('express', 'Webhook', 'process', 'console', lines.join('\n')) as (
    ...parts: unknown[]
  ) => void;
  run(express, Webhook, { env: { HANDOFF_WEBHOOK_SECRET: SECRET } }, quiet);
});

function answer(headers: Headers, body: string | Buffer): number {
  let said = 0;
  handle({ body: Buffer.from(body as string), headers }, { sendStatus: (status) => (said = status) });
  return said;
}

const now = () => Math.floor(Date.now() / 1000);
const signed = async (
  secrets: string[],
  id = 'evt_1',
  timestampSeconds = now(),
  body = BODY,
): Promise<Headers> => ({
  ...(await sign(secrets, { id, timestampSeconds, body })),
});

/** Runs a printed program that answers a fetch Request: without its imports and types, on stand-ins for what its platform gives. */
function fetchHandler(name: 'nextjs' | 'sveltekit' | 'deno'): (request: Request) => Promise<Response> {
  const { code } = transformSync(SNIPPETS[name], { loader: 'ts', format: 'esm' });
  const body = code
    .replace(/^import .*$/gm, '')
    .replace(/^export \{[^}]*\};?$/gm, '')
    .replace(/^export /gm, '');
  let served: ((request: Request) => Promise<Response>) | undefined;
  const deno = { env: { get: () => SECRET }, serve: (given: typeof served) => (served = given) };
  const run = new Function(
    ...['Webhook', 'process', 'HANDOFF_WEBHOOK_SECRET', 'Deno', 'console'],
    `${body}\n;return typeof POST === 'function' ? POST : null;`,
  ) as (...parts: unknown[]) => ((given: unknown) => Promise<Response>) | null;
  const quiet = { log: () => undefined };
  const post = run(Webhook, { env: { HANDOFF_WEBHOOK_SECRET: SECRET } }, SECRET, deno, quiet);
  if (!post) return served!;
  return (request) => post(name === 'sveltekit' ? { request } : request);
}

it.each(['nextjs', 'sveltekit', 'deno'] as const)(
  'the %s receiver takes what we sign, and nothing else',
  async (name) => {
    const receive = fetchHandler(name);
    const ask = async (headers: Headers, body = BODY) =>
      (
        await receive(
          new Request('https://shop.example/handoff', {
            method: 'POST',
            headers: headers as Record<string, string>,
            body,
          }),
        )
      ).status;
    expect(await ask(await signed([SECRET]))).toBe(204);
    expect(await ask(await signed([secretOf(8), SECRET]))).toBe(204);
    expect(await ask(await signed([SECRET]), `${BODY} `)).toBe(400);
    expect(await ask(await signed([secretOf(8)]))).toBe(400);
    expect(await ask({})).toBe(400);
  },
);

it.skipIf(spawnSync('openssl', ['version']).error)(
  'the lines for a shell print what follows "v1," in the signature, for that body and secret alone',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'handoff-verifying-'));
    const printed = (body: string, secret: string, timestamp: string) => {
      writeFileSync(join(folder, 'body.json'), body);
      const env = { ...process.env, HANDOFF_WEBHOOK_SECRET: secret, id: 'evt_1', timestamp };
      return execFileSync('sh', ['-c', SNIPPETS.shell], { cwd: folder, env, encoding: 'utf8' }).trim();
    };
    const headers = await signed([secretOf(8), SECRET]);
    const time = headers['webhook-timestamp']!;
    const signatures = headers['webhook-signature']!.split(' ').map((one) => one.replace(/^v1,/, ''));
    expect(signatures).toContain(printed(BODY, SECRET, time));
    expect(signatures).not.toContain(printed(`${BODY} `, SECRET, time));
    expect(signatures).not.toContain(printed(BODY, secretOf(9), time));
    expect(signatures).not.toContain(printed(BODY, SECRET, String(Number(time) + 1)));
    rmSync(folder, { recursive: true });
  },
);

it('takes what we sign, also while a secret is being rotated', async () => {
  expect(answer(await signed([SECRET]), BODY)).toBe(204);
  expect(answer(await signed([secretOf(8), SECRET]), BODY)).toBe(204);
});

it('takes none of 5,000 requests that were forged or altered', async () => {
  const good = await signed([SECRET]);
  const [signature, time] = [good['webhook-signature']!, Number(good['webhook-timestamp'])];
  const bytes = Buffer.from(BODY);
  const tries: [string, Headers, string | Buffer][] = [];
  for (let at = 0; at < bytes.length; at++) {
    for (let bit = 0; bit < 7; bit++) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1 << bit;
      // Bytes that are no UTF-8 any more may decode to the same replacement; such a body says the same.
      if (changed.toString() !== BODY) tries.push([`bit ${bit} of byte ${at}`, good, changed]);
    }
    tries.push([`cut at ${at}`, good, bytes.subarray(0, at)]);
    tries.push([
      `byte put in at ${at}`,
      good,
      Buffer.concat([bytes.subarray(0, at), Buffer.from(' '), bytes.subarray(at)]),
    ]);
  }
  for (let at = 'v1,'.length; at < signature.length - 1; at++) {
    for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_ ') {
      if (letter === signature[at]) continue;
      const changed = signature.slice(0, at) + letter + signature.slice(at + 1);
      tries.push([`signature with ${letter} at ${at}`, { ...good, 'webhook-signature': changed }, BODY]);
    }
    tries.push([`signature cut at ${at}`, { ...good, 'webhook-signature': signature.slice(0, at) }, BODY]);
  }
  for (let by = 1; by <= 400; by++) {
    for (const moved of [time + by, time - by]) {
      tries.push([`moved to ${moved}`, { ...good, 'webhook-timestamp': String(moved) }, BODY]);
    }
    tries.push([`id ${by}`, { ...good, 'webhook-id': `evt_1${by}` }, BODY]);
    tries.push([
      `secret ${by}`,
      await signed([`whsec_${Buffer.from(`another secret ${by}`).toString('base64')}`]),
      BODY,
    ]);
    // Honestly signed, but too long ago or not yet.
    tries.push([`old by ${300 + by}`, await signed([SECRET], 'evt_1', time - 301 - by), BODY]);
    tries.push([`early by ${by}`, await signed([SECRET], 'evt_1', time + 660 + by), BODY]);
  }
  for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature']) {
    for (const value of [
      undefined,
      '',
      ' ',
      'null',
      'NaN',
      '0',
      '-1',
      'v1',
      'v1,',
      'v1,AAAA',
      'v2,',
      ','.repeat(500),
    ]) {
      tries.push([`${name} ${value}`, { ...good, [name]: value }, BODY]);
    }
  }
  for (const version of ['v0', 'v2', 'v1a', 'V1', '']) {
    tries.push([
      `version ${version}`,
      { ...good, 'webhook-signature': signature.replace('v1', version) },
      BODY,
    ]);
  }
  expect(tries.length).toBeGreaterThanOrEqual(5_000);
  const accepted = tries.filter(([, headers, body]) => answer(headers, body) !== 400).map(([what]) => what);
  expect(accepted).toEqual([]);
}, 240_000);
