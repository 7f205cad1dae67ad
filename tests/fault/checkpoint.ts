// A proxy between the dispatcher and something it calls. At two moments of each exchange, before the request is passed on and
// before or after the answer is passed back, a test may act: hold it, drop it, or kill who asked.
import { createServer, request as callOn } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Hooks {
  /** Return false to pass nothing on: the caller then hears nothing. */
  onRequest?: ((path: string, body: string) => Promise<boolean> | boolean) | undefined;
  /** The answer is here but not passed back yet; return false to keep it. */
  onAnswer?: ((path: string, body: string) => Promise<boolean> | boolean) | undefined;
  /** The last byte of the answer is on its way. */
  onPassedBack?: ((path: string, body: string) => void) | undefined;
}

export class Checkpoint {
  hooks: Hooks = {};

  private constructor(private readonly server: Server) {}

  /** Starts a proxy on a free port in front of `target`. */
  static async start(target: string): Promise<Checkpoint> {
    const server = createServer();
    const checkpoint = new Checkpoint(server);
    server.on('request', (request: IncomingMessage, response) => {
      const { pathname } = new URL(request.url ?? '/', target);
      void (async () => {
        const body = await collect(request);
        if ((await checkpoint.hooks.onRequest?.(pathname, body.toString())) === false) return;
        const headers = { ...request.headers, host: new URL(target).host };
        const onward = callOn(`${target}${request.url}`, { method: request.method, headers });
        onward.on('error', () => response.destroy());
        onward.on('response', (answer) => {
          void (async () => {
            const text = await collect(answer);
            if ((await checkpoint.hooks.onAnswer?.(pathname, text.toString())) === false) return;
            response.writeHead(answer.statusCode ?? 502, answer.headers);
            response.end(text, () => checkpoint.hooks.onPassedBack?.(pathname, text.toString()));
          })();
        });
        onward.end(body);
      })();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return checkpoint;
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }
}

async function collect(stream: AsyncIterable<Buffer> | IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
