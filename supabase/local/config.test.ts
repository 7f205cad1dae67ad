// config.toml is what `supabase config push` makes of a hosted project, so it may hold nothing that is true of one machine only.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { projectDir, readConfig } from './config.ts';

const text = readFileSync(`${projectDir}supabase/config.toml`, 'utf8')
  .split('\n')
  .filter((line) => !line.trim().startsWith('#'))
  .join('\n');

it('config.toml asks new accounts to confirm their address', () => {
  const email = /\[auth\.email\]\n([\s\S]*?)\n\[/.exec(text)![1]!;
  expect(email).toMatch(/^enable_confirmations = true$/m);
  expect(email).toMatch(/^double_confirm_changes = true$/m);
});

it('config.toml names no address of one machine: what differs between projects comes from the environment', () => {
  expect(text).not.toMatch(/127\.|localhost|0\.0\.0\.0|\[?::1/);
  for (const [line] of text.matchAll(/^.*(?:https?:|_url\b|_key\b|token|password\s*=\s*").*$/gim)) {
    if (/_length|expiry|rotation|interval/.test(line)) continue;
    expect(line).toMatch(/= (?:"env\([A-Z_]+\)"|\[\])$/);
  }
});

it('.env.example names every variable that config.toml takes from the environment', () => {
  const example = readFileSync(`${projectDir}.env.example`, 'utf8');
  for (const [, name] of text.matchAll(/"env\((\w+)\)"/g))
    expect(example).toMatch(new RegExp(`^${name}=`, 'm'));
});

it('on one machine a new account is let in at once, unless it is asked to behave as hosted', () => {
  expect(readConfig({}).auth.confirmEmails).toBe(false);
  expect(readConfig({ HANDOFF_CONFIRM_EMAIL: 'true' }).auth.confirmEmails).toBe(true);
});
