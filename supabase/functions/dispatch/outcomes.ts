// What every answer means, in one table: whoever wonders why a delivery was tried again, given up or held back, finds it
// here. The rule behind it: what nobody accepted is tried again; what can never succeed ends with its reason; what is wrong
// with our account holds the channel instead of burning every delivery's attempts; and what may have arrived says so.
import { cut } from '../_shared/clean.ts';
import type { AttemptResult, Outcome } from './delivery.ts';
import type { PostResult } from './post-result.ts';

/** How much of a service's own words is kept, in characters. */
const ERROR_MAX_LENGTH = 500;

/** By Postmark's ErrorCode, in an item of a batch or in the body of an HTTP 422. */
const BY_ERROR_CODE: Record<number, Outcome> = {
  0: 'ok',
  10: 'pause', // bad token
  100: 'retry', // maintenance
  300: 'permanent', // this message is not valid
  400: 'pause', // sender signature missing
  401: 'pause', // sender signature unconfirmed
  402: 'permanent', // not JSON: this message cannot be written
  403: 'permanent', // a field has the wrong type
  405: 'pause', // out of credits
  406: 'suppressed', // inactive recipient
  409: 'retry', // our request's headers, not this message
  410: 'retry', // over 500 in a batch
  411: 'permanent', // attachment
  412: 'pause', // account awaits approval
  413: 'pause', // account may not send
  429: 'retry', // too many requests, in older lists
  1235: 'pause', // stream unknown
  1236: 'pause', // stream does not send
};

/** By HTTP status, when the status alone has to tell; 422 is judged by its ErrorCode. */
const BY_MAIL_STATUS: Record<number, Outcome> = {
  401: 'pause',
  403: 'pause',
  404: 'pause', // not Postmark at that address
  413: 'permanent', // one message alone is too large
  415: 'retry',
  429: 'retry',
};

/** Codes in the 500s are about signatures and the account too, so a code never counts as passing because it looks like 5xx. */
function byErrorCode(code: number): Outcome {
  return BY_ERROR_CODE[code] ?? (code >= 500 && code < 600 ? 'pause' : 'retry');
}

/** One item of Postmark's answer. Shapes that Postmark does not document are possible, so nothing is taken for granted. */
export interface MailItem {
  ErrorCode?: unknown;
  Message?: unknown;
  MessageID?: unknown;
}

/** The receipt of one mail in an accepted batch. Inactive recipients may hide in the message of an otherwise good answer. */
export function ofMailItem(item: unknown, statusCode: number): AttemptResult {
  const { ErrorCode, Message, MessageID } = (item ?? {}) as MailItem;
  if (typeof ErrorCode !== 'number') return ofUnreadableAnswer(statusCode);
  const message = typeof Message === 'string' ? cut(Message, ERROR_MAX_LENGTH) : null;
  // One mail has one recipient, so "partly" inactive means: not delivered to anybody.
  const isInactive = ErrorCode === 0 && /will not deliver to these inactive/i.test(message ?? '');
  const outcome = isInactive ? 'suppressed' : byErrorCode(ErrorCode);
  return {
    outcome,
    status_code: statusCode,
    error_code: outcome === 'ok' ? null : String(isInactive ? 406 : ErrorCode),
    error: outcome === 'ok' ? null : message,
    provider_message_id: typeof MessageID === 'string' ? cut(MessageID, 200) : null,
  };
}

/** A call that Postmark refused as a whole. */
export function ofMailRefusal(
  statusCode: number,
  errorCode: number,
  message: string,
  retryAfterSeconds: number | null,
): AttemptResult {
  const outcome = statusCode === 422 ? byErrorCode(errorCode) : (BY_MAIL_STATUS[statusCode] ?? 'retry');
  return {
    outcome: outcome === 'ok' ? 'retry' : outcome,
    status_code: statusCode,
    error_code: errorCode === 0 ? `HTTP${statusCode}` : String(errorCode),
    error: cut(message, ERROR_MAX_LENGTH),
    retry_after_seconds: retryAfterSeconds,
  };
}

/** Whether a refusal may be one bad message's fault, so that the others deserve a call without it. */
export function mayBeOneMessage({ status_code, outcome }: AttemptResult): boolean {
  return (
    status_code === 413 || (status_code === 422 && (outcome === 'permanent' || outcome === 'suppressed'))
  );
}

/** No answer at all. `wasSent` is false only when it is certain that no connection came about. */
export function ofMailSilence(wasSent: boolean, code: string): AttemptResult {
  return {
    outcome: wasSent ? 'unclear' : 'retry',
    status_code: null,
    error_code: code,
    error: wasSent
      ? 'The mail service didn’t answer completely; the message may have been sent.'
      : 'The mail service couldn’t be reached.',
  };
}

/** An answer of 2xx that cannot be read, or that lacks this mail. */
export function ofUnreadableAnswer(statusCode: number): AttemptResult {
  return {
    outcome: 'unclear',
    status_code: statusCode,
    error_code: 'UNREADABLE',
    error: 'The mail service’s answer couldn’t be read; the message may have been sent.',
  };
}

/** A delivery whose row lacks what its mail needs to say. */
export function ofUnwritableMail(): AttemptResult {
  const error = 'This e-mail couldn’t be written.';
  return { outcome: 'permanent', status_code: null, error_code: 'COMPOSE', error };
}

/** A message that could not be put into the words of its service. */
export function ofUnwritableMessage(): AttemptResult {
  const error = 'This message couldn’t be written.';
  return { outcome: 'permanent', status_code: null, error_code: 'COMPOSE', error };
}

/** The channel is not set up; everything waits until it is. */
export function ofMissingSetting(name: string): AttemptResult {
  return { outcome: 'pause', status_code: null, error_code: 'UNSET', error: `${name} is not set.` };
}

/** What a webhook's receiver answered: 2xx is success, 410 the end, everything else another try. */
export function ofPost({
  status,
  failure,
  snippet,
  duration_ms,
  retry_after_seconds,
}: PostResult): AttemptResult {
  const base = { status_code: status, response_snippet: snippet, duration_ms, retry_after_seconds };
  if (status === 410) {
    return { ...base, outcome: 'gone', error_code: 'HTTP410', error: 'The receiver is permanently gone.' };
  }
  // An answer that broke off may stand for work that broke off: better once more, under the same id.
  if (failure) {
    const outcome = failure.kind === 'unclear' ? 'unclear' : 'retry';
    return { ...base, outcome, error_code: failure.code, error: failure.message };
  }
  if (status !== null && status >= 200 && status < 300) {
    return { ...base, outcome: 'ok', error_code: null, error: null };
  }
  const error =
    status !== null && status >= 300 && status < 400
      ? `The receiver answered ${status}; redirects are not followed.`
      : `The receiver answered ${status}.`;
  return { ...base, outcome: 'retry', error_code: `HTTP${status}`, error };
}
