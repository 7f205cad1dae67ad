/**
 * One joined topic of one socket: decides whether the join is allowed, keeps the token and the rights that
 * were found for it, and ends the channel when either is lost. Broadcasts and presence of the client are in
 * pushes.ts. A channel must never deliver to a reader whose rights have not been asked.
 */
import type { Audience } from './audience.ts';
import { DatabaseUnavailable, noPolicies, type Policies, type Subject } from './authorization.ts';
import { numberChanges, readJoin, type JoinConfig } from './config.ts';
import { encodeKind4, type Fanout, type Push } from './framing.ts';
import { PresenceWindow, receiveBroadcast, receivePresence } from './pushes.ts';
import { readMissed, readReplay, type ReplayedRow } from './replay.ts';
import type { Socket } from './socket.ts';
import { readToken, TokenFault, type Claims } from './token.ts';

export interface Refusal {
  reason: string;
  isDisconnecting?: boolean;
}

const NO_CDC =
  'Unable to subscribe to changes with given parameters. ' +
  'The local stack streams broadcasts only; please use realtime.broadcast_changes';

export class Channel {
  readonly socket: Socket;
  readonly name: string;
  /** The name without its `realtime:` prefix. */
  readonly topic: string;
  readonly joinRef: string | null;
  readonly presenceWindow: PresenceWindow;
  config: JoinConfig = readJoin({});
  policies: Policies = noPolicies();
  hasPresence = false;
  audience: Audience | null = null;
  #state: 'joining' | 'joined' | 'closed' = 'joining';
  #token = '';
  #claims: Claims | null = null;
  #tokenTimer: NodeJS.Timeout | undefined;
  #inbox: Push[] = [];
  #isReading = false;
  /** Messages that were committed while the join was being decided. */
  #pending: Fanout[] = [];
  #replayed: ReplayedRow[] = [];
  #replayedIds = new Set<string>();

  constructor(socket: Socket, name: string, joinRef: string | null) {
    this.socket = socket;
    this.name = name;
    this.topic = name.slice('realtime:'.length);
    this.joinRef = joinRef;
    this.presenceWindow = new PresenceWindow(socket.server.limits);
  }

  get isPrivate(): boolean {
    return this.config.isPrivate;
  }

  get isClosed(): boolean {
    return this.#state === 'closed';
  }

  get canReadBroadcasts(): boolean {
    return !this.isPrivate || this.policies.broadcast.read === true;
  }

  get canReadPresence(): boolean {
    return !this.isPrivate || this.policies.presence.read === true;
  }

