// Ports: a free one for what nobody needs to know, and a plain sentence when a known one is taken.
import { randomInt } from 'node:crypto';
import { connect, createServer, type Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Ports } from './config.ts';

// Below the range from which operating systems give ports to outgoing connections (Linux: 32768 and up), so that none of those
// takes a port between our looking and our program's listening.
const LOWEST = 15_000;
const HIGHEST = 32_000;
const BLOCK_SIZE = 20;
// A connection that has ended may hold its port for a minute, though nobody is there any more.
const PATIENCE_MS = 65_000;

/**
 * A port that nothing listens on, never given out twice. Stacks that start at the same time in several processes would now and
 * then choose the same one, so each process chooses from blocks of its own.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = block.pop();
    if (port === undefined) await claimBlock();
    else if (await isFree(port)) return port;
  }
}

let block: number[] = [];

// Listening on a block's first port claims it until this process ends, however that happens.
async function claimBlock(): Promise<void> {
  const first = LOWEST + BLOCK_SIZE * randomInt((HIGHEST - LOWEST) / BLOCK_SIZE);
  const claim = await listen(first);
  if (!claim) return;
  claim.unref();
  block = Array.from({ length: BLOCK_SIZE - 1 }, (_, index) => first + 1 + index);
}

/** Four free ports, for a stack beside others. */
export async function freePorts(): Promise<Ports> {
  return { api: await freePort(), db: await freePort(), mailbox: await freePort(), app: await freePort() };
}

/** Throws one sentence that names the port, its purpose and the variable that moves it. */
export async function requireFree(ports: Partial<Ports>): Promise<void> {
  await Promise.all(
    Object.entries(ports).map(async ([name, port]) => {
      const deadline = Date.now() + PATIENCE_MS;
      while (!(await isFree(port))) {
        // An outgoing connection may hold the port for a while; only somebody who answers there keeps it.
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

async function isFree(port: number): Promise<boolean> {
  const server = await listen(port);
  if (server) await new Promise((resolve) => server.close(resolve));
  return server !== null;
}

/** A server on the port, or null when it is taken. */
function listen(port: number): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(null) : reject(error),
    );
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
