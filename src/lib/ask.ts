// The one way in which a page asks its own server for something while it is open, and what it says when that fails: a line that is
// down, a server that refuses, and a fault of this page are three sentences. Everything goes through the session's cookie.

/** An answer that is a refusal: the code, the sentence, and what can be done about it. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly detail: unknown,
  ) {
    super(message);
  }
}

/** A question without an answer for so long is lost: after a sleep a connection may look alive and never answer. */
const TIMEOUT_MILLISECONDS = 20_000;

/** The answer to a question, null where it is empty; throws `Refused`. Whoever gives a signal of their own gives up by it alone. */
export async function ask<Answer>(address: string, init: RequestInit = {}): Promise<Answer> {
  // What throws here is a fault of this page and never the line's, so it is made before.
  const signal = init.signal ?? AbortSignal.timeout(TIMEOUT_MILLISECONDS);
  const request = new Request(address, {
    ...init,
    signal,
    headers: { accept: 'application/json', ...init.headers },
  });
  let response: Response;
  let text: string;
  try {
    response = await fetch(request);
    // An answer may break off, too.
    text = await response.text();
  } catch {
    throw new Refused('UNAVL', 'There’s no connection right now.', null);
  }
  const body = read(text);
  if (response.ok && body !== undefined) return body as Answer;
  const said = (body ?? {}) as { code?: string; message?: string; detail?: unknown };
  const { code = 'INTRN', message = 'Something went wrong on our side.', detail = null } = said;
  throw new Refused(code, message, detail);
}

/** The same with a body. */
export function tell<Answer>(address: string, body: unknown, init: RequestInit = {}): Promise<Answer> {
  return ask<Answer>(address, {
    method: 'POST',
    ...init,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** Undefined for what is no JSON, as when a proxy answers with a page. */
function read(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The code of a refusal; INTRN for what is none. */
export function codeOf(thrown: unknown): string {
  return thrown instanceof Refused ? thrown.code : 'INTRN';
}

/** Puts into the console what is no refusal, and so a fault of this page: for where nothing is said because asking again is enough. */
export function noteFault(thrown: unknown): void {
  if (!(thrown instanceof Refused)) console.error(thrown);
}

/** The sentence to show; a fault of this page goes to the console, too. */
export function sentenceOf(thrown: unknown): string {
  noteFault(thrown);
  if (thrown instanceof Refused) return thrown.message;
  return 'Something went wrong on this page. Reload it to go on.';
}
