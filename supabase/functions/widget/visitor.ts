import { clientAddress } from '../_shared/client-address.ts';
import type { Rpc } from '../_shared/rpc.ts';
import { bearerHash } from '../_shared/tokens.ts';

/** What the handler is given: its clients and its settings, so that it runs in Deno and in a test alike. */
export interface WidgetParts {
  rpc: Rpc;
  /** Where an open widget listens for hints; null leaves it polling. */
  realtime: { url: string; key: string } | null;
  /** The header in which the nearest proxy names the visitor's address. */
  clientAddressHeader?: string | undefined;
  bot: {
    /** Lets a bot live on this machine, for the local stack alone. */
    allowLoopback: boolean;
    /** How long a bot may say nothing before it counts as failed, in milliseconds. */
    silenceMs: number;
  };
  /** Tells the platform that work goes on after the answer: a reply is stored although the visitor has left. */
  keepAlive: (work: Promise<unknown>) => void;
}

const ORIGIN_MAX_LENGTH = 300;
const TOKEN_SHAPE = /^[\w-]{43}$/;

/** Where somebody asks from, for the database to judge: the page's origin as the browser names it. */
export function originOf(request: Request) {
  return { p_origin: request.headers.get('origin')?.slice(0, ORIGIN_MAX_LENGTH) ?? null };
}

/** The same with the address that limits count against, where there is such a limit. */
export function callerOf(parts: WidgetParts, request: Request) {
  return { ...originOf(request), p_client: clientAddress(request, parts.clientAddressHeader) };
}

/** The hash of the conversation token. Throws TOKMS without one and TOKIV when it cannot be one of ours. */
export function tokenHash(request: Request): Promise<string> {
  return bearerHash(request, TOKEN_SHAPE, 'TOKMS', 'TOKIV');
}
