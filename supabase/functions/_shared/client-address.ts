/**
 * The address that limits count against, or null when nothing names one. It limits, it never proves anything: there is
 * no promise about these headers on hosted Supabase.
 *
 * `header` is the one header that the nearest proxy is known to write (`CLIENT_ADDRESS_HEADER`, by default
 * `x-forwarded-for`; behind Cloudflare `cf-connecting-ip`). Of a list the last entry counts: it was added by the nearest
 * proxy, while everything before it is the caller's own claim. An IPv6 visitor holds a whole /64 (RFC 6177), so that
 * prefix is what counts, or one laptop would be 2^64 visitors.
 */
export function clientAddress(request: Request, header = 'x-forwarded-for'): string | null {
  const last = request.headers.get(header)?.split(',').at(-1)?.trim().slice(0, 100) ?? '';
  const bare = withoutPort(last).toLowerCase();
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(bare)) return bare;
  return bare.includes(':') ? prefixOf(bare) : null;
}

function withoutPort(address: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(address)?.[1];
  return bracketed ?? address.replace(/^(\d{1,3}(?:\.\d{1,3}){3}):\d+$/, '$1');
}

function prefixOf(address: string): string | null {
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/.exec(address)?.[1];
  if (mapped) return mapped;
  const bare = address.replace(/%.*$/, '');
  // The URL parser knows every writing of an IPv6 address and gives back the one canonical one (RFC 5952).
  let canonical: string;
  try {
    canonical = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  } catch {
    return null;
  }
  const [head = '', tail] = canonical.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail ? tail.split(':') : [];
  const middle = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => '0');
  return `${[...left, ...middle, ...right].slice(0, 4).join(':')}::/64`;
}
