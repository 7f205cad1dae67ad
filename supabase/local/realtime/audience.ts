import { textFanout, type Fanout } from './framing.ts';
import { Presence, type PresenceDiff } from './presence.ts';
import type { Channel } from './channel.ts';

/** Everybody who joined one topic publicly, or one topic privately: two audiences, never mixed. */
export class Audience {
  readonly channels = new Set<Channel>();
  readonly presence = new Presence<Channel>();
  readonly #topic: string;

  constructor(topic: string) {
    this.#topic = topic;
  }

  publish(message: Fanout, except?: Channel): void {
    for (const channel of this.channels) if (channel !== except) channel.deliver(message);
  }

  publishDiff(diff: PresenceDiff | null): void {
    if (diff) this.publish(textFanout(`realtime:${this.#topic}`, 'presence_diff', diff));
  }
}

/** The audiences that have somebody in them. */
export class Audiences {
  readonly #byKey = new Map<string, Audience>();

  join(channel: Channel): Audience {
    const key = keyOf(channel.topic, channel.isPrivate);
    let audience = this.#byKey.get(key);
    if (!audience) this.#byKey.set(key, (audience = new Audience(channel.topic)));
    audience.channels.add(channel);
    return audience;
  }

  leave(channel: Channel): void {
    const key = keyOf(channel.topic, channel.isPrivate);
    const audience = this.#byKey.get(key);
    if (!audience?.channels.delete(channel)) return;
    audience.publishDiff(audience.presence.untrack(channel));
    if (audience.channels.size === 0) this.#byKey.delete(key);
  }

  find(topic: string, isPrivate: boolean): Audience | undefined {
    return this.#byKey.get(keyOf(topic, isPrivate));
  }
}

const keyOf = (topic: string, isPrivate: boolean) => `${isPrivate ? 'private' : 'public'} ${topic}`;
