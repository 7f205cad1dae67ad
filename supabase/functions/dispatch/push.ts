// One attempt at one device: say it in the declarative form that browsers show by themselves, or our service worker for them, encrypt
// it, post it, say what came of it. Chatbot and reference are all that is said: what a visitor typed never leaves for a lock screen.
import { judgeByStatus } from '../_shared/channels/judging.ts';
import { inHeader, shortened } from '../_shared/mail-text.ts';
import type { AttemptResult, Delivery } from './delivery.ts';
import type { SafePost } from './safe-post.ts';
import { authorization, encrypted } from './web-push.ts';

/** A declarative push message (Push API, "declarative push message"), as every device is sent it. */
export interface PushMessage {
  web_push: 8030;
  notification: {
    title: string;
    body: string;
    /** Absolute: where a click leads. */
    navigate: string;
    lang: 'en';
    dir: 'auto';
    /** The case; a later word about it replaces the one before. */
    tag: string;
    silent: false;
  };
  /** How many cases nobody has seen. */
  app_badge: number;
}

const NAME_MAX = 60;
/** How long a push service keeps it for a device that is off, in seconds: a word about a case for half a day, a test for a minute. */
const TTL_SECONDS = 12 * 60 * 60;
const TEST_TTL_SECONDS = 60;
/** The browser has withdrawn its subscription (RFC 8030, section 7.3; 404 as push services answer it, too). */
const GONE = [404, 410];
const GONE_SENTENCE = 'The browser no longer takes notifications. It has been removed from the devices.';

/** Notifies a claimed delivery's device. Throws for keys that are none. */
export async function sendPush(post: SafePost, delivery: Delivery, nowMs: number): Promise<AttemptResult> {
  const { device, purpose } = delivery;
  const message = messageOf(delivery);
  if (!device || !message) return ended('MISSING', 'The device no longer exists.');
  if (!device.keys) return ended('KEYS', 'The push keys in Vault can’t be used.');
  const body = await encrypted(new TextEncoder().encode(JSON.stringify(message)), device);
  const isTest = purpose === 'test';
  const headers = {
    authorization: await authorization(device.endpoint, device.keys, device.app_url, nowMs),
    'content-type': 'application/octet-stream',
    'content-encoding': 'aes128gcm',
    ttl: String(isTest ? TEST_TTL_SECONDS : TTL_SECONDS),
    urgency: 'high',
    // At most 32 characters of base64url, which is what an id without its dashes is (RFC 8030, section 5.4).
    topic: message.notification.tag.replaceAll('-', ''),
  };
  const answer = await post({ url: device.endpoint, headers, body });
  const verdict = judgeByStatus(answer, GONE);
  return {
    ...verdict,
    error: verdict.outcome === 'gone' ? GONE_SENTENCE : verdict.error,
    status_code: answer.status,
    duration_ms: answer.duration_ms,
    // Push services repeat the address, which is as good as a secret.
    response_snippet: null,
  };
}

/** What the device shows; null for what devices are not told of. */
export function messageOf({
  purpose,
  chatbot,
  conversation_id,
  escalation,
  data,
  device,
}: Delivery): PushMessage | null {
  const words = wordsOf(purpose, data);
  if (!words || !device) return null;
  const text = (key: string) => (typeof data?.[key] === 'string' ? data[key] : null);
  const isTest = purpose === 'test';
  return {
    web_push: 8030,
    notification: {
      title: isTest ? words : `${shortened(inHeader(chatbot.name), NAME_MAX)}: ${words}`,
      body:
        escalation?.reference ??
        text('reference') ??
        (isTest ? 'This device will be notified of escalations.' : 'Open the dashboard'),
      navigate: escalation?.url ?? text('url') ?? `${device.app_url}/account`,
      lang: 'en',
      dir: 'auto',
      tag: isTest ? 'test' : (conversation_id ?? chatbot.id),
      silent: false,
    },
    app_badge: device.unseen,
  };
}

function wordsOf(purpose: Delivery['purpose'], data: Delivery['data']): string | null {
  const number = (key: string) => Number(data?.[key] ?? 0);
  switch (purpose) {
    case 'alert':
      return 'a visitor asked for a person';
    case 'reminder':
      return `nobody has looked for ${counted(number('minutes'), 'minute')}`;
    case 'assigned':
      return 'a case was given to you';
    case 'mentioned':
      return 'a note names you';
    case 'summary':
      return `${counted(number('count') + number('waiting'), 'more request')} for a person`;
    case 'test':
      return 'Handoff: this is a test, and it works';
    default:
      return null;
  }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function ended(error_code: string, error: string): AttemptResult {
  return { outcome: 'permanent', status_code: null, error_code, error };
}
