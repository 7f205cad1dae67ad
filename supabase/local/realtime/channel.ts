/**
 * One joined topic of one socket: decides whether the join is allowed, keeps the token and the rights that
 * were found for it, and ends the channel when either is lost. Broadcasts and presence of the client are in
 * pushes.ts. A channel must never deliver to a reader whose rights have not been asked.
 */
import { refuseAdmission, unreadable, type Refusal } from './admission.ts';
import type { Audience, Listener } from './audience.ts';
import { DatabaseUnavailable, noPolicies, type Policies, type Subject } from './authorization.ts';
import { asObject, numberChanges, readJoin, type JoinConfig } from './config.ts';
import type { Connection, JoinedChannel } from './connection.ts';
import { Credentials } from './credentials.ts';
import type { Fanout, Push } from './framing.ts';
import { PresenceWindow, receiveBroadcast, receivePresence, type Publisher } from './pushes.ts';
import { Replay } from './replay.ts';
import type { RealtimeServer } from './server.ts';
import { TokenFault } from './token.ts';

const NO_CDC =
  'Unable to subscribe to changes with given parameters. ' +
  'The local stack streams broadcasts only; please use realtime.broadcast_changes';

export class Channel implements JoinedChannel, Listener, Publisher {
  readonly #connection: Connection;
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
  readonly #credentials: Credentials;
  readonly #replay = new Replay();
  #inbox: Push[] = [];
  #isReading = false;
  /** Messages that were committed while the join was being decided. */
  #pending: Fanout[] = [];

  constructor(connection: Connection, name: string, joinRef: string | null) {
    this.#connection = connection;
    this.name = name;
    this.topic = name.slice('realtime:'.length);
    this.joinRef = joinRef;
    this.presenceWindow = new PresenceWindow(connection.server.limits);
    this.#credentials = new Credentials(connection.server, (fault) => this.shutdown(fault.shutdownText));
  }

  get server(): RealtimeServer {
    return this.#connection.server;
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
    return { topic: this.topic, claims: this.#credentials.claims, headers: this.#connection.headers };
  }

  /** The response to the join. */
  get welcome(): object {
    return { postgres_changes: numberChanges(this.config.postgresChanges) };
  }

  /** Decides about a join. */
  async join(payload: unknown): Promise<Refusal | null> {
    const { server } = this;
    const { channels } = this.#connection;
    this.config = readJoin(payload);
    this.hasPresence = this.config.hasPresence;
    const unadmitted = refuseAdmission(this.#connection, this.topic, this.config);
    if (unadmitted) return unadmitted;
    const given = this.config.accessToken;
    try {
      this.#credentials.accept(given && !given.startsWith('sb_') ? given : this.#connection.token);
      // Listening starts before the rights are known and waits in #pending, so that nothing committed
      // between the replay and the reply falls through.
      channels.set(this.name, this);
      this.audience = server.audiences.join(this);
      await this.#readRights();
      if (!this.#canRead) return { reason: `Unauthorized: ${unreadable(this.topic)}` };
      const refusal = await this.#replay.prepare(
        server.authorization.sql,
        this.topic,
        this.config,
        this.policies,
      );
      if (refusal) return refusal;
    } catch (error) {
      return { reason: this.#explain(error) };
    }
    if (this.#connection.isOpen) server.users.add(this.#connection);
    return null;
  }

  /** Called once, after the reply has gone out. */
  start(): void {
    this.#state = 'joined';
    this.#replay.push(this.#connection, this.joinRef, this.name);
    const { server } = this;
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
      if (!this.canReadBroadcasts || this.#replay.covers(message.id)) return;
      this.server.messages.add();
      if (this.server.isOverMessageRate) {
        this.shutdown('Too many messages per second');
        return;
      }
    }
    const frame = message.frame(this.#connection.version);
    if (frame) this.#connection.send(frame);
  }

  reply(ref: string | null, status: 'ok' | 'error', response: unknown): void {
    this.#connection.reply(this.joinRef, ref, this.name, status, response);
  }

  /** Ends the channel with a message about why; the socket stays. */
  shutdown(message: string): void {
    if (this.isClosed) return;
    this.#pushSystem('system', 'error', message);
    this.close();
  }

  close(): void {
    this.forget();
    this.#connection.push(this.joinRef, this.joinRef, this.name, 'phx_close', {});
  }

  /** Leaves every list without telling the client. */
  forget(): void {
    this.#state = 'closed';
    this.#credentials.forget();
    this.#pending = [];
    if (this.#connection.channels.get(this.name) === this) this.#connection.channels.delete(this.name);
    this.server.audiences.leave(this);
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    for (let push = this.#inbox.shift(); push; push = this.#inbox.shift()) {
      if (this.isClosed) {
        const left = push.event === 'phx_leave';
        this.#connection.reply(null, push.ref, this.name, left ? 'ok' : 'error', left ? {} : UNMATCHED);
        continue;
      }
      try {
        if (push.event === 'phx_leave') this.#leave(push.ref);
        else if (push.event === 'broadcast') await receiveBroadcast(this, push);
        else if (push.event === 'presence') await receivePresence(this, push);
        else if (push.event === 'access_token') await this.#changeToken(push.payload);
      } catch (error) {
        this.server.log(`UnknownErrorOnChannel: ${String(error)}`);
      }
    }
    this.#isReading = false;
  }

  #leave(ref: string | null): void {
    this.reply(ref, 'ok', {});
    this.close();
  }

  async #changeToken(payload: unknown): Promise<void> {
    const token = asObject(payload).access_token;
    if (!this.#credentials.isNews(token)) return;
    const before = this.policies;
    try {
      this.#credentials.accept(token);
      this.policies = noPolicies();
      await this.#readRights();
    } catch (error) {
      this.shutdown(error instanceof TokenFault ? error.shutdownText : String((error as Error).message));
      return;
    }
    if (!this.#canRead) this.shutdown(unreadable(this.topic));
    else if (lost(before, this.policies, 'broadcast') || lost(before, this.policies, 'presence')) {
      this.shutdown(`You no longer have permission to read from this Channel topic: ${this.topic}`);
    }
  }

  get #canRead(): boolean {
    return this.canReadBroadcasts || this.canReadPresence;
  }

  async #readRights(): Promise<void> {
    if (!this.isPrivate) return;
    const extensions = this.hasPresence ? (['broadcast', 'presence'] as const) : (['broadcast'] as const);
    const rights = await this.server.authorization.read(this.subject, [...extensions]);
    for (const extension of extensions) this.policies[extension].read = rights[extension] ?? false;
  }

  #awaitReplication(since: number): void {
    const { server } = this;
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
    this.server.log(`UnknownErrorOnChannel: ${String(error)}`);
    return 'Unknown Error on Channel';
  }

  #pushSystem(extension: string, status: 'ok' | 'error', message: string): void {
    this.#push('system', { extension, status, message, channel: this.topic });
  }

  #push(event: string, payload: object): void {
    this.#connection.push(this.joinRef, null, this.name, event, payload);
  }
}

const UNMATCHED = { reason: 'unmatched topic' };

const lost = (before: Policies, after: Policies, extension: 'broadcast' | 'presence') =>
  before[extension].read === true && after[extension].read === false;
