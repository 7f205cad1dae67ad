import { isPublicAddress } from './addresses.ts';

/**
 * The address that limits count against, or null when nothing names one. It limits, it never proves anything: there is
 * no promise about these headers on hosted Supabase.
 *
 * `header` is the one header that the nearest proxy is known to write (`CLIENT_ADDRESS_HEADER`, by default
 * `x-forwarded-for`; behind Cloudflare, as hosted Supabase is, `cf-connecting-ip`). A list is read from its end, because
 * each proxy appends and what stands first is the caller's own claim; the proxies inside a network have private addresses
 * and are skipped. An IPv6 visitor holds a whole /64 (RFC 6177), so that prefix is what counts, or one laptop would be
 * 2^64 visitors.
 */
export function clientAddress(request: Request, header = 'x-forwarded-for'): string | null {
  const hops = request.headers.get(header)?.slice(-1000).split(',') ?? [];
  const addresses = hops.map((hop) => canonical(hop.trim().toLowerCase())).reverse();
  const client =
    addresses.find((address) => address !== null && isPublicAddress(address)) ?? addresses[0] ?? null;
  return client?.includes(':') ? `${groupsOf(client).slice(0, 4).join(':')}::/64` : client;
}

function canonical(hop: string): string | null {
  const bare = /^\[([^\]]*)\](?::\d+)?$/.exec(hop)?.[1] ?? hop.replace(/^([\d.]+):\d+$/, '$1');
  const ipv4 = /^(?:::ffff:)?(\d{1,3}(?:\.\d{1,3}){3})$/.exec(bare)?.[1];
  if (ipv4) return ipv4;
  if (!bare.includes(':')) return null;
  // The URL parser knows every writing of an IPv6 address and gives back the one of RFC 5952; a zone it does not take.
  const url = `http://[${bare.replace(/%.*$/, '')}]`;
  return URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : null;
}

function groupsOf(address: string): string[] {
  const [left = [], right] = address.split('::').map((half) => half.split(':').filter(Boolean));
  if (!right) return left;
  return [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
}
