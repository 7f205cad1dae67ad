// How a chatbot's own model is called. An administrator types its address, so the call must not become a way into the network
// the function runs in: connections go to public servers alone, whatever DNS says. Loaded with the first question to such a
// model, because most chatbots have none and its HTTP client would lengthen every cold start.
import { lookup } from 'node:dns/promises';
import { Agent, buildConnector, fetch } from 'undici';
import { BlockedError, checkedConnect } from '../_shared/checked-connect.ts';

const CONNECT_DEADLINE_MS = 5_000;

/** The outside world as the caller sees it; the defaults are the real one. */
export interface Network {
  resolve?: (name: string) => Promise<string[]>;
  isPublic?: (address: string) => boolean;
}

export type BotFetch = (url: string, init: RequestInit) => Promise<Response>;

/** A `fetch` that reaches public servers alone, and with `allowLoopback` this machine too. Throws BlockedError. */
export function createBotFetch(allowLoopback: boolean, network: Network = {}): BotFetch {
  const open = buildConnector({ timeout: CONNECT_DEADLINE_MS });
  const { resolve = resolveName, isPublic } = network;
  const connect = checkedConnect({ open, resolve, isPublic, allowLoopback }) as buildConnector.connector;
  // Silence is the caller's to judge.
  const dispatcher = new Agent({ connect, headersTimeout: 0, bodyTimeout: 0 });
  return async (url, init) => {
    try {
      return (await fetch(url, { ...init, dispatcher } as never)) as unknown as Response;
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined;
      throw cause instanceof BlockedError ? cause : error;
    }
  };
}

/** IPv4 first: many networks that functions run in have no way out over IPv6. */
async function resolveName(name: string): Promise<string[]> {
  const found = await lookup(name, { all: true, verbatim: true });
  return found.sort((a, b) => a.family - b.family).map(({ address }) => address);
}
