// What the answers of all services have in common; each channel adds what its own refusals mean.
import type { Answer, Verdict } from './channel.ts';

const GONE_SENTENCE = 'The address is no longer valid there. Set the channel up again.';

/**
 * Judges by the status alone: 2xx is taken, 429 and 5xx are tried again, the `gone` ones end the channel, and every other refusal ends
 * the message, which would be refused the same way again.
 */
export function judgeByStatus(answer: Answer, gone: readonly number[]): Verdict {
  const { status, failure, retry_after_seconds } = answer;
  const base = { error_code: null, error: null, retry_after_seconds };
  if (failure) {
    const outcome = failure.kind === 'unclear' ? 'unclear' : 'retry';
    return { ...base, outcome, error_code: failure.code, error: failure.message };
  }
  if (status === null) return { ...base, outcome: 'unclear', error_code: 'NONE', error: 'No answer came.' };
  if (status >= 200 && status < 300) return { ...base, outcome: 'ok', retry_after_seconds: null };
  const error_code = `HTTP${status}`;
  if (gone.includes(status)) return { ...base, outcome: 'gone', error_code, error: GONE_SENTENCE };
  if (status === 429)
    return { ...base, outcome: 'retry', error_code, error: 'The service asked us to slow down.' };
  if (status === 408 || status >= 500) {
    return { ...base, outcome: 'retry', error_code, error: `The service answered ${status}.` };
  }
  if (status < 400) {
    const error = `The service answered ${status}; redirects are not followed.`;
    return { ...base, outcome: 'permanent', error_code, error };
  }
  return { ...base, outcome: 'permanent', error_code, error: `The service refused the message (${status}).` };
}

/** The channel is at its end, and why. */
export function gone(error_code: string, error: string = GONE_SENTENCE): Verdict {
  return { outcome: 'gone', error_code, error, retry_after_seconds: null };
}

/** An answer's body as JSON; an empty object for anything else, also for one of which only the start was read. */
export function jsonOf({ snippet }: Answer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(snippet ?? '');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
