// How a connection to an address that a customer typed is made: its name is resolved, every address of it is checked, and the
// connection goes to a checked address itself, so that DNS has no second chance to answer differently. TLS, SNI and `Host`
// keep the name. Resolver and connector are handed in: this file is the rule, not the network.
import { isLoopbackUrl, isPublicAddress } from './addresses.ts';

const ADDRESSES_TRIED_MAX = 3;

/** Thrown on the way to an address that may not be called. */
export class BlockedError extends Error {}

/** Where to, in the words of undici's connectors. */
export interface Target {
  protocol: string;
  hostname: string;
  port: string;
  servername?: string | undefined;
}

type Callback<Socket> = (error: Error | null, socket: Socket | null) => void;

export interface CheckedOptions<T extends Target, Socket> {
  /** Opens a connection to what it is told, a name or an address. */
  open: (target: T, callback: (...result: [Error, null] | [null, Socket]) => void) => void;
  /** Every address of a name, the preferred first. */
  resolve: (name: string) => Promise<string[]>;
  isPublic?: ((address: string) => boolean) | undefined;
  /** Admits `http://127.0.0.1:<port>` as well, for the developer's own machine. */
  allowLoopback?: boolean | undefined;
}

/** A connector that never opens a connection to anything but a public server. */
export function checkedConnect<T extends Target, Socket>({
  open,
  resolve,
  isPublic = isPublicAddress,
  allowLoopback = false,
}: CheckedOptions<T, Socket>): (target: T, callback: Callback<Socket>) => void {
  async function connect(target: T): Promise<Socket> {
    const addresses = await checkedAddresses(target);
    // The address goes in as the host, so nothing is left to look up; the name stays what the certificate must be for.
    const servername = target.servername || target.hostname;
    for (const [index, address] of addresses.entries()) {
      try {
        return await opened({ ...target, hostname: address, servername });
      } catch (error) {
        if (index === addresses.length - 1) throw error;
      }
    }
    throw new BlockedError();
  }

  async function checkedAddresses({ protocol, hostname, port }: T): Promise<string[]> {
    const isLoopback = isLoopbackUrl(new URL(`${protocol}//${hostname}:${port || 80}`));
    if (isLoopback && allowLoopback) return [hostname];
    const addresses = await resolve(hostname).catch(() => []);
    if (addresses.length === 0 || !addresses.every(isPublic)) throw new BlockedError();
    return addresses.slice(0, ADDRESSES_TRIED_MAX);
  }

  function opened(target: T): Promise<Socket> {
    return new Promise((fulfil, reject) => {
      open(target, (error, socket) => (socket ? fulfil(socket) : reject(error ?? new BlockedError())));
    });
  }

  return (target, callback) => {
    connect(target).then(
      (socket) => callback(null, socket),
      (error: Error) => callback(error, null),
    );
  };
}
