/** The widget's and the API's edge functions as their callers see them: over HTTP, with a token or a key. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Sql } from 'postgres';
import { clientAddress } from '#shared/client-address.ts';

export interface Answer<T = Record<string, unknown>> {
  status: number;
  headers: Headers;
  body: T;
}

export interface CallOptions {
  method?: string;
  /** Sent as a bearer token. */
  token?: string;
  origin?: string;
  /** The visitor's address as a proxy in front of us would name it. */
  client?: string;
  /** Sent as JSON; a string or bytes are sent as they are. */
  body?: unknown;
  headers?: Record<string, string>;
}

/** Calls `/functions/v1/<path>`; POST when there is a body. The answer's body is parsed when it is JSON. */
export async function call<T = Record<string, unknown>>(
  apiUrl: string,
  path: string,
  { method, token, origin, client, body, headers = {} }: CallOptions = {},
): Promise<Answer<T>> {
  const response = await fetch(`${apiUrl}/functions/v1/${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(origin !== undefined && { origin }),
      ...(client !== undefined && { 'x-forwarded-for': client }),
      ...headers,
    },
    ...(body !== undefined && {
      body:
        typeof body === 'string' || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body),
    }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return {
    status: response.status,
    headers: response.headers,
    body: (isJson ? JSON.parse(text) : text) as T,
  };
}

/** As the widget does: whoever hears that the service is busy sends the same request again. */
export async function insist<T>(send: () => Promise<Answer<T>>): Promise<Answer<T>> {
  for (;;) {
    const answer = await send();
    if (answer.status !== 503) return answer;
  }
}

/** A visitor with a session of their own. */
export interface Visitor {
  sessionId: string;
  conversationId: string;
  token: string;
  /** Under which the limits of its network are counted. */
  clientKey: string;
  call: <T = Record<string, unknown>>(path: string, options?: CallOptions) => Promise<Answer<T>>;
}

/** Starts a session. Each visitor comes from an address of its own, so that no limit joins them. */
export async function visit(apiUrl: string, chatbotId: string, locale = 'en'): Promise<Visitor> {
  const client = newClientAddress();
  const answer = await call<{ session_id: string; conversation_id: string; token: string }>(
    apiUrl,
    'widget/sessions',
    { client, body: { chatbot_id: chatbotId, locale, page_url: 'https://shop.example/cart' } },
  );
  if (answer.status !== 201) throw new Error(`No session: ${answer.status} ${JSON.stringify(answer.body)}`);
  const { session_id, conversation_id, token } = answer.body;
  return {
    sessionId: session_id,
    conversationId: conversation_id,
    token,
    clientKey: clientAddress(new Request(apiUrl, { headers: { 'x-forwarded-for': client } }))!,
    call: (path, options) => call(apiUrl, `widget/${path}`, { token, client, ...options }),
  };
}

/** An IPv6 address in a /64 that nobody else has. */
export function newClientAddress(): string {
  const hex = randomUUID().replaceAll('-', '');
  return `2a02:${hex.slice(0, 4)}:${hex.slice(4, 8)}:${hex.slice(8, 12)}::1`;
}

/** A chatbot with an owner of its own, made by plain SQL as an import would. */
export async function makeChatbot(sql: Sql, name = 'Shop'): Promise<{ chatbotId: string; ownerId: string }> {
  const ownerId = randomUUID();
  const chatbotId = randomUUID();
  await sql`insert into auth.users (id, email) values (${ownerId}, ${`owner-${ownerId}@shop.example`})`;
  await sql`insert into public.chatbots (id, owner_id, name) values (${chatbotId}, ${ownerId}, ${name})`;
  return { chatbotId, ownerId };
}

/** An API key of a chatbot, as `create_api_key` would make it. */
export async function newKey(sql: Sql, chatbotId: string): Promise<string> {
  const key = `hk_${randomBytes(32).toString('base64url')}`;
  await sql`insert into public.api_keys (chatbot_id, name, prefix, key_hash)
    values (${chatbotId}, 'Test', ${key.slice(0, 7)}, ${createHash('sha256').update(key).digest()})`;
  return key;
}
