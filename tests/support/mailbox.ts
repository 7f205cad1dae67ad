/** A mailbox on a free port, and a receiver for its webhooks that answers as a test tells it to. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMailbox, type Mailbox } from '../../supabase/local/mailbox.ts';

export const SERVER_TOKEN = 'server-token';

export const INBOUND = 'answers@inbound.example';

export interface ReceivedEvent {
  /** Which webhook was called. */
  path: string;
  authorization: string | undefined;
  body: Record<string, unknown>;
}

export class MailStage {
  readonly received: ReceivedEvent[] = [];
  /** Per recipient, the statuses of the next answers; 200 when there is none left. */
  readonly answers = new Map<string, number[]>();
  readonly stateDir: string;
  readonly #receiver: Server;
  #mailbox: Mailbox | undefined;

  private constructor(stateDir: string, receiver: Server) {
    this.stateDir = stateDir;
    this.#receiver = receiver;
  }

  static async start(): Promise<MailStage> {
    const receiver = createServer();
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const stage = new MailStage(await mkdtemp(join(tmpdir(), 'handoff-mailbox-')), receiver);
    receiver.on('request', (request, response) => {
      void readBody(request).then((body) => {
        const { authorization } = request.headers;
        const event = JSON.parse(body) as ReceivedEvent['body'];
        stage.received.push({ path: request.url ?? '', authorization, body: event });
        const recipient = String(event.Recipient ?? event.Email ?? event.From);
        response.writeHead(stage.answers.get(recipient)?.shift() ?? 200).end();
      });
    });
    await stage.restart();
    return stage;
  }

  get url(): string {
    if (!this.#mailbox) throw new Error('The mailbox is stopped.');
    return this.#mailbox.url;
  }

  /** Starts the mailbox on the state it left, as the stack does. */
  async restart(): Promise<void> {
    await this.halt();
    const { port } = this.#receiver.address() as AddressInfo;
    this.#mailbox = await startMailbox({
      port: 0,
      serverToken: SERVER_TOKEN,
      stateDir: this.stateDir,
      eventsUrl: `http://127.0.0.1:${port}/events`,
      eventsAuth: { user: 'postmark', password: 'p:w' },
      inbound: { address: INBOUND, url: `http://127.0.0.1:${port}/inbound` },
      deliveryDelayMs: 1,
      retryMinuteMs: 20,
    });
  }

  async halt(): Promise<void> {
    await this.#mailbox?.stop();
    this.#mailbox = undefined;
  }

  async stop(): Promise<void> {
    await this.halt();
    this.#receiver.closeAllConnections();
    this.#receiver.close();
    await rm(this.stateDir, { recursive: true, force: true });
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
