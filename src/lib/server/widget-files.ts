/**
 * The widget's built files, as the pages of customers load them. Any page may have them, whatever it asks of files of other
 * origins. The parts carry their hash and are kept for ever. The launcher keeps its name and is asked for anew each time. So does the
 * control that follows it, but it may be a while behind, for what it names stays: a page costs no question for it.
 */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import { encodingOf, type Encoding } from './compression';

const FILES = import.meta.glob<string>('/dist/**/*.js', { query: '?raw', import: 'default' });

const ENCODERS = { br: promisify(brotliCompress), gzip: promisify(gzip) } satisfies Record<Encoding, unknown>;

const CACHING: Record<string, string> = {
  'widget.js': 'no-cache',
  'widget/control.js': 'public, max-age=600, stale-while-revalidate=86400',
};

interface Kept {
  etag: string;
  plain: Buffer<ArrayBuffer>;
  encoded: Partial<Record<Encoding, Promise<Buffer<ArrayBuffer>>>>;
}

const kept = new Map<string, Kept>();

async function find(name: string): Promise<Kept | null> {
  const read = FILES[`/dist/${name}`];
  if (!read) return null;
  const source = await read();
  const etag = `W/"${createHash('sha256').update(source).digest('base64url').slice(0, 16)}"`;
  const known = kept.get(name);
  // While the widget is worked on, a file changes under its name.
  if (known?.etag === etag) return known;
  const file = { etag, plain: Buffer.from(source), encoded: {} };
  kept.set(name, file);
  return file;
}

/** The answer to a request for `widget.js` or `widget/<part>`; 404 for a part that no kept release has. */
export async function serveWidgetFile(name: string, request: Request): Promise<Response> {
  const headers = new Headers({
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
    'timing-allow-origin': '*',
    vary: 'accept-encoding',
  });
  const file = await find(name);
  if (!file) {
    // It may be there a moment later: a release puts up its launcher and its parts one after the other.
    headers.set('cache-control', 'no-store');
    return new Response(null, { status: 404, headers });
  }
  headers.set('content-type', 'text/javascript; charset=utf-8');
  headers.set('etag', file.etag);
  headers.set('cache-control', CACHING[name] ?? 'public, max-age=31536000, immutable');
  if (request.headers.get('if-none-match')?.includes(file.etag))
    return new Response(null, { status: 304, headers });
  const encoding = encodingOf(request);
  if (!encoding) return new Response(file.plain, { headers });
  headers.set('content-encoding', encoding);
  const body = await (file.encoded[encoding] ??= ENCODERS[encoding](file.plain) as Promise<
    Buffer<ArrayBuffer>
  >);
  return new Response(body, { headers });
}