  get subject(): Subject {
    return { topic: this.topic, claims: this.#claims!, headers: this.socket.headers };
  }

  /** The response to the join. */
  get welcome(): object {
    return { postgres_changes: numberChanges(this.config.postgresChanges) };
  }

  /** Decides about a join; the order of the checks is the order in which clients meet their reasons. */
  async join(payload: unknown): Promise<Refusal | null> {
    const { server, channels } = this.socket;
    const { limits } = server;
    if (this.topic === '') return { reason: 'TopicNameRequired: You must provide a topic name' };
    this.config = readJoin(payload);
    this.hasPresence = this.config.hasPresence;
    if (limits.isPrivateOnly && !this.isPrivate) {
      return { reason: 'PrivateOnly: This project only allows private channels' };
    }
    if (!server.users.has(this.socket) && server.users.size >= limits.maxUsers) {
      return { reason: 'ConnectionRateLimitReached: Too many connected users' };
    }
    if (server.isOverJoinRate) {
      const reason = 'ClientJoinRateLimitReached: Too many joins per second';
      return { reason, isDisconnecting: true };
    }
    server.joins.add();
    if (channels.size >= limits.maxChannelsPerSocket) {
      return { reason: 'ChannelRateLimitReached: Too many channels' };
    }
    const given = this.config.accessToken;
    try {
      this.#acceptToken(given && !given.startsWith('sb_') ? given : this.socket.token);
      // Listening starts before the rights are known and waits in #pending, so that nothing committed
      // between the replay and the reply falls through.
      channels.set(this.name, this);
      this.audience = server.audiences.join(this);
      await this.#readRights();
      const refusal = this.#refuseUnreadable() ?? (await this.#replay());
      if (refusal) return refusal;
    } catch (error) {
      return { reason: this.#explain(error) };
    }
    if (this.socket.isOpen) server.users.add(this.socket);
    return null;
  }

  /** Called once, after the reply has gone out. */
  start(): void {
    this.#state = 'joined';
    for (const row of this.#replayed) this.#pushReplayed(row);
    this.#replayed = [];
    const { server } = this.socket;
    if (this.hasPresence && this.canReadPresence && this.audience) {
      server.presences.add();
      this.#push('presence_state', this.audience.presence.state());
    }
    if (this.config.postgresChanges.length > 0) this.#pushSystem('postgres_changes', 'error', NO_CDC);
    if (this.config.wantsReplicationReady) this.#awaitReplication(Date.now());
    for (const message of this.#pending.splice(0)) this.deliver(message);
  }

  receive(push: Push): void {
    this.#inbox.push(push);
    if (!this.#isReading) void this.#read();
  }

  deliver(message: Fanout): void {
    if (this.#state === 'joining') {
      if (message.kind === 'broadcast') this.#pending.push(message);
      return;
    }
    if (this.isClosed) return;
    if (message.kind === 'presence_diff') {
      if (!this.canReadPresence) return;
    } else {
      if (!this.canReadBroadcasts || (message.id && this.#replayedIds.has(message.id))) return;
      this.socket.server.messages.add();
      if (this.socket.server.isOverMessageRate) {
        this.shutdown('Too many messages per second');
        return;
      }
    }
    const frame = message.frame(this.socket.version);
    if (frame) this.socket.send(frame);
  }

  reply(ref: string | null, status: 'ok' | 'error', response: unknown): void {
    this.socket.reply(this.joinRef, ref, this.name, status, response);
  }

  /** Ends the channel with a message about why; the socket stays. */
  shutdown(message: string): void {
    if (this.isClosed) return;
    this.#pushSystem('system', 'error', message);
    this.close();
  }

  close(): void {
    this.forget();
    this.socket.push(this.joinRef, this.joinRef, this.name, 'phx_close', {});
  }

  /** Leaves every list without telling the client. */
  forget(): void {
    this.#state = 'closed';
    clearTimeout(this.#tokenTimer);
    this.#pending = [];
    if (this.socket.channels.get(this.name) === this) this.socket.channels.delete(this.name);
    this.socket.server.audiences.leave(this);
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    for (let push = this.#inbox.shift(); push; push = this.#inbox.shift()) {
      if (this.isClosed) {
        const left = push.event === 'phx_leave';
        this.socket.reply(null, push.ref, this.name, left ? 'ok' : 'error', left ? {} : UNMATCHED);
        continue;
      }
      try {
        if (push.event === 'phx_leave') this.#leave(push.ref);
        else if (push.event === 'broadcast') await receiveBroadcast(this, push);
        else if (push.event === 'presence') await receivePresence(this, push);
        else if (push.event === 'access_token') await this.#changeToken(push.payload);
      } catch (error) {
        this.socket.server.log(`UnknownErrorOnChannel: ${String(error)}`);
      }
    }
    this.#isReading = false;
  }

  #leave(ref: string | null): void {
    this.reply(ref, 'ok', {});
    this.close();
  }

  async #changeToken(payload: unknown): Promise<void> {
    const token = (payload as { access_token?: unknown } | null)?.access_token;
    if (typeof token !== 'string' || token.startsWith('sb_') || token === this.#token) return;
    const before = this.policies;
    try {
      this.#acceptToken(token);
      this.policies = noPolicies();
      await this.#readRights();
    } catch (error) {
      this.shutdown(error instanceof TokenFault ? error.shutdownText : String((error as Error).message));
      return;
    }
    const refusal = this.#refuseUnreadable();
    if (refusal) this.shutdown(refusal.reason.replace('Unauthorized: ', ''));
    else if (lost(before, this.policies, 'broadcast') || lost(before, this.policies, 'presence')) {
      this.shutdown(`You no longer have permission to read from this Channel topic: ${this.topic}`);
    }
  }

  #acceptToken(token: string): void {
    this.#token = token;
    this.#claims = readToken(token, this.socket.server.jwtSecret);
    clearTimeout(this.#tokenTimer);
    const left = this.#claims.exp * 1000 - Date.now();
    this.#tokenTimer = setTimeout(
      () => this.#confirmToken(),
      Math.min(this.socket.server.limits.tokenCheckMs, Math.max(0, left)),
    );
    this.#tokenTimer.unref();
  }

  #confirmToken(): void {
    try {
      this.#acceptToken(this.#token);
    } catch (error) {
      this.shutdown((error as TokenFault).shutdownText);
    }
  }

  async #readRights(): Promise<void> {
    if (!this.isPrivate) return;
    const extensions = this.hasPresence ? (['broadcast', 'presence'] as const) : (['broadcast'] as const);
    const rights = await this.socket.server.authorization.read(this.subject, [...extensions]);
    for (const extension of extensions) this.policies[extension].read = rights[extension] ?? false;
  }

  #refuseUnreadable(): Refusal | null {
    if (!this.isPrivate || this.policies.broadcast.read || this.policies.presence.read) return null;
    const text = `You do not have permissions to read from this Channel topic: ${this.topic}`;
    return { reason: `Unauthorized: ${text}` };
  }

  async #replay(): Promise<Refusal | null> {
    const { replay } = this.config;
    if (replay === undefined) return null;
    if (!this.isPrivate) {
      return { reason: 'UnableToReplayMessages: Replay is not allowed for public channels' };
    }
    if (!this.policies.broadcast.read) {
      const text = `You do not have permissions to read from this Channel topic: ${this.topic}`;
      return { reason: `Unauthorized: ${text}` };
    }
    if (replay === null || typeof replay !== 'object') return null;
    const request = readReplay(replay);
    if (!request) return { reason: 'UnableToReplayMessages: Replay params are not valid' };
    this.#replayed = await readMissed(this.socket.server.authorization.sql, this.topic, request);
    this.#replayedIds = new Set(this.#replayed.map((row) => row.id));
    return null;
  }

  #pushReplayed({ id, event, payload, binary_payload }: ReplayedRow): void {
    const meta = { replayed: true, id };
    if (binary_payload) {
      const frame = encodeKind4(this.name, event, meta, false, binary_payload);
      if (frame && this.socket.version === 2) this.socket.send(frame);
    } else if (payload !== null) {
      const value: unknown = JSON.parse(payload);
      this.#push('broadcast', { type: 'broadcast', event, payload: value, meta });
    }
  }

  #awaitReplication(since: number): void {
    const { server } = this.socket;
    if (this.isClosed) return;
    if (server.replication.isReady) {
      this.#pushSystem('system', 'ok', 'Replication connection established');
    } else if (Date.now() - since >= server.limits.replicationReadyMs) {
      this.shutdown('Replication connection was not established in time');
    } else {
      setTimeout(() => this.#awaitReplication(since), 100).unref();
    }
  }

  #explain(error: unknown): string {
    if (error instanceof TokenFault) return `${error.code}: ${error.message}`;
    if (error instanceof DatabaseUnavailable) return `UnableToConnectToProject: ${error.message}`;
    this.socket.server.log(`UnknownErrorOnChannel: ${String(error)}`);
    return 'Unknown Error on Channel';
  }

  #pushSystem(extension: string, status: 'ok' | 'error', message: string): void {
    this.#push('system', { extension, status, message, channel: this.topic });
  }

  #push(event: string, payload: object): void {
    this.socket.push(this.joinRef, null, this.name, event, payload);
  }
}

const UNMATCHED = { reason: 'unmatched topic' };

const lost = (before: Policies, after: Policies, extension: 'broadcast' | 'presence') =>
  before[extension].read === true && after[extension].read === false;
