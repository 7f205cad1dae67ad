// Ports: a free one for what nobody needs to know, and a plain sentence when a known one is taken.
import { randomInt } from 'node:crypto';
import { connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Ports } from './config.ts';

// Below the range from which operating systems give ports to outgoing connections (Linux: 32768 and up), so that none of those
// takes a port between our looking and our program's listening.
const LOWEST = 15_000;
const HIGHEST = 32_000;
const PATIENCE_MS = 3000;

/** A port that nothing listens on at this moment. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isFree(port)) return port;
  }
}

/** Four free ports, for a stack beside others. */
export async function freePorts(): Promise<Ports> {
  const [api, db, mailbox, app] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  return { api, db, mailbox, app };
}

/** Throws one sentence that names the port, its purpose and the variable that moves it. */
export async function requireFree(ports: Partial<Ports>): Promise<void> {
  await Promise.all(
    Object.entries(ports).map(async ([name, port]) => {
      const deadline = Date.now() + PATIENCE_MS;
      while (!(await isFree(port))) {
        // An outgoing connection may hold the port for a moment; only somebody who answers there keeps it.
        if ((await answers(port)) || Date.now() > deadline) {
          throw new Error(
            `Port ${port} (${name}) is taken: stop what uses it, or set HANDOFF_${name.toUpperCase()}_PORT to another one.`,
          );
        }
        await delay(50);
      }
    }),
  );
}

/** Whether something takes connections on the port. */
export function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    );
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
