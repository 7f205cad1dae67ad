/** A receiver may put us off for a week at most; anything longer is a mistake. */
const RETRY_AFTER_MAX_SECONDS = 7 * 24 * 60 * 60;

/** `Retry-After` (RFC 9110, section 10.2.3), a number of seconds or a date, as seconds from now. */
export function retryAfter(header: string | null | undefined, now: number = Date.now()): number | null {
  const text = header?.trim() ?? '';
  const seconds = /^\d{1,10}$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - now) / 1000);
  if (text === '' || Number.isNaN(seconds)) return null;
  return Math.min(Math.max(seconds, 0), RETRY_AFTER_MAX_SECONDS);
}
