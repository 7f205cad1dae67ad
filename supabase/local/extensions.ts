// Puts the extensions that stock Postgres lacks beside the ones it has: SQL-only stand-ins for pg_cron, pg_net and
// supabase_vault, and pgTAP out of the PGlite package. After that `create extension` works as on a hosted project.
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { findPackage } from './packages.ts';

const PGTAP_FILES = /^share\/postgresql\/extension\/(pgtap--[\d.]+\.sql)$/;
const TAR_BLOCK_BYTES = 512;

/** Copies the extensions into the server's share folder; files that are there already are left alone. */
export function installExtensions(nativeDir: string): void {
  const target = join(nativeDir, 'share', 'postgresql', 'extension');
  const source = fileURLToPath(new URL('./extensions', import.meta.url));
  for (const name of fs.readdirSync(source)) place(join(target, name), fs.readFileSync(join(source, name)));
  for (const [name, content] of pgtapFiles()) place(join(target, name), content);
}

function place(file: string, content: Buffer): void {
  const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
  if (fs.existsSync(file) && digest(fs.readFileSync(file)) === digest(content)) return;
  // Written aside and renamed, so that two stacks starting at once never see half a file.
  const aside = `${file}.${process.pid}`;
  fs.writeFileSync(aside, content, { mode: 0o644 });
  fs.chmodSync(aside, 0o644);
  fs.renameSync(aside, file);
}

function pgtapFiles(): [string, Buffer][] {
  const archive = pgtapArchive();
  if (!archive) return [];
  const files = readTar(gunzipSync(fs.readFileSync(archive))).flatMap(([path, content]) => {
    const name = PGTAP_FILES.exec(path)?.[1];
    return name ? [[name, content] as [string, Buffer]] : [];
  });
  const version = files
    .map(([name]) => name.slice('pgtap--'.length, -'.sql'.length))
    .sort()
    .at(-1);
  // The archive's control file does not let a role that is not a superuser create it; on hosted projects such a role can.
  const control = `comment = 'Unit testing for PostgreSQL'\ndefault_version = '${version}'\nrelocatable = true\nsuperuser = false\n`;
  return [...files, ['pgtap.control', Buffer.from(control)]];
}

// Not every PGlite carries pgTAP: the one that @supabase/lite depends on does.
function pgtapArchive(): string | undefined {
  const pglite = findPackage('@electric-sql/pglite', findPackage('@supabase/lite'));
  const archive = pglite && join(pglite, 'dist/pgtap.tar.gz');
  return archive && fs.existsSync(archive) ? archive : undefined;
}

function readTar(tar: Buffer): [string, Buffer][] {
  const entries: [string, Buffer][] = [];
  for (let at = 0; at + TAR_BLOCK_BYTES <= tar.length && tar[at] !== 0;) {
    const text = (from: number, length: number) =>
      tar.toString('utf8', at + from, at + from + length).replace(/\0.*$/s, '');
    const size = parseInt(text(124, 12).trim() || '0', 8);
    const start = at + TAR_BLOCK_BYTES;
    entries.push([
      [text(345, 155), text(0, 100)].filter(Boolean).join('/'),
      tar.subarray(start, start + size),
    ]);
    at = start + Math.ceil(size / TAR_BLOCK_BYTES) * TAR_BLOCK_BYTES;
  }
  return entries;
}
