// The only Supabase client in the browser, and it only listens. A notice says that something changed, never what: the page
// reads again under row-level security. It is loaded after the page is shown, in the signed-in part only.
import { pacePresence } from '$lib/presence-pace';
import type { PresenceMeta } from '$lib/state/presence.svelte';

/** What a notice carries. */
export interface Notice {
  type: string;
  conversation_id: string | null;
  escalation_id: string | null;
  version: number | null;
  seq?: number;
  user_id?: string;
}

export interface Listener {
  onNotice: (notice: Notice) => void;
  /** Joined or lost; whoever shows it holds brief losses back. */
  onJoined: (isJoined: boolean) => void;
  /** Notices may have been missed: read again. */
  onCatchUp: () => void;
  onPresence: (metas: PresenceMeta[]) => void;
}

export interface Subscription {
  /** Tells the others what this window is looking at. */
  track: (meta: PresenceMeta) => void;
  close: () => void;
}

/** How often the page reads again while no notice can reach it. */
const POLL_MILLISECONDS = 30_000;
/** How often it does so while joined: a notice that the database failed to send leaves no trace. */
const SAFETY_POLL_MILLISECONDS = 120_000;
const HEARTBEAT_MILLISECONDS = 15_000;
/** A token that expires before the next heartbeat would end the channel. */
const TOKEN_MARGIN_SECONDS = 60;
/**
 * How long to wait before trying again, in milliseconds: every second for the first half minute, then ever more seldom; a fifth
 * more or less, so that not all pages come back in one moment.
 */
function pauseAfter(failures: number): number {
  const pause = failures < 30 ? 1000 : failures < 60 ? 3000 : 10_000;
  return pause * (0.8 + 0.4 * Math.random());
}

/** Asks our server for the short-lived token, and keeps it while it lasts. */
function createTokenSource(): () => Promise<string | null> {
  let token: { access_token: string; expires_at: number } | null = null;
  return async () => {
    if (token && token.expires_at - TOKEN_MARGIN_SECONDS > Date.now() / 1000) return token.access_token;
    const response = await fetch('/session/token', { headers: { accept: 'application/json' } });
    token = response.ok ? ((await response.json()) as typeof token) : null;
    return token?.access_token ?? null;
  };
}

/** Where the team is told what happens; another place after somebody has left it. Null for whoever is not in it. */
async function topicOf(chatbot_id: string): Promise<string | null> {
  const headers = { accept: 'application/json' };
  const response = await fetch(`/session/topic?chatbot=${chatbot_id}`, { headers });
  if (response.status === 404) return null;
  if (!response.ok) throw new Error('The topic could not be asked for.');
  return ((await response.json()) as { topic: string }).topic;
}

