// A release must not break a page that is open while it happens.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keepReleases } from './releases.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'releases-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function release(hash: string): void {
  for (const part of ['panel', 'en']) writeFileSync(join(folder, `${part}-${hash}.js`), '');
  keepReleases(folder, hash, 3);
}
const parts = () => readdirSync(folder).filter((name) => name.endsWith('.js'));

it('keeps the parts that launchers of the last releases name, and no more than those', () => {
  for (const hash of ['aaaa', 'bbbb', 'cccc']) release(hash);
  expect(parts()).toHaveLength(6);
  release('dddd');
  expect(parts()).not.toContain('panel-aaaa.js');
  expect(parts()).toEqual(expect.arrayContaining(['panel-bbbb.js', 'en-bbbb.js', 'panel-dddd.js']));
  expect(parts()).toHaveLength(6);
});

it('counts a release once, however often it is built', () => {
  for (const hash of ['aaaa', 'bbbb', 'bbbb', 'bbbb', 'aaaa', 'bbbb']) release(hash);
  expect(parts().sort()).toEqual(['en-aaaa.js', 'en-bbbb.js', 'panel-aaaa.js', 'panel-bbbb.js']);
});
