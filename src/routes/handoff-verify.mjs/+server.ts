import verifier from '$lib/proof/handoff-verify.mjs?raw';

/** The program that checks evidence packs, for everybody. */
export function GET() {
  return new Response(verifier, {
    headers: { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'public, max-age=300' },
  });
}
