import type { Writable } from 'node:stream';

const waiting = new Set<Writable>();

/**
 * Lets everything written to a stream before the event loop goes on leave in one system call. A burst of
 * changes reaches a thousand sockets; without this each message would be a call of its own.
 */
export function writeTogether(stream: Writable): void {
  if (waiting.has(stream)) return;
  if (waiting.size === 0) process.nextTick(flush);
  waiting.add(stream);
  stream.cork();
}

function flush(): void {
  for (const stream of waiting) stream.uncork();
  waiting.clear();
}
