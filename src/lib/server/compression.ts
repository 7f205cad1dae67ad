// How what leaves the app is compressed. Of the answers that are made for a person only documents are: see DECISIONS.md.
import { Duplex } from 'node:stream';
import { constants, createBrotliCompress, createGzip } from 'node:zlib';

export type Encoding = 'br' | 'gzip';

/** The first of ours that the browser takes; weights are of no use between two that every browser reads. */
export function encodingOf(request: Request): Encoding | null {
  const accepted = request.headers.get('accept-encoding') ?? '';
  const names = accepted.split(',').map((one) => one.split(';')[0]!.trim());
  return names.includes('br') ? 'br' : names.includes('gzip') ? 'gzip' : null;
}

/** About half the size of the quickest ways, in a few milliseconds for a document. */
const BROTLI_QUALITY = 5;

/** What is written to it leaves at once, so that a document that comes in parts is drawn in parts. */
const ENCODERS: Record<Encoding, () => Duplex> = {
  br: () =>
    createBrotliCompress({
      flush: constants.BROTLI_OPERATION_FLUSH,
      params: {
        [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      },
    }),
  gzip: () => createGzip({ flush: constants.Z_SYNC_FLUSH }),
};

/**
 * The same answer, compressed where it is a document that this site's own page or the person asked for. The length of what another site
 * has the browser load must not tell what stands beside that site's words.
 */
export function compressed(request: Request, response: Response): Response {
  const { body, headers, status, statusText } = response;
  if (!body || headers.has('content-encoding')) return response;
  if (!headers.get('content-type')?.startsWith('text/html')) return response;
  headers.append('vary', 'accept-encoding, sec-fetch-site');
  const site = request.headers.get('sec-fetch-site');
  const encoding = site === 'same-origin' || site === 'none' ? encodingOf(request) : null;
  if (!encoding) return response;
  headers.set('content-encoding', encoding);
  headers.delete('content-length');
  const through = Duplex.toWeb(ENCODERS[encoding]()) as ReadableWritablePair<Uint8Array, Uint8Array>;
  return new Response(body.pipeThrough(through), { status, statusText, headers });
}
