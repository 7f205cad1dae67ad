// One refresh per session, however many requests notice at once that it has run out. A refresh token is good for one refresh; who
// comes second is refused, and the client library then drops the session of the whole browser. So requests that bring the same
// token share one call to Auth and its answer, also those that were on their way with the old cookie while it was answered.
// This is the one thing that the server remembers between requests: for seconds, and only for whoever brings the token.
// Between several processes of the app Auth's own reuse interval does the same.

/** As long as Auth itself takes a used token once more (`refresh_token_reuse_interval`). */
const KEPT_MS = 10_000;

interface Answer {
  status: number;
  headers: [string, string][];
  body: string;
}

const answers = new Map<string, Promise<Answer>>();

/** `fetch` for the Supabase client: calls that would spend the same refresh token become one. */
export const fetchOncePerRefresh: typeof fetch = async (input, init) => {
  const token = refreshTokenIn(input, init);
  if (token === null) return await fetch(input, init);
  let shared = answers.get(token);
  if (!shared) {
    shared = ask(input, init);
    answers.set(token, shared);
    const forget = () => answers.delete(token);
    // What did not work may be tried again at once.
    shared.then(({ status }) => (status < 400 ? setTimeout(forget, KEPT_MS).unref() : forget()), forget);
  }
  const { status, headers, body } = await shared;
  return new Response(body, { status, headers });
};

async function ask(...[input, init]: Parameters<typeof fetch>): Promise<Answer> {
  const response = await fetch(input, init);
  // The body is plain text by now, whatever it was on the way.
  const headers = [...response.headers].filter(([name]) => !/^content-(?:encoding|length)$/.test(name));
  return { status: response.status, headers, body: await response.text() };
}

function refreshTokenIn(input: string | URL | Request, init: RequestInit | undefined): string | null {
  const address = input instanceof Request ? input.url : String(input);
  if (!address.includes('/auth/v1/token?grant_type=refresh_token') || typeof init?.body !== 'string')
    return null;
  const { refresh_token } = JSON.parse(init.body) as { refresh_token?: string };
  return refresh_token ?? null;
}
