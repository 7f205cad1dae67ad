// One attempt at one channel: find its folder, say it in the service's words, post it, and have the answer judged. What was entered is
// judged once more before it is used. No address and no token gets any further than the request itself: not into the receipt, not into
// the log, also when the service repeats it.
import { CHANNELS } from '../_shared/channels/all.ts';
import type { ChannelRequest, Notice, Settings, Verdict } from '../_shared/channels/channel.ts';
import type { AttemptResult, Delivery, Purpose } from './delivery.ts';
import type { SafePost } from './safe-post.ts';

/** Shorter parts of an address are words that stand in any answer. */
const TELLING_PART_LENGTH = 8;

const KINDS: Partial<Record<Purpose, Notice['kind']>> = {
  alert: 'escalated',
  reminder: 'waiting',
  contact: 'contact',
  summary: 'summary',
  test: 'test',
  acknowledge: 'seen',
  resolve: 'resolved',
};

/** Tells a channel of a claimed delivery. With `origin` every service is called there instead: where tests listen. */
export async function sendChannel(
  post: SafePost,
  delivery: Delivery,
  origin: string | null = null,
): Promise<AttemptResult> {
  const channel = CHANNELS[delivery.channel?.kind ?? ''];
  const notice = noticeOf(delivery);
  if (!channel || !delivery.channel || !notice) return ended('MISSING', 'The channel no longer exists.');
  const { settings } = delivery.channel;
  const valid = channel.validate(settings);
  if ('problem' in valid) return { ...ended('SETTINGS', valid.problem), outcome: 'gone' };
  const words = channel.words(notice);
  if (!words) return ended('UNSAID', 'This service isn’t told of that.');
  const { url, ...request }: ChannelRequest = channel.send(valid.settings, words);
  const answer = await post({ ...request, url: origin === null ? url : moved(url, origin) });
  const verdict: Verdict = channel.judge(answer);
  return {
    ...verdict,
    status_code: answer.status,
    duration_ms: answer.duration_ms,
    response_snippet:
      verdict.outcome === 'ok'
        ? null
        : withoutSecrets(answer.snippet, secretsOf(channel.description, settings)),
  };
}

/** What the delivery is about, as every channel is told it; null for what channels are not told of. */
function noticeOf({ id, purpose, chatbot, channel, escalation, data }: Delivery): Notice | null {
  const kind = KINDS[purpose];
  if (!kind || !channel) return null;
  const number = (key: string) => Number(data?.[key] ?? 0);
  const waiting = number('count') + number('waiting');
  // A summary of nothing but contact details says that.
  const isOfContacts = kind === 'summary' && waiting === 0;
  return {
    kind: isOfContacts ? 'contact' : kind,
    chatbot: chatbot.name,
    reference: escalation?.reference ?? null,
    question: escalation?.question ?? '',
    escalated_at: escalation?.escalated_at ?? null,
    waiting_minutes: kind === 'waiting' ? number('minutes') : 0,
    count: kind === 'summary' ? waiting || number('contacts') : 1,
    by: null,
    url: escalation?.url ?? channel.url,
    // What ends a test has the test's.
    incident: escalation?.id ?? (typeof data?.['incident'] === 'string' ? data['incident'] : id),
  };
}

function ended(error_code: string, error: string): AttemptResult {
  return { outcome: 'permanent', status_code: null, error_code, error };
}

function moved(url: string, origin: string): string {
  const { pathname, search } = new URL(url);
  return new URL(pathname + search, origin).href;
}

function secretsOf(
  { fields }: { fields: { name: string; is_secret: boolean }[] },
  settings: Settings,
): string[] {
  return fields.filter(({ is_secret }) => is_secret).flatMap(({ name }) => settings[name] ?? []);
}

/** The service's words; null if they repeat a secret, or a part of one by which it could be known. */
function withoutSecrets(snippet: string | null, secrets: string[]): string | null {
  const text = snippet?.toLowerCase() ?? '';
  const telling = secrets.flatMap((secret) => [
    secret,
    ...secret.split(/[^\p{L}\p{N}_-]+/u).filter((part) => part.length >= TELLING_PART_LENGTH),
  ]);
  return telling.some((part) => text.includes(part.toLowerCase())) ? null : snippet;
}
