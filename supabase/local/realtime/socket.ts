/**
 * One client connection. It answers heartbeats, finds the channel a push is for, and keeps Phoenix's order:
 * pushes are handled one after another, and while a join is being decided the whole socket waits, inwards
 * and outwards, so that the reply to a join is the first thing its channel sends.
 */
import type { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { writeTogether } from './batch.ts';
import { Channel } from './channel.ts';
import type { Connection, JoinedChannel } from './connection.ts';
import { decodeFrame, encodeText, type Frame, type Push, type Version } from './framing.ts';
import type { RealtimeServer } from './server.ts';

const CLOSE_NORMAL = 1000;
const CLOSE_GOING_AWAY = 1001;
const CLOSE_RESTART = 1012;

export interface SocketOptions {
  /** What the frames are written to in the end. */
  stream: Writable;
  version: Version;
  /** The verified token of the connection's key. */
  token: string;
  headers: Record<string, string>;
}

export class Socket implements Connection {
  readonly server: RealtimeServer;
  readonly version: Version;
  readonly token: string;
  readonly headers: Record<string, string>;
  readonly channels = new Map<string, JoinedChannel>();
  readonly #ws: WebSocket;
  readonly #stream: Writable;
  readonly #idle: NodeJS.Timeout;
  #inbox: Push[] = [];
  #isReading = false;
  /** Frames waiting for a join's reply; null when nothing is being joined. */
  #held: Frame[] | null = null;

  constructor(server: RealtimeServer, ws: WebSocket, options: SocketOptions) {
    this.server = server;
    this.version = options.version;
    this.token = options.token;
    this.headers = options.headers;
    this.#ws = ws;
    this.#stream = options.stream;
    this.#idle = setTimeout(() => ws.close(CLOSE_NORMAL), server.limits.idleTimeoutMs);
    server.sockets.add(this);
    ws.on('message', (data: Buffer, isBinary: boolean) => this.#receive(data, isBinary));
    ws.on('error', () => ws.terminate());
    ws.on('close', () => this.#end());
  }

  get isOpen(): boolean {
    return this.#ws.readyState === this.#ws.OPEN;
  }

  send(frame: Frame): void {
    if (this.#held) this.#held.push(frame);
    else if (this.isOpen) {
      writeTogether(this.#stream);
      this.#ws.send(frame.bytes, { binary: frame.isBinary });
    }
  }

  push(joinRef: string | null, ref: string | null, topic: string, event: string, payload: object): void {
    this.send(encodeText(this.version, joinRef, ref, topic, event, payload));
  }

  reply(joinRef: string | null, ref: string | null, topic: string, status: string, response: unknown): void {
    this.push(joinRef, ref, topic, 'phx_reply', { status, response });
  }

  /** Asks the client to come back: it reconnects and joins again by itself. */
  drain(): void {
    for (const [topic, channel] of this.channels) {
      const payload = { extension: 'system', status: 'ok', message: 'Server requested disconnect' };
      this.push(channel.joinRef, null, topic, 'system', payload);
    }
    this.#ws.close(CLOSE_RESTART);
  }

  #receive(data: Buffer, isBinary: boolean): void {
    this.#idle.refresh();
    const push = decodeFrame(this.version, data, isBinary);
    if (!push) return;
    this.#inbox.push(push);
    if (!this.#isReading) void this.#read();
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    for (let push = this.#inbox.shift(); push; push = this.#inbox.shift()) {
      if (push.event === 'phx_join' && push.topic.startsWith('realtime:')) await this.#join(push);
      else this.#route(push);
    }
    this.#isReading = false;
  }

  #route(push: Push): void {
    const { joinRef, ref, topic, event } = push;
    const channel = this.channels.get(topic);
    if (topic === 'phoenix' && event === 'heartbeat') this.reply(joinRef, ref, topic, 'ok', {});
    else if (channel) channel.receive(push);
    else if (event === 'phx_leave') this.reply(joinRef, ref, topic, 'ok', {});
    else this.reply(null, ref, topic, 'error', { reason: 'unmatched topic' });
  }

  async #join({ joinRef, ref, topic, payload }: Push): Promise<void> {
    this.#held = [];
    this.channels.get(topic)?.close();
    const channel = new Channel(this, topic, joinRef ?? ref);
    const refusal = await channel.join(payload);
    if (refusal) {
      channel.forget();
      await delay(this.server.limits.joinErrorDelayMs);
    }
    const held = this.#held;
    this.#held = null;
    if (!this.isOpen) {
      channel.forget();
      return;
    }
    if (refusal) this.reply(channel.joinRef, ref, topic, 'error', { reason: refusal.reason });
    else this.reply(channel.joinRef, ref, topic, 'ok', channel.welcome);
    for (const frame of held) this.send(frame);
    if (refusal?.isDisconnecting) this.#ws.close(CLOSE_GOING_AWAY);
    if (!refusal) channel.start();
  }

  #end(): void {
    clearTimeout(this.#idle);
    this.#inbox = [];
    this.server.sockets.delete(this);
    this.server.users.delete(this);
    for (const channel of this.channels.values()) channel.forget();
    this.channels.clear();
  }
}
