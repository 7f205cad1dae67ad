/**
 * Live hints: Supabase Realtime's channel protocol (Phoenix, version 2) over a bare WebSocket. A hint only says "look
 * now"; what is true is always read from the API, so a lost or a forged one costs nothing. Polling stands behind it.
 */
const HEARTBEAT_MS = 25_000;
const LONGEST_PAUSE_MS = 30_000;

export interface Hints {
  /** The topics to listen to, without the `realtime:` prefix; an empty list closes the line. */
  listen(topics: string[]): void;
  /** Whether every wanted topic is joined, so that polling may slow down. */
  isLive(): boolean;
}

export type OpenHints = typeof openHints;

export function openHints(server: { url: string; key: string }, onHint: (topic: string) => void): Hints {
  const address = new URL(`${server.url.replace(/^http/, 'ws').replace(/\/+$/, '')}/websocket`);
  address.search = String(new URLSearchParams({ apikey: server.key, vsn: '2.0.0' }));
  const joined = new Set<string>();
  let wanted: string[] = [];
  let socket: WebSocket | null = null;
  let failures = 0;
  let ref = 0;
  let isHeartbeatOpen = false;
  let heartbeat: ReturnType<typeof setInterval> | undefined;
  let reconnect: ReturnType<typeof setTimeout> | undefined;

  const push = (topic: string, event: string, payload: object, joinRef: string | null = null) =>
    socket?.send(JSON.stringify([joinRef, String(++ref), topic, event, payload]));

  function join(topic: string): void {
    const config = {
      broadcast: { self: false, ack: false },
      presence: { key: '', enabled: false },
      private: false,
    };
    push(`realtime:${topic}`, 'phx_join', { config: { ...config, postgres_changes: [] } }, String(ref + 1));
  }

  function connect(): void {
    clearTimeout(reconnect);
    if (socket || !wanted.length) return;
    try {
      socket = new WebSocket(address);
    } catch {
      // A host's CSP may forbid it; then polling alone serves.
      return;
    }
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      isHeartbeatOpen = false;
      wanted.forEach(join);
      heartbeat = setInterval(beat, HEARTBEAT_MS);
    };
    socket.onmessage = ({ data }) => hear(data);
    socket.onclose = () => {
      clearInterval(heartbeat);
      socket = null;
      joined.clear();
      if (!wanted.length) return;
      const pause = Math.min(1_000 * 2 ** failures++, LONGEST_PAUSE_MS);
      reconnect = setTimeout(connect, pause * (0.75 + Math.random() / 2));
    };
  }

  function beat(): void {
    if (isHeartbeatOpen) return socket?.close();
    isHeartbeatOpen = true;
    push('phoenix', 'heartbeat', {});
  }

  function hear(data: unknown): void {
    const [topic, event, payload] = readFrame(data);
    const name = topic.replace(/^realtime:/, '');
    if (topic === 'phoenix') isHeartbeatOpen = false;
    else if (event === 'broadcast') onHint(name);
    else if (event === 'phx_close' || event === 'phx_error') joined.delete(name);
    else if (
      event === 'phx_reply' &&
      payload?.status === 'ok' &&
      wanted.includes(name) &&
      !joined.has(name)
    ) {
      failures = 0;
      joined.add(name);
      // What happened between the last look and this join was not announced to us.
      onHint(name);
    }
  }

  return {
    listen(topics) {
      const added = topics.filter((topic) => !wanted.includes(topic));
      const removed = wanted.filter((topic) => !topics.includes(topic));
      wanted = topics;
      if (!topics.length) {
        clearTimeout(reconnect);
        socket?.close();
      } else if (socket?.readyState === WebSocket.OPEN) {
        for (const topic of removed) {
          joined.delete(topic);
          push(`realtime:${topic}`, 'phx_leave', {});
        }
        added.forEach(join);
      } else connect();
    },
    isLive: () => wanted.length > 0 && wanted.every((topic) => joined.has(topic)),
  };
}

type Frame = [topic: string, event: string, payload: { status?: string } | null];

/** Text frames are JSON; binary ones (kind 4) are broadcasts, of which only the topic matters here. */
export function readFrame(data: unknown): Frame {
  try {
    if (typeof data === 'string') {
      const [, , topic, event, payload] = JSON.parse(data);
      return [String(topic), String(event), payload];
    }
    const bytes = new Uint8Array(data as ArrayBuffer);
    if (bytes[0] !== 4) return ['', '', null];
    return [new TextDecoder().decode(bytes.subarray(5, 5 + bytes[1]!)), 'broadcast', null];
  } catch {
    return ['', '', null];
  }
}
