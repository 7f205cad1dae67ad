// Keeps the page live while it is open: notices to the desk, joins and losses to the connection, people to the presence.
import { supabaseProject } from '$lib/env';
import type { Subscription } from '$lib/realtime';
import { HOLD_BACK_MILLISECONDS, type Connection } from '$lib/state/connection.svelte';
import type { Presence } from '$lib/state/presence.svelte';
import type { Desk } from './desk.svelte';

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
  let isOver = false;
  const seen = () => connection.seen(document.visibilityState !== 'hidden');
  document.addEventListener('visibilitychange', seen);

  function onJoined(isJoined: boolean) {
    clearTimeout(holdBack);
    if (isJoined) return connection.joined();
    connection.lost();
    holdBack = setTimeout(() => connection.holdBackOver(), HOLD_BACK_MILLISECONDS);
  }

  void import('$lib/realtime').then(async ({ listen }) => {
    if (isOver) return;
    subscription = await listen(supabaseProject(), chatbot_id, me, {
      onNotice: (notice) => desk.notice(notice),
      onCatchUp: () => desk.catchUp(),
      onPresence: (metas) => presence.sync(metas),
      onJoined,
    });
    if (isOver) subscription.close();
    else ready(subscription);
  });

  return () => {
    isOver = true;
    clearTimeout(holdBack);
    document.removeEventListener('visibilitychange', seen);
    subscription?.close();
  };
}
