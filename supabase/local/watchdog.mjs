// Outlives the stack by a moment: when the process that started it is gone, however it went, this one ends the programs that
// are still running and then itself. The parent writes "+<pid> <signal>" and "-<pid>" into its stdin, and "#<file>" for a file that
// must not outlive it; the end of stdin means the parent is no more.
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

const GRACE_MS = 4000;
const running = new Map();
let file;

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const send = (pid, signal) => {
  try {
    process.kill(pid, signal);
  } catch {
    running.delete(pid);
  }
};

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  if (line.startsWith('#')) {
    file = line.slice(1);
    return;
  }
  const [pid, signal] = line.slice(1).split(' ');
  if (line.startsWith('+')) running.set(Number(pid), signal);
  else running.delete(Number(pid));
});
lines.on('close', () => {
  if (file) rmSync(file, { force: true });
  for (const [pid, signal] of running) send(pid, signal);
  const deadline = Date.now() + GRACE_MS;
  const poll = setInterval(() => {
    for (const pid of running.keys()) if (!isAlive(pid)) running.delete(pid);
    if (Date.now() > deadline) for (const pid of running.keys()) send(pid, 'SIGKILL');
    if (running.size === 0 || Date.now() > deadline) clearInterval(poll);
  }, 50);
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
