// What Auth's TypeScript implementation lacks of hosted Auth: within `refresh_token_reuse_interval` a refresh token that was used a
// moment ago is answered as it was then, instead of ending the session. Without it two tabs that wake up together sign each other
// out.

interface Answer {
  status: number;
  headers: [string, string][];
  body: string;
}

/** Puts the interval in front of an Auth server. */
export function withReuseInterval(
  answer: (request: Request) => Response | Promise<Response>,
  seconds: number,
): (request: Request) => Promise<Response> {
  const answers = new Map<string, Promise<Answer>>();

  async function keep(request: Request): Promise<Answer> {
    const response = await answer(request);
    return { status: response.status, headers: [...response.headers], body: await response.text() };
  }

  return async (request) => {
    const token = await refreshTokenIn(request);
    if (token === null) return await answer(request);
    let shared = answers.get(token);
    if (!shared) {
      shared = keep(request);
      answers.set(token, shared);
      const forget = () => answers.delete(token);
      shared.then(({ status }) => {
        if (status < 400) setTimeout(forget, seconds * 1000).unref();
        else forget();
      }, forget);
    }
    const { status, headers, body } = await shared;
    return new Response(body, { status, headers });
  };
}

async function refreshTokenIn(request: Request): Promise<string | null> {
  const url = new URL(request.url);
  if (request.method !== 'POST' || url.searchParams.get('grant_type') !== 'refresh_token') return null;
  const body: unknown = await request
    .clone()
    .json()
    .catch(() => null);
  const token = (body as { refresh_token?: unknown } | null)?.refresh_token;
  return typeof token === 'string' ? token : null;
}
