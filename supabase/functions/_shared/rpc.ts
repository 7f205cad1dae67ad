import { AppError, isPassing, isRefusalCode } from './errors.ts';

/** Calls one SQL function by its name with its named parameters and returns what it returns. Throws AppError alone. */
export type Rpc = <T>(name: string, parameters: Record<string, unknown>) => Promise<T>;

/** How long a SQL function may take before the caller hears UNAVL, in milliseconds; the database itself stops at 8 s. */
const RPC_DEADLINE_MS = 10_000;

/** Where the Data API is and the key that makes us `service_role` there. */
export interface RpcTarget {
  url: string;
  secretKey: string;
  /** A person's own `Authorization`, which then counts instead of the key's rights. */
  authorization?: string;
  deadlineMs?: number;
}

/** A client for the Data API's RPC (POST /rest/v1/rpc/<name>) with one deadline over the whole exchange. */
export function connect({ url, secretKey, authorization, deadlineMs = RPC_DEADLINE_MS }: RpcTarget): Rpc {
  const headers: Record<string, string> = {
    apikey: secretKey,
    accept: 'application/json',
    'content-type': 'application/json',
  };
  // The older service_role key is a JWT and counts only as a bearer token; a new sb_secret_ key must not be sent as one.
  if (authorization) headers['authorization'] = authorization;
  else if (!secretKey.startsWith('sb_')) headers['authorization'] = `Bearer ${secretKey}`;

  return async <T>(name: string, parameters: Record<string, unknown>): Promise<T> => {
    let status: number;
    let body: unknown;
    try {
      const response = await fetch(`${url}/rest/v1/rpc/${name}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(parameters),
        redirect: 'error',
        signal: AbortSignal.timeout(deadlineMs),
      });
      status = response.status;
      const text = await response.text();
      body = text === '' ? null : JSON.parse(text);
    } catch (error) {
      console.error(`rpc ${name} was not answered:`, error instanceof Error ? error.name : 'unknown');
      throw new AppError('UNAVL');
    }
    if (status >= 200 && status < 300) return body as T;
    throw asAppError(name, status, body);
  };
}

/** The client and settings that every function takes from its environment; hosted names first, then the older ones. */
export function rpcTarget(read: (name: string) => string | undefined): RpcTarget {
  return { url: required('SUPABASE_URL', read('SUPABASE_URL')), secretKey: apiKey('SECRET', read) };
}

/** The project's `default` publishable or secret key. Throws when the environment has none. */
export function apiKey(kind: 'PUBLISHABLE' | 'SECRET', read: (name: string) => string | undefined): string {
  const keys = read(`SUPABASE_${kind}_KEYS`);
  const current = keys ? (JSON.parse(keys) as Record<string, string>)['default'] : undefined;
  const older = kind === 'SECRET' ? 'SUPABASE_SERVICE_ROLE_KEY' : 'SUPABASE_ANON_KEY';
  return required(`SUPABASE_${kind}_KEYS`, current ?? read(older));
}

function required(name: string, value: string | undefined): string {
  if (!value) throw new Error(`${name} is not set.`);
  return value;
}

function asAppError(name: string, status: number, body: unknown): AppError {
  const { code, message, details } = (body ?? {}) as { code?: unknown; message?: unknown; details?: unknown };
  if (isRefusalCode(code)) {
    const detail = parseDetail(details);
    const sentence = typeof message === 'string' && message !== code ? message : undefined;
    return new AppError(code, sentence, detail, code === 'TOOMY' ? retryAfter(detail) : undefined);
  }
  if (code === '23505') return new AppError('CONFL');
  console.error(`rpc ${name} failed:`, status, code, message);
  return new AppError(isPassing(status, code) ? 'UNAVL' : 'INTRN');
}

function parseDetail(details: unknown): unknown {
  if (typeof details !== 'string') return undefined;
  try {
    return JSON.parse(details);
  } catch {
    return details;
  }
}

function retryAfter(detail: unknown): number | undefined {
  const seconds = Math.ceil(Number((detail as { retry_after?: unknown } | null | undefined)?.retry_after));
  return seconds > 0 ? seconds : undefined;
}