/** Listens to one chatbot until closed, coming back by itself whenever the connection or the token was lost. */
export async function listen(
  project: { url: string; key: string },
  chatbot_id: string,
  user_id: string,
  listener: Listener,
): Promise<Subscription> {
  const { RealtimeClient } = await import('@supabase/supabase-js');
  const token = createTokenSource();
  const client = new RealtimeClient(`${project.url.replace(/^http/, 'ws')}/realtime/v1`, {
    params: { apikey: project.key },
    heartbeatIntervalMs: HEARTBEAT_MILLISECONDS,
    accessToken: token,
  });
  let isClosed = false;
  /** Null until the first join has succeeded or failed. */
  let isJoined: boolean | null = null;
  let failures = 0;
  let turn = 0;
  let topic: string | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let tracked: PresenceMeta | null = null;
  const pace = pacePresence<PresenceMeta>((meta) => {
    if (isJoined) void channel?.track(meta);
  });
  let channel: ReturnType<typeof client.channel> | null = null;

  function tell(joined: boolean) {
    if (isJoined === joined) return;
    isJoined = joined;
    listener.onJoined(joined);
  }

  /** The library rejoins after a lost socket; a channel that the server closed, or that the team has left, has to be made anew. */
  async function join() {
    clearTimeout(retry);
    if (isClosed) return;
    const mine = ++turn;
    // The library would go on without one, and wait for ten seconds to be let in.
    if ((await token()) === null) throw new Error('There is no token to join with.');
    await client.setAuth();
    topic ??= await topicOf(chatbot_id);
    if (isClosed || mine !== turn) return;
    if (topic === null) return leave();
    const left = channel;
    channel = null;
    if (left) await client.removeChannel(left);
    if (isClosed || mine !== turn) return;
    const joining = client.channel(topic, {
      config: { private: true, presence: { key: user_id, enabled: true } },
    });
    channel = joining;
    joining
      .on('broadcast', { event: '*' }, ({ event, payload }) => {
        const notice = { ...(payload as Omit<Notice, 'type'>), type: event };
        if (event === 'member.removed') {
          if (notice.user_id === user_id) return leave();
          topic = null;
          void join().catch(failed);
        }
        listener.onNotice(notice);
      })
      .on('presence', { event: 'sync' }, () => {
        listener.onPresence(Object.values(joining.presenceState<PresenceMeta>()).flat());
      })
      .subscribe((status) => {
        if (joining !== channel || isClosed) return;
        if (status === 'SUBSCRIBED') {
          failures = 0;
          clearTimeout(retry);
          tell(true);
          if (tracked) void joining.track(tracked);
          listener.onCatchUp();
          void followTopic();
        } else failed();
      });
  }

  /** A lost line is joined again where it was; what is refused after that may be because the team has moved. */
  function failed() {
    tell(false);
    if (failures > 0) topic = null;
    clearTimeout(retry);
    retry = setTimeout(() => void join().catch(failed), pauseAfter(failures++));
  }

  /** Nothing more is for this person: the page goes to where that is said. */
  function leave() {
    close();
    location.assign('/dashboard?removed');
  }

  /** The word that the team has moved may have been lost as well. */
  async function followTopic() {
    const found = await topicOf(chatbot_id).catch(() => topic);
    if (!isJoined || found === topic) return;
    topic = null;
    void join().catch(failed);
  }

  function backAgain() {
    if (document.visibilityState === 'hidden') return;
    listener.onCatchUp();
    if (isJoined) return;
    failures = 0;
    void join().catch(failed);
  }

  const offline = () => tell(false);
  addEventListener('online', backAgain);
  addEventListener('offline', offline);
  document.addEventListener('visibilitychange', backAgain);
  let sinceRead = 0;
  const poll = setInterval(() => {
    sinceRead += POLL_MILLISECONDS;
    if (isJoined && sinceRead < SAFETY_POLL_MILLISECONDS) return;
    sinceRead = 0;
    listener.onCatchUp();
    void followTopic();
  }, POLL_MILLISECONDS);

  function close() {
    isClosed = true;
    pace.cancel();
    clearTimeout(retry);
    clearInterval(poll);
    removeEventListener('online', backAgain);
    removeEventListener('offline', offline);
    document.removeEventListener('visibilitychange', backAgain);
    void client.removeAllChannels().then(() => client.disconnect());
  }

  await join().catch(failed);

  return {
    track(meta) {
      if (JSON.stringify(meta) === JSON.stringify(tracked)) return;
      tracked = meta;
      pace.tell(meta);
    },
    close,
  };
}

const ROUND_TRIP_MILLISECONDS = 8000;

/** Once round, for the health page: joins a private topic, has the database say a word there, and hears it. Never throws. */
export async function roundTrip(
  project: { url: string; key: string },
  chatbot_id: string,
): Promise<{ took_ms: number } | { because: string }> {
  const { RealtimeClient } = await import('@supabase/supabase-js');
  const client = new RealtimeClient(`${project.url.replace(/^http/, 'ws')}/realtime/v1`, {
    params: { apikey: project.key },
    accessToken: createTokenSource(),
  });
  const nonce = crypto.randomUUID();
  let asked_at = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    await client.setAuth();
    return await new Promise((resolve) => {
      const give = (because: string) => resolve({ because });
      timer = setTimeout(
        () => give(asked_at ? 'What the database says is not heard.' : 'This browser is not let in.'),
        ROUND_TRIP_MILLISECONDS,
      );
      client
        .channel(`health:${nonce}`, { config: { private: true } })
        .on('broadcast', { event: 'health.ping' }, () =>
          resolve({ took_ms: Math.round(performance.now() - asked_at) }),
        )
        .subscribe((status) => {
          if (status === 'CHANNEL_ERROR' || status === 'TIMED_OUT')
            return give('This browser is not let in.');
          if (status !== 'SUBSCRIBED' || asked_at > 0) return;
          asked_at = performance.now();
          void fetch(`/dashboard/chatbots/${chatbot_id}/health/ping`, {
            method: 'POST',
            headers: { accept: 'application/json', 'content-type': 'application/json' },
            body: JSON.stringify({ nonce }),
          }).then(
            async (response) => {
              if (!response.ok) give('The database refuses to speak.');
              // What is left unread keeps its connection.
              await response.text();
            },
            () => give('The app doesn’t answer.'),
          );
        });
    });
  } catch {
    return { because: 'This browser can’t open a web socket.' };
  } finally {
    clearTimeout(timer);
    void client.removeAllChannels().then(() => client.disconnect());
  }
}
