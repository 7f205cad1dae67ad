// Notifications in this browser: whether it can show them, turning them on and off, and taking away what somebody has seen. The service
// worker is registered where somebody asks for notifications, and nowhere else.
import { dev } from '$app/environment';
import { ask, noteFault, tell } from '$lib/ask';
import { coalesce } from '$lib/coalesce';

/** `home_screen`: an iPhone or iPad shows them for what is on its Home Screen alone. */
export type PushState = 'unsupported' | 'home_screen' | 'blocked' | 'off' | 'on';

/** Whose notifications this browser shows; nobody's when it is not there. */
const WHOSE = 'handoff-push';
const TIDY_EVERY_MS = 2_000;

/** How it stands with this browser. `isKnown`: the server has it among the person's devices. */
export async function stateOf(publicKey: string | null, isKnown: boolean): Promise<PushState> {
  if (!('serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window)) {
    return isOnApplesTouchScreen() ? 'home_screen' : 'unsupported';
  }
  if (Notification.permission === 'denied') return 'blocked';
  const subscription = await subscriptionOf();
  const isOn = isKnown && Notification.permission === 'granted' && subscription !== null;
  return isOn && keyOf(subscription) === publicKey ? 'on' : 'off';
}

/**
 * Asks for permission and has this browser notified. Must be called from a click. Answers how it stands then; throws `Refused`, or
 * what the browser throws where its push service is out of reach.
 */
export async function turnOn(publicKey: string, user_id: string): Promise<PushState> {
  const permission = await Notification.requestPermission();
  if (permission !== 'granted') return permission === 'denied' ? 'blocked' : 'off';
  await navigator.serviceWorker.register('/service-worker.js', { type: dev ? 'module' : 'classic' });
  const { pushManager } = await navigator.serviceWorker.ready;
  let subscription = await pushManager.getSubscription();
  if (subscription && keyOf(subscription) !== publicKey) {
    await subscription.unsubscribe();
    subscription = null;
  }
  subscription ??= await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey });
  await save(subscription, user_id);
  return 'on';
}

/** Ends the subscription; the device itself is removed by the server. */
export async function turnOff(): Promise<void> {
  localStorage.removeItem(WHOSE);
  await (await subscriptionOf())?.unsubscribe().catch(noteFault);
}

/** Where somebody else has signed in without the one before having signed out, it is they who are notified from now on. */
export async function adopt(user_id: string): Promise<void> {
  const whose = localStorage.getItem(WHOSE);
  if (!whose || whose === user_id) return;
  const subscription = await subscriptionOf();
  if (subscription) await save(subscription, user_id);
}

async function save(subscription: PushSubscription, user_id: string): Promise<void> {
  await tell('/account/devices', { subscription, label: labelOf(navigator.userAgent) });
  localStorage.setItem(WHOSE, user_id);
}

const tidying = coalesce(() => takeAway().catch(noteFault), TIDY_EVERY_MS);
/** Takes away the notifications of cases that somebody has seen, and sets the badge; asked often, it looks once in two seconds. */
export const tidy = (): void => tidying.request();

async function takeAway(): Promise<void> {
  if (localStorage.getItem(WHOSE) === null) return;
  const registration = await navigator.serviceWorker?.getRegistration();
  if (!registration) return;
  const { count, conversation_ids } = await ask<{ count: number; conversation_ids: string[] }>(
    '/session/unseen',
  );
  const unseen = new Set(conversation_ids);
  for (const notification of await registration.getNotifications()) {
    if (notification.tag.includes('-') && !unseen.has(notification.tag)) notification.close();
  }
  await (count > 0 ? navigator.setAppBadge?.(count) : navigator.clearAppBadge?.());
}

/** Calls back with the path that a notification leads to, when one is tapped; returns how to stop. */
export function onOpen(open: (path: string) => void): () => void {
  const { serviceWorker } = navigator;
  const hear = ({ data }: MessageEvent<{ open?: unknown } | null>) => {
    if (typeof data?.open === 'string') open(data.open);
  };
  serviceWorker?.addEventListener('message', hear);
  return () => serviceWorker?.removeEventListener('message', hear);
}

async function subscriptionOf(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker?.getRegistration();
  return (await registration?.pushManager?.getSubscription()) ?? null;
}

function keyOf({ options }: PushSubscription): string {
  const bytes = new Uint8Array(options.applicationServerKey ?? new ArrayBuffer(0));
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function isOnApplesTouchScreen(): boolean {
  const { userAgent, maxTouchPoints } = navigator;
  return /iPhone|iPad|iPod/.test(userAgent) || (userAgent.includes('Macintosh') && maxTouchPoints > 1);
}

const BROWSERS: [RegExp, string][] = [
  [/Edg(e|A|iOS)?\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrome\/|CriOS\//, 'Chrome'],
  [/Safari\//, 'Safari'],
];
const SYSTEMS: [RegExp, string][] = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/CrOS/, 'ChromeOS'],
  [/Macintosh/, 'Mac'],
  [/Linux/, 'Linux'],
];

/** What a browser is called in the list of devices until somebody names it: "Chrome on Windows". */
export function labelOf(userAgent: string): string {
  const named = (list: [RegExp, string][]) => list.find(([pattern]) => pattern.test(userAgent))?.[1];
  return [named(BROWSERS) ?? 'A browser', named(SYSTEMS)].filter(Boolean).join(' on ');
}
