// Ports: a free one for what nobody needs to know, and a plain sentence when a known one is taken.
import { createServer } from 'node:net';
import type { Ports } from './config.ts';

/** A port that nothing listens on at this moment. */
export async function freePort(): Promise<number> {
  return await listenOn(0);
}

/** Four free ports, for a stack beside others. */
export async function freePorts(): Promise<Ports> {
  const [api, db, mailbox, app] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  return { api, db, mailbox, app };
}

/** Throws one sentence that names the port, its purpose and the variable that moves it. */
export async function requireFree(ports: Partial<Ports>): Promise<void> {
  for (const [name, port] of Object.entries(ports)) {
    try {
      await listenOn(port);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      throw new Error(
        `Port ${port} (${name}) is taken: stop what uses it, or set HANDOFF_${name.toUpperCase()}_PORT to another one.`,
      );
    }
  }
}

function listenOn(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });
}
