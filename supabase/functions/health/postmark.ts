// What Postmark says of a server's token: whether it is one, and where the server sends its webhooks. Two GETs that change nothing.
import type { Credentials } from '../_shared/basic-auth.ts';
import { AppError } from '../_shared/errors.ts';
import type { Hook, MailFacts } from '../_shared/health-facts.ts';

const PATIENCE_MS = 5000;
const EVENTS = ['Delivery', 'Bounce', 'SpamComplaint'] as const;

export interface PostmarkAccount {
  token: string;
  /** Address of the API, without a trailing slash. */
  url: string;
  messageStream: string;
  /** What our functions ask Postmark's webhooks for. */
  credentials: Credentials;
}

interface Server {
  Name?: string;
  InboundAddress?: string;
  InboundDomain?: string;
  InboundHookUrl?: string;
}

interface Webhook {
  Url?: string;
  HttpAuth?: { Username?: string; Password?: string } | null;
  Triggers?: Record<string, { Enabled?: boolean } | undefined>;
}

/** Asks for the server and its webhooks. Never throws: no answer is a fact, too. */
export async function askPostmark(account: PostmarkAccount): Promise<MailFacts> {
  const nothing = { server: null, inbound_address: null, inbound_domain: null, inbound: null, events: [] };
  if (account.token.trim() === '') return { has_token: false, status: null, ...nothing };
  const [server, webhooks] = await Promise.all([
    get<Server>(account, '/server'),
    get<{ Webhooks?: Webhook[] }>(
      account,
      `/webhooks?MessageStream=${encodeURIComponent(account.messageStream)}`,
    ),
  ]);
  if (!server.body) return { has_token: true, status: server.status, ...nothing };
  const { Name, InboundAddress, InboundDomain, InboundHookUrl } = server.body;
  return {
    has_token: true,
    status: server.status,
    server: Name ?? null,
    inbound_address: InboundAddress ?? null,
    inbound_domain: InboundDomain || null,
    inbound: InboundHookUrl ? hook(account, InboundHookUrl, null, []) : null,
    events: (webhooks.body?.Webhooks ?? []).flatMap(({ Url, HttpAuth, Triggers }) =>
      Url
        ? [
            hook(
              account,
              Url,
              HttpAuth ?? null,
              EVENTS.filter((event) => Triggers?.[event]?.Enabled),
            ),
          ]
        : [],
    ),
  };
}

/** The address without what is secret in it, and whether the credentials in it or beside it are ours. */
function hook(
  { credentials }: PostmarkAccount,
  address: string,
  beside: Webhook['HttpAuth'],
  events: string[],
): Hook {
  if (!URL.canParse(address)) return { url: address.slice(0, 200), is_authorized: false, events };
  const url = new URL(address);
  const user = beside?.Username ?? decodeURIComponent(url.username);
  const password = beside?.Password ?? decodeURIComponent(url.password);
  return {
    url: `${url.origin}${url.pathname}`,
    is_authorized: user === credentials.user && password === credentials.password,
    events,
  };
}

/** Takes an address off Postmark's own list. Throws CONFL with a sentence when Postmark keeps it there, UNAVL when it does not answer. */
export async function reactivate(account: PostmarkAccount, email: string): Promise<void> {
  const path = `/message-streams/${encodeURIComponent(account.messageStream)}/suppressions/delete`;
  const { body } = await ask<{ Suppressions?: { Status?: string }[] }>(account, path, {
    method: 'POST',
    body: JSON.stringify({ Suppressions: [{ EmailAddress: email }] }),
  });
  if (!body) throw new AppError('UNAVL', 'Postmark can’t be reached right now. Nothing was changed.');
  if (body.Suppressions?.[0]?.Status === 'Failed') {
    throw new AppError('CONFL', 'Postmark doesn’t let this address have mail again. Ask its support.');
  }
}

interface Answer<T> {
  /** Null when nobody answered. */
  status: number | null;
  body: T | null;
}

function get<T>(account: PostmarkAccount, path: string): Promise<Answer<T>> {
  return ask<T>(account, path, { method: 'GET' });
}

async function ask<T>({ token, url }: PostmarkAccount, path: string, init: RequestInit): Promise<Answer<T>> {
  try {
    const response = await fetch(`${url}${path}`, {
      ...init,
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        'x-postmark-server-token': token,
      },
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const body = (await response.json().catch(() => null)) as T | null;
    return { status: response.status, body: response.ok ? body : null };
  } catch {
    return { status: null, body: null };
  }
}
