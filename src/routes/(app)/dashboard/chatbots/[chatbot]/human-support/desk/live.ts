// Keeps the page live while it is open: notices to the desk, joins and losses to the connection, people to the presence.
import { supabaseProject } from '$lib/env';
import type { Subscription } from '$lib/realtime';
import { tidy } from '$lib/push';
import { HOLD_BACK_MILLISECONDS, type Connection } from '$lib/state/connection.svelte';
import type { Presence } from '$lib/state/presence.svelte';
import type { Desk } from './desk.svelte';

const RESTART_MILLISECONDS = 30_000;

/** Starts listening and calls `ready` once others can be told what this window looks at; returns how to stop. */
export function goLive(
  chatbot_id: string,
  me: string,
  parts: { desk: Desk; connection: Connection; presence: Presence },
  ready: (subscription: Subscription) => void,
): () => void {
  const { desk, connection, presence } = parts;
  let holdBack: ReturnType<typeof setTimeout> | undefined;
  let subscription: Subscription | null = null;
  let restart: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  const seen = () => connection.seen(document.visibilityState !== 'hidden');
  document.addEventListener('visibilitychange', seen);

  function onJoined(isJoined: boolean) {
    clearTimeout(holdBack);
    if (isJoined) return connection.joined();
    connection.lost();
    holdBack = setTimeout(() => connection.holdBackOver(), HOLD_BACK_MILLISECONDS);
  }

  async function start() {
    const { listen } = await import('$lib/realtime');
    if (isOver) return;
    subscription = await listen(supabaseProject(), chatbot_id, me, {
      onNotice: (notice) => {
        desk.notice(notice);
        // Somebody may have seen what a notification here is about.
        if (notice.conversation_id) tidy();
      },
      onCatchUp: () => desk.catchUp(),
      onPresence: (metas) => presence.sync(metas),
      onJoined,
    });
    if (isOver) subscription.close();
    else ready(subscription);
  }

  /** The part of the page that listens could not even be loaded: it says so, and reads again while it keeps trying. */
  function startLater() {
    if (isOver) return;
    onJoined(false);
    restart = setTimeout(() => {
      desk.catchUp();
      void start().catch(startLater);
    }, RESTART_MILLISECONDS);
  }

  void start().catch(startLater);

  return () => {
    isOver = true;
    clearTimeout(holdBack);
    clearTimeout(restart);
    document.removeEventListener('visibilitychange', seen);
    subscription?.close();
  };
}
