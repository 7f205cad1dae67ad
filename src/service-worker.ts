// Shows what the push service hands over, and opens the case when it is tapped. It answers no request and keeps nothing: a page is always
// the server's. Browsers that know declarative push messages do the first part by themselves (Push API, "declarative push message").
/// <reference no-default-lib="true"/>
/// <reference lib="esnext" />
/// <reference lib="webworker" />

const worker = globalThis as unknown as ServiceWorkerGlobalScope;
const ICON = '/icon-192.png';
/** Pages that listen for where to go. */
const LISTENING = /^\/(dashboard|account)(\/|$)/;

interface Message {
  notification: {
    title: string;
    body: string;
    navigate: string;
    lang: string;
    dir: NotificationDirection;
    tag: string;
    silent: boolean;
  };
  app_badge: number;
}

worker.addEventListener('install', () => void worker.skipWaiting());
worker.addEventListener('activate', (event) => event.waitUntil(begin()));
worker.addEventListener('push', (event) => event.waitUntil(show(event.data?.json() as Message)));
worker.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open((event.notification.data as { navigate?: string } | null)?.navigate));
});
worker.addEventListener('pushsubscriptionchange', (event) =>
  event.waitUntil(renew(event as PushSubscriptionChangeEvent)),
);

async function begin(): Promise<void> {
  await worker.clients.claim();
  await tidy();
}

/** Browsers take the right to push away from whoever shows nothing, so also what has been seen meanwhile is shown. */
async function show({ notification, app_badge }: Message): Promise<void> {
  const { title, navigate, ...shown } = notification;
  const options = { ...shown, data: { navigate }, icon: ICON, badge: ICON, renotify: true };
  await worker.registration.showNotification(title, options);
  await setBadge(app_badge);
  await tidy(notification.tag);
}

/** Takes away what is about cases that somebody has seen; `kept` has just come. */
async function tidy(kept?: string): Promise<void> {
  const shown = await worker.registration.getNotifications();
  if (shown.length === 0) return;
  const answer = await fetch('/session/unseen', { headers: { accept: 'application/json' } }).catch(
    () => null,
  );
  if (!answer?.ok) return;
  const { count, conversation_ids } = (await answer.json()) as { count: number; conversation_ids: string[] };
  for (const { tag, close } of shown.map((one) => ({ tag: one.tag, close: () => one.close() }))) {
    if (tag.includes('-') && tag !== kept && !conversation_ids.includes(tag)) close();
  }
  await setBadge(count);
}

async function setBadge(count: number): Promise<void> {
  // What is not installed has no badge.
  await (count > 0 ? worker.navigator.setAppBadge?.(count) : worker.navigator.clearAppBadge?.())?.catch(
    () => undefined,
  );
}

/** In a page of ours that is open, best one that shows the same list; else in a new one. */
async function open(address = '/dashboard'): Promise<void> {
  const target = new URL(address, worker.location.origin);
  if (target.origin !== worker.location.origin) return;
  const pages = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const listening = pages.filter(({ url }) => LISTENING.test(new URL(url).pathname));
  const page = listening.find(({ url }) => new URL(url).pathname === target.pathname) ?? listening[0];
  if (!page) return void (await worker.clients.openWindow(target));
  page.postMessage({ open: target.pathname + target.search });
  await page.focus();
}

/** The push service has replaced the subscription. */
async function renew({ newSubscription, oldSubscription }: PushSubscriptionChangeEvent): Promise<void> {
  const applicationServerKey = oldSubscription?.options.applicationServerKey ?? (await publicKey());
  const subscription =
    newSubscription ??
    (await worker.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey }));
  await fetch('/account/devices', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ subscription }),
  });
}

async function publicKey(): Promise<string | null> {
  const answer = await fetch('/account/devices', { headers: { accept: 'application/json' } });
  return ((await answer.json()) as { public_key: string | null }).public_key;
}
