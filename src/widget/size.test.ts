// What a visitor's page pays. Built afresh, so that the figures are those of this source.
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Rollup } from 'vite';
import { expect, it } from 'vitest';
import { texts } from './locales/all.ts';

const LAUNCHER_MAX_BYTES = 3 * 1024;
const PANEL_MAX_BYTES = 28 * 1024;

it('stays within its bytes: 3 KiB before the first click, 28 KiB for a working panel in any language', async () => {
  const configFile = fileURLToPath(new URL('vite.config.ts', import.meta.url));
  const [built] = (await build({
    configFile,
    logLevel: 'silent',
    build: { write: false },
  })) as Rollup.RollupOutput[];
  const bytes = new Map(
    built!.output.map((file) => [
      file.fileName.replace(/-\w+\.js$/, '').replace('widget/', ''),
      gzipSync(file.type === 'chunk' ? file.code : file.source, { level: 9 }).length,
    ]),
  );
  expect(bytes.get('widget.js')).toBeLessThanOrEqual(LAUNCHER_MAX_BYTES);
  for (const locale of Object.keys(texts)) {
    expect(bytes.get('panel')! + bytes.get(locale)!, locale).toBeLessThanOrEqual(PANEL_MAX_BYTES);
  }
}, 240_000);
