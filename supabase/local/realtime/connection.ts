/** A client's connection and the channels on it, as far as each needs to know the other. */
import type { Frame, Push, Version } from './framing.ts';
import type { RealtimeServer } from './server.ts';

/** What a connection asks of its channels. */
export interface JoinedChannel {
  readonly joinRef: string | null;
  receive(push: Push): void;
  /** Ends the channel and tells the client. */
  close(): void;
  /** Ends the channel without telling the client. */
  forget(): void;
}

/** What a channel asks of its connection. */
export interface Connection {
  readonly server: RealtimeServer;
  readonly version: Version;
  /** The verified token of the connection's key. */
  readonly token: string;
  /** The `x-*` headers of the upgrade. */
  readonly headers: Record<string, string>;
  readonly channels: Map<string, JoinedChannel>;
  readonly isOpen: boolean;
  drain(): void;
  send(frame: Frame): void;
  push(joinRef: string | null, ref: string | null, topic: string, event: string, payload: object): void;
  reply(joinRef: string | null, ref: string | null, topic: string, status: string, response: unknown): void;
}
