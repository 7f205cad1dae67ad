// The app as a program sees it that has a session cookie and no browser: every address there is, read from the tree of routes, so that
// a new page or endpoint is tested the day it appears.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Address {
  /** With `[parameters]` and without `(groups)`. */
  path: string;
  kind: 'page' | 'endpoint';
  /** Of an endpoint those it exports; of a page GET, and POST when it has form actions. */
  methods: string[];
  /** The names of a page's form actions. */
  actions: string[];
}

const ROUTES = 'src/routes';

/** Every address of the app. */
export function addresses(): Address[] {
  const files = readdirSync(ROUTES, { recursive: true, encoding: 'utf8' });
  const places = new Map<string, Address>();
  for (const file of files.toSorted()) {
    const [, folder = '', name = ''] = /^(.*?)\/?(\+[^/]+)$/.exec(file) ?? [];
    const isPage = /^\+page(@[^.]*)?\.svelte$|^\+page\.server\.ts$/.test(name);
    if (!isPage && name !== '+server.ts') continue;
    const path = `/${folder}`.replace(/\/\([^)]*\)/g, '') || '/';
    const source = readFileSync(join(ROUTES, file), 'utf8');
    const known = places.get(path) ?? { path, kind: isPage ? 'page' : 'endpoint', methods: [], actions: [] };
    if (name === '+server.ts')
      known.methods = [...source.matchAll(/export const (GET|POST|PUT|PATCH|DELETE)/g)].map(
        (found) => found[1]!,
      );
    else if (!known.methods.includes('GET')) known.methods.push('GET');
    const actions = /export const actions[^{]*\{([^]*)/.exec(source)?.[1];
    if (actions !== undefined) {
      known.methods.push('POST');
      known.actions = [...actions.matchAll(/^ {2}(\w+): async/gm)].map((found) => found[1]!);
    }
    places.set(path, known);
  }
  return [...places.values()];
}

/** The path with its parameters filled in. Throws for a parameter that nobody has thought of yet. */
export function fill(path: string, parameters: Record<string, string>): string {
  return path.replace(/\[(\w+)\]/g, (_, name: string) => {
    const value = parameters[name];
    if (value === undefined) throw new Error(`Say in this test what [${name}] in ${path} should be.`);
    return value;
  });
}

/** A form of the app's own, or a body of an endpoint, by method and kind. */
export function bodyOf({ kind }: Address, method: string, ids: Record<string, string>): RequestInit {
  if (method === 'GET' || method === 'DELETE') return {};
  const settings = {
    ...ids,
    expected_version: null,
    shortcut: 'x',
    body: 'x',
    entries: [],
    question: 'x',
    answer: 'x',
  };
  if (kind === 'endpoint') {
    return { body: JSON.stringify(settings), headers: { 'content-type': 'application/json' } };
  }
  const form = new URLSearchParams({ ...ids, payload: JSON.stringify({}), name: 'x' });
  return { body: form };
}

/** Signs in through the login form and gives back a `fetch` with the session's cookies. */
export async function session(appUrl: string, email: string, password: string, next = '/dashboard') {
  const answer = await fetch(`${appUrl}/login?next=${encodeURIComponent(next)}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: new URL(appUrl).origin, accept: 'text/html' },
    body: new URLSearchParams({ email, password }),
  });
  const cookies = answer.headers.getSetCookie();
  const cookie = cookies.map((set) => set.split(';')[0]).join('; ');
  return {
    answer,
    cookies,
    cookie,
    /** Asks as the app's own pages would, unless `headers` says otherwise. */
    ask: (path: string, init: RequestInit = {}) =>
      fetch(`${appUrl}${path}`, {
        redirect: 'manual',
        ...init,
        headers: { origin: new URL(appUrl).origin, cookie, ...(init.headers as Record<string, string>) },
      }),
  };
}

/** All that an answer says, less the time of day. */
export async function everythingOf(response: Response) {
  const headers = Object.fromEntries(response.headers);
  delete headers['date'];
  return { status: response.status, headers, body: await response.text() };
}
