import { textFanout, type Fanout } from './framing.ts';
import { Presence, type PresenceDiff } from './presence.ts';

/** Who joined a topic, and is handed what is published to it. */
export interface Listener {
  readonly topic: string;
  readonly isPrivate: boolean;
  deliver(message: Fanout): void;
}

/** Everybody who joined one topic publicly, or one topic privately: two audiences, never mixed. */
export class Audience {
  readonly listeners = new Set<Listener>();
  readonly presence = new Presence<Listener>();
  readonly #topic: string;

  constructor(topic: string) {
    this.#topic = topic;
  }

  publish(message: Fanout, except?: Listener): void {
    for (const listener of this.listeners) if (listener !== except) listener.deliver(message);
  }

  publishDiff(diff: PresenceDiff | null): void {
    if (diff) this.publish(textFanout(`realtime:${this.#topic}`, 'presence_diff', diff));
  }
}

/** The audiences that have somebody in them. */
export class Audiences {
  readonly #byKey = new Map<string, Audience>();

  join(listener: Listener): Audience {
    const key = keyOf(listener.topic, listener.isPrivate);
    let audience = this.#byKey.get(key);
    if (!audience) this.#byKey.set(key, (audience = new Audience(listener.topic)));
    audience.listeners.add(listener);
    return audience;
  }

  leave(listener: Listener): void {
    const key = keyOf(listener.topic, listener.isPrivate);
    const audience = this.#byKey.get(key);
    if (!audience?.listeners.delete(listener)) return;
    audience.publishDiff(audience.presence.untrack(listener));
    if (audience.listeners.size === 0) this.#byKey.delete(key);
  }

  find(topic: string, isPrivate: boolean): Audience | undefined {
    return this.#byKey.get(keyOf(topic, isPrivate));
  }
}

const keyOf = (topic: string, isPrivate: boolean) => `${isPrivate ? 'private' : 'public'} ${topic}`;
