// The secrets of one local stack: made at its first start, kept in its state folder, never in the repository, so that a page
// on the internet cannot guess its way into somebody's localhost.
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { signJwt } from './jwt.ts';

/** Everything secret in one stack. `anonJwt` and `serviceJwt` are what the gateway trades the two API keys for. */
export interface Keys {
  jwtSecret: string;
  publishableKey: string;
  secretKey: string;
  anonJwt: string;
  serviceJwt: string;
  dispatchKey: string;
  postmarkToken: string;
  postmarkEventsPassword: string;
}

/** Reads the keys of the stack in `stateDir`, making them the first time. */
export function readKeys(stateDir: string): Keys {
  const file = join(stateDir, 'keys.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Keys;
  const jwtSecret = randomBytes(32).toString('hex');
  const keys: Keys = {
    jwtSecret,
    publishableKey: `sb_publishable_${randomBytes(24).toString('base64url')}`,
    secretKey: `sb_secret_${randomBytes(24).toString('base64url')}`,
    anonJwt: signJwt({ role: 'anon' }, jwtSecret),
    serviceJwt: signJwt({ role: 'service_role' }, jwtSecret),
    dispatchKey: randomBytes(24).toString('base64url'),
    postmarkToken: randomUUID(),
    postmarkEventsPassword: randomBytes(24).toString('base64url'),
  };
  mkdirSync(stateDir, { recursive: true });
  writeFileSync(file, JSON.stringify(keys, null, 2), { mode: 0o600 });
  return keys;
}
