/** What a call that failed leaves behind: our code, `OFFLN` when no answer came at all. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    readonly status = 0,
    readonly retryAfterMs = 0,
  ) {
    super(code);
  }

  /** Whether the same request may succeed later: no answer, an overloaded or a broken server. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}
