// Which addresses on the network a customer's webhook may lead to. The table is our own, because ready-made ones misjudge
// addresses that embed another one (`::7f00:1`) and know nothing of clouds' own addresses (`168.63.129.16`). It follows
// the IANA special-purpose registries for IPv4 and IPv6 (RFC 6890), read as a receiver's network would: everything that
// is not plain global unicast is refused, also the few special blocks that can be reached from everywhere.

/** IPv4 blocks that are not a public server's, in CIDR notation. */
const NOT_PUBLIC_IPV4 = [
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private use
  '100.64.0.0/10', // shared address space, where some clouds keep their metadata
  '127.0.0.0/8', // loopback
  '168.63.129.16/32', // Azure's host agent
  '169.254.0.0/16', // link-local, where most clouds keep their metadata
  '172.16.0.0/12', // private use
  '192.0.0.0/24', // IETF protocol assignments
  '192.0.2.0/24', // documentation
  '192.31.196.0/24', // AS112
  '192.52.193.0/24', // AMT
  '192.88.99.0/24', // 6to4 relays, deprecated
  '192.168.0.0/16', // private use
  '192.175.48.0/24', // AS112
  '198.18.0.0/15', // benchmarking
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and broadcast
].map((block) => parseBlock(block, parseIPv4));

/** Only here does IPv6 have global unicast; mapped, compatible, NAT64, local and multicast addresses all lie outside. */
const GLOBAL_IPV6 = parseBlock('2000::/3', parseIPv6);

/** The parts of 2000::/3 that are not a public server's. */
const NOT_PUBLIC_IPV6 = [
  '2001::/23', // IETF protocol assignments: Teredo, which embeds IPv4, benchmarking, ORCHID, AMT
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4, which embeds IPv4
  '2620:4f:8000::/48', // AS112
  '3ffe::/16', // the former 6bone
  '3fff::/20', // documentation
].map((block) => parseBlock(block, parseIPv6));

interface Block {
  network: bigint;
  /** How many low bits the block leaves free. */
  freeBits: bigint;
}

/** Whether an address, as a resolver writes it, is a public server's. False for whatever is not an address. */
export function isPublicAddress(address: string): boolean {
  const ipv4 = parseIPv4(address);
  if (ipv4 !== null) return !NOT_PUBLIC_IPV4.some((block) => contains(block, ipv4.value));
  const ipv6 = parseIPv6(address);
  if (ipv6 === null || !contains(GLOBAL_IPV6, ipv6.value)) return false;
  return !NOT_PUBLIC_IPV6.some((block) => contains(block, ipv6.value));
}

/**
 * Whether a URL may be called as a webhook, judged by its text alone; what its name resolves to is judged when it is
 * called. Public: https, port 443 or 8443, a host name with a dot, no user info. With `allowLoopback` also
 * `http://127.0.0.1:<port>`, for receivers on the developer's own machine.
 */
export function isWebhookUrl(text: string, { allowLoopback = false } = {}): boolean {
  // The URL parser drops tabs, newlines and outer blanks silently; whoever needs them has something to hide.
  if (text.length > 2048 || /[\s\p{Cc}\\]/u.test(text) || !URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return false;
  if (isLoopbackUrl(url)) return allowLoopback;
  return url.protocol === 'https:' && ['', '8443'].includes(url.port) && isPublicName(url.hostname);
}

/** Whether a URL is the loopback exception, after the parser has turned every spelling of 127.0.0.1 into that one. */
export function isLoopbackUrl(url: URL): boolean {
  return url.protocol === 'http:' && url.hostname === '127.0.0.1' && url.port !== '';
}

function isPublicName(name: string): boolean {
  const labels = name.split('.');
  // The parser has turned decimal, octal and hexadecimal IPv4 into four numbers; no top-level domain is all digits.
  const isAddress = name.startsWith('[') || /^\d+$/.test(labels.at(-1) ?? '');
  if (isAddress || labels.length < 2 || name.length > 253 || labels.includes('')) return false;
  return !['local', 'internal', 'localhost', 'localdomain', 'arpa', 'onion', 'test', 'invalid'].includes(
    labels.at(-1) ?? '',
  );
}

interface Parsed {
  value: bigint;
  bits: number;
}

function parseIPv4(text: string): Parsed | null {
  const parts = text.split('.');
  // No leading zeros: some systems read them as octal.
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) {
    return null;
  }
  return { value: parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n), bits: 32 };
}

function parseIPv6(text: string): Parsed | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head, tail] = halves.map((half, index) => groupsOf(half, index === halves.length - 1));
  if (!head || tail === null) return null;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...head, ...Array<bigint>(missing).fill(0n), ...(tail ?? [])];
  return { value: groups.reduce((value, group) => (value << 16n) | group, 0n), bits: 128 };
}

/** The 16-bit groups of one side of `::`; the very last may be a dotted IPv4 address. Null for anything else, zones too. */
function groupsOf(text: string, isLastHalf: boolean): bigint[] | null {
  if (text === '') return [];
  const groups: bigint[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    const embedded = isLastHalf && index === parts.length - 1 ? parseIPv4(part) : null;
    if (embedded) groups.push(embedded.value >> 16n, embedded.value & 0xffffn);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(BigInt(`0x${part}`));
    else return null;
  }
  return groups;
}

function parseBlock(block: string, parse: (text: string) => Parsed | null): Block {
  const [address = '', length] = block.split('/');
  const parsed = parse(address);
  if (!parsed) throw new TypeError(`${block} is not a block of addresses.`);
  const freeBits = BigInt(parsed.bits - Number(length));
  return { network: parsed.value >> freeBits, freeBits };
}

function contains({ network, freeBits }: Block, value: bigint): boolean {
  return value >> freeBits === network;
}
