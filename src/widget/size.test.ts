// What a visitor's page pays, and in which letters. Built afresh, so that the figures are those of this source.
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Rollup } from 'vite';
import { beforeAll, expect, it } from 'vitest';
import { texts } from './locales/all.ts';

/** `widget.js`: everything before the button is seen. */
const LAUNCHER_MAX_BYTES = 1_700;
/** What follows on every page once it is at rest, so that a closed page has both; it is not counted again in the panel below. */
const CONTROL_MAX_BYTES = 2_500;
/**
 * The panel with English: all that is loaded to open the chat, to ask, to be answered, to ask for a person and to read the confirmation.
 * Not in it, because that way does not load them: `realtime` (once somebody waits for a person), `expectation` (where hours or a usual
 * waiting time are known), `lead` (where the owner asks for contact details), `unconfigured` (when the server cannot be reached), `resume` (for whoever comes by the link of a mail)
 * and `reveal` (on a page that hides everything).
 */
const PANEL_MAX_BYTES = 17_000;
/** What the longest of the other languages may add to that: other letters than Latin ones take more. */
const LANGUAGE_MAX_BYTES = 600;

/** The built files by their names without the hash. */
const files = new Map<string, string>();

beforeAll(async () => {
  const configFile = fileURLToPath(new URL('vite.config.ts', import.meta.url));
  const [built] = (await build({
    configFile,
    logLevel: 'silent',
    build: { write: false },
  })) as Rollup.RollupOutput[];
  for (const file of built!.output)
    files.set(
      file.fileName.replace(/-\w+\.js$/, '').replace('widget/', ''),
      file.type === 'chunk' ? file.code : String(file.source),
    );
}, 240_000);

it('stays within its bytes: 1,700 for the button, 2,500 for what follows it, 17,000 for a working panel in English', () => {
  const bytes = (name: string) => gzipSync(files.get(name)!, { level: 9 }).length;
  expect(bytes('widget.js')).toBeLessThanOrEqual(LAUNCHER_MAX_BYTES);
  expect(bytes('control.js')).toBeLessThanOrEqual(CONTROL_MAX_BYTES);
  expect(bytes('panel') + bytes('en')).toBeLessThanOrEqual(PANEL_MAX_BYTES);
  for (const locale of Object.keys(texts))
    expect(bytes('panel') + bytes(locale), locale).toBeLessThanOrEqual(PANEL_MAX_BYTES + LANGUAGE_MAX_BYTES);
});

it('is written in ASCII, which reads the same on a page in any encoding', () => {
  for (const [name, code] of files) expect(/[\u0080-\uffff]/.exec(code)?.[0], name).toBeUndefined();
});
