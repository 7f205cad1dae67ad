/** What a joined client may push: broadcasts and its own presence. */
import type { Audience, Listener } from './audience.ts';
import type { Policies, Subject } from './authorization.ts';
import { asObject, type JoinConfig } from './config.ts';
import { textFanout, userFanout, type Push } from './framing.ts';
import type { RealtimeLimits } from './limits.ts';
import type { RealtimeServer } from './server.ts';

/** The joined channel that a push came in on. */
export interface Publisher extends Listener {
  readonly server: RealtimeServer;
  readonly name: string;
  readonly config: JoinConfig;
  readonly policies: Policies;
  readonly subject: Subject;
  readonly audience: Audience | null;
  readonly presenceWindow: PresenceWindow;
  readonly isClosed: boolean;
  hasPresence: boolean;
  reply(ref: string | null, status: 'ok' | 'error', response: unknown): void;
  /** Ends the channel with a message about why. */
  shutdown(message: string): void;
}

/** Counts a channel's presence pushes in windows that begin with a push. */
export class PresenceWindow {
  readonly #limits: RealtimeLimits;
  #count = 0;
  #endsAt = 0;

  constructor(limits: RealtimeLimits) {
    this.#limits = limits;
  }

  /** False when this push is one too many. */
  admit(): boolean {
    const now = performance.now();
    if (now > this.#endsAt) {
      this.#count = 0;
      this.#endsAt = now + this.#limits.presenceWindowMs;
    }
    this.#count += 1;
    return this.#count <= this.#limits.maxPresencePushes;
  }
}

/** Write rights are asked at the first push and kept until the token changes. */
async function canWrite(channel: Publisher, extension: 'broadcast' | 'presence'): Promise<boolean> {
  if (!channel.isPrivate) return true;
  const { policies } = channel;
  if (policies[extension].write === null) {
    const rights = await channel.server.authorization.write(channel.subject);
    // A token that changed meanwhile has rights of its own.
    if (!rights || channel.policies !== policies) return false;
    policies.broadcast.write = rights.broadcast;
    policies.presence.write = rights.presence;
  }
  return policies[extension].write === true;
}

/** Passes a broadcast on. Without the right to, it is dropped without any answer. */
export async function receiveBroadcast(channel: Publisher, { ref, payload, user }: Push): Promise<void> {
  const { server } = channel;
  if (!(await canWrite(channel, 'broadcast'))) return;
  const isObject = payload !== null && typeof payload === 'object' && !Array.isArray(payload);
  if ((!user && !isObject) || channel.isClosed) return;
  server.messages.add();
  const size = user ? user.bytes.length : Buffer.byteLength(JSON.stringify(payload));
  if (size > server.limits.maxPayloadBytes) {
    if (channel.config.isAcknowledged) channel.reply(ref, 'error', 'payload_size_exceeded');
    return;
  }
  const message = user
    ? userFanout(channel.name, user.event, user.isJson, user.bytes)
    : textFanout(channel.name, 'broadcast', payload as object);
  channel.audience?.publish(message, channel.config.isSelf ? undefined : channel);
  if (channel.config.isAcknowledged) channel.reply(ref, 'ok', {});
}

/** Tracks or untracks the client under its key. */
export async function receivePresence(channel: Publisher, { ref, payload }: Push): Promise<void> {
  const push = asObject(payload);
  if (push.event === undefined) {
    channel.reply(ref, 'ok', {});
    return;
  }
  if (!channel.presenceWindow.admit()) {
    channel.shutdown('Client presence rate limit exceeded');
    return;
  }
  const event = String(push.event).toLowerCase();
  if (event === 'track') await track(channel, ref, push.payload ?? {});
  else if (event === 'untrack') {
    const { audience } = channel;
    audience?.publishDiff(audience.presence.untrack(channel));
    channel.reply(ref, 'ok', {});
  } else channel.reply(ref, 'error', {});
}

async function track(channel: Publisher, ref: string | null, payload: unknown): Promise<void> {
  const { server } = channel;
  if (channel.isPrivate && channel.policies.presence.read === null) {
    const { policies } = channel;
    const { presence } = await server.authorization.read(channel.subject, ['presence']);
    policies.presence.read = presence ?? false;
  }
  if (!(await canWrite(channel, 'presence')) || channel.isClosed) {
    channel.reply(ref, 'error', {});
  } else if (typeof payload !== 'object' || Array.isArray(payload) || payload === null) {
    channel.reply(ref, 'error', { reason: 'Presence track payload must be a map' });
  } else if (Buffer.byteLength(JSON.stringify(payload)) > server.limits.maxPayloadBytes) {
    channel.shutdown('Track message size exceeded');
  } else if (server.presences.perSecond > server.limits.maxPresencePerSecond) {
    channel.shutdown('Too many presence messages per second');
  } else {
    server.presences.add();
    channel.hasPresence = true;
    const { audience } = channel;
    audience?.publishDiff(audience.presence.track(channel, channel.config.presenceKey, payload));
    channel.reply(ref, 'ok', {});
  }
}
