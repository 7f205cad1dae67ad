// Sends mails through Postmark's batch call and says for each what became of it. The client library loses the answer's
// headers and cannot tell "refused" from "broke off", so its `fetch` is wrapped to see both. Redirects are never followed:
// they would carry the token elsewhere. And it is undici's `fetch`, because Deno's own silently repeats a POST when a connection
// that was used before breaks: a second mail that nobody would know of.
import { ServerClient, Errors } from 'postmark';
import { Agent, fetch as fetchOnce } from 'undici';
import type { AttemptResult } from './delivery.ts';
import type { Mail } from './letter.ts';
import * as outcomes from './outcomes.ts';
import { retryAfter } from './retry-after.ts';

/** Postmark's own limit for one call. */
export const BATCH_MAX = 500;
const CALL_DEADLINE_SECONDS = 20;
/** No further call after this, so that what a claim leased is finished well within its lease. */
const SPLITTING_MAX_MS = 20_000;

/** Connections are kept for the next call of a sweep, not until the service closes them under a call. */
const agent = new Agent({ keepAliveTimeout: 1_000, keepAliveMaxTimeout: 1_000 });

/** Sends the mails and answers with one result each, in the same order. Never throws. */
export type SendMails = (mails: Mail[]) => Promise<AttemptResult[]>;

export interface PostmarkSettings {
  token: string;
  /** Host, with port and path if need be, without a trailing slash. */
  host?: string;
  useHttps?: boolean;
}

/** Makes the sender. Without a token it answers that the channel is not set up. */
export function createSendMails(settings: PostmarkSettings): SendMails {
  if (settings.token.trim() === '') {
    return async (mails) => mails.map(() => outcomes.ofMissingSetting('POSTMARK_SERVER_TOKEN'));
  }
  return async (mails) => {
    const startedAt = performance.now();
    const results = await sendOrSplit(settings, mails, startedAt + SPLITTING_MAX_MS);
    const duration_ms = Math.round(performance.now() - startedAt);
    return results.map((result) => ({ ...result, duration_ms }));
  };
}

/** One unusable message makes Postmark refuse a whole batch; halving it finds that one, and the others are sent. */
async function sendOrSplit(
  settings: PostmarkSettings,
  mails: Mail[],
  until: number,
): Promise<AttemptResult[]> {
  if (mails.length > BATCH_MAX) {
    const first = await sendOrSplit(settings, mails.slice(0, BATCH_MAX), until);
    return [...first, ...(await sendOrSplit(settings, mails.slice(BATCH_MAX), until))];
  }
  if (performance.now() > until) return mails.map(() => outcomes.ofMailSilence(false, 'LATE'));
  const results = await call(settings, mails);
  if (!('refusal' in results)) return results.items;
  if (mails.length === 1 || !outcomes.mayBeOneMessage(results.refusal))
    return mails.map(() => results.refusal);
  const middle = Math.ceil(mails.length / 2);
  const first = await sendOrSplit(settings, mails.slice(0, middle), until);
  return [...first, ...(await sendOrSplit(settings, mails.slice(middle), until))];
}

async function call(
  settings: PostmarkSettings,
  mails: Mail[],
): Promise<{ items: AttemptResult[] } | { refusal: AttemptResult }> {
  const { client, seen } = openClient(settings);
  try {
    const answer: unknown = await client.sendEmailBatch(mails as Parameters<typeof client.sendEmailBatch>[0]);
    const items: unknown[] = Array.isArray(answer) ? answer : [];
    return { items: mails.map((_, index) => outcomes.ofMailItem(items[index], seen.status)) };
  } catch (error) {
    // The library throws its own error for every answer that is not 2xx; when no answer came, its status is 0.
    if (error instanceof Errors.PostmarkError && error.statusCode > 0) {
      const wait = retryAfter(seen.retryAfter);
      return { refusal: outcomes.ofMailRefusal(error.statusCode, error.code, error.message, wait) };
    }
    return { refusal: outcomes.ofMailSilence(!seen.neverConnected, seen.failure ?? 'BROKEN') };
  }
}

interface Seen {
  status: number;
  retryAfter: string | null;
  neverConnected: boolean;
  failure: string | null;
}

/** A client for one call, and what its `fetch` saw. */
function openClient({ token, host = 'api.postmarkapp.com', useHttps = true }: PostmarkSettings) {
  const seen: Seen = { status: 0, retryAfter: null, neverConnected: false, failure: null };
  const client = new ServerClient(token, {
    useHttps,
    requestHost: host,
    timeout: CALL_DEADLINE_SECONDS,
    fetch: async (url, init) => {
      try {
        const options = { ...init, redirect: 'manual', dispatcher: agent } as Parameters<typeof fetchOnce>[1];
        const response = await fetchOnce(String(url), options);
        seen.status = response.status;
        seen.retryAfter = response.headers.get('retry-after');
        return response as unknown as Response;
      } catch (error) {
        Object.assign(seen, diagnosed(error));
        throw error;
      }
    },
  });
  return { client, seen };
}

function diagnosed(error: unknown): Pick<Seen, 'neverConnected' | 'failure'> {
  const { name, cause } = error as Error & { cause?: { code?: string; message?: string } };
  const code = cause?.code ?? (name === 'TimeoutError' ? 'TIMEOUT' : 'NETWORK');
  const neverConnected =
    /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/.test(code) ||
    /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|_SSL_|_TLS_/.test(code) ||
    // Deno refuses a certificate in words alone.
    /certificate/i.test(cause?.message ?? '');
  return { neverConnected, failure: code };
}
