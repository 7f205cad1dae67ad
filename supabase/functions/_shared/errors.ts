/** Every refusal Handoff can answer with, from SQL to the page: one code, one HTTP status, one sentence. */
const REFUSALS = {
  NOBOT: { status: 404, message: 'This chatbot doesn’t exist.' },
  NTFND: { status: 404, message: 'This doesn’t exist, or you don’t have access to it.' },
  NOPTH: { status: 404, message: 'This API call doesn’t exist.' },
  NOMTH: { status: 405, message: 'This call doesn’t support that method.' },
  ORIGN: { status: 403, message: 'This site isn’t allowed to use this chatbot.' },
  FORBD: { status: 403, message: 'Your role doesn’t allow this.' },
  TOKMS: { status: 401, message: 'A conversation token is required. Start a session first.' },
  TOKIV: { status: 401, message: 'This conversation token isn’t valid. Start a new session.' },
  KEYMS: { status: 401, message: 'An API key is required.' },
  KEYIV: { status: 401, message: 'This API key isn’t valid or was revoked.' },
  SIGNI: { status: 401, message: 'Please sign in.' },
  BDCTY: { status: 415, message: 'Send JSON with the content type application/json.' },
  BDJSN: { status: 400, message: 'The body isn’t valid JSON.' },
  TOBIG: { status: 413, message: 'The request is too large.' },
  NTUID: { status: 422, message: 'This must be a UUID.' },
  TXTLN: { status: 422, message: 'The text must be between 1 and 4,000 characters.' },
  INVAL: { status: 422, message: 'The request isn’t valid.' },
  RCPTA: { status: 422, message: 'This isn’t a valid e-mail address.' },
  RCPTM: { status: 422, message: 'You can add up to 10 addresses besides the owner.' },
  URLBD: { status: 422, message: 'This address can’t be used for a webhook.' },
  LASTO: { status: 409, message: 'A chatbot always has exactly one owner.' },
  STALE: { status: 409, message: 'This case has changed since you looked.' },
  CLAIM: { status: 409, message: 'Somebody else has claimed this case.' },
  CONFL: { status: 409, message: 'This isn’t possible in the current state.' },
  TOOLT: { status: 409, message: 'It’s too late to undo this.' },
  TOOMY: { status: 429, message: 'Too many requests. Wait a moment, then try again.' },
  UNAVL: { status: 503, message: 'The service can’t be reached right now. Please try again.' },
  INTRN: { status: 500, message: 'Something went wrong on our side.' },
} as const;

/** A stable five-character code: the SQLSTATE in Postgres and `code` in every answer. */
export type RefusalCode = keyof typeof REFUSALS;

/** A refusal on its way to the caller: code, HTTP status, and a sentence a person understands. */
export class AppError extends Error {
  override name = 'AppError';
  readonly status: number;

  constructor(
    readonly code: RefusalCode,
    message: string = REFUSALS[code].message,
    /** What the caller can act on, such as who holds a claim; never internals. */
    readonly detail?: unknown,
    /** Seconds to wait, answered as `Retry-After` (RFC 9110, section 10.2.3). */
    readonly retryAfterSeconds?: number,
  ) {
    super(message);
    this.status = REFUSALS[code].status;
  }
}

/** Whether a string is one of our codes; PostgREST passes SQLSTATEs through as `code`. */
export function isRefusalCode(code: unknown): code is RefusalCode {
  return typeof code === 'string' && Object.hasOwn(REFUSALS, code);
}

/** The HTTP status that belongs to a code. */
export function statusOf(code: RefusalCode): number {
  return REFUSALS[code].status;
}

// 08… connection, 40… rolled back, 53… out of resources, 55P03 lock, 57… cancelled or shut down, PGRST00x pool and cache.
const PASSING = /^(08|40|53|57|55P03|PGRST00)/;

/**
 * Whether an answer speaks of the moment and not of the request, so that the caller may try again: nobody answered (status 0, or
 * the empty code by which client libraries say so), something in front of the service did in its place (502 and above, 429),
 * or the service was busy, as after a deadlock. `code` is what stands in the body, of whatever type.
 */
export function isPassing(status: number, code: unknown): boolean {
  if (status === 0 || status === 429 || status >= 502) return true;
  return typeof code === 'string' && (code === '' || PASSING.test(code));
}
