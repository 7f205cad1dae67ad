// One stack per state folder: the file names the process that runs it, with the time it started so that a number used again by
// another process does not count.
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';

/** Takes the folder for this process and returns what gives it back. Throws a sentence when a stack runs there already. */
export function lockState(stateDir: string): () => void {
  const file = join(stateDir, 'running');
  const holder = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  const pid = Number(holder.split(' ')[0]);
  if (pid && pid !== process.pid && identity(pid) === holder) {
    throw new Error(`A stack is running from ${stateDir} already (process ${pid}): stop it first.`);
  }
  fs.writeFileSync(file, identity(process.pid));
  return () => fs.rmSync(file, { force: true });
}

function identity(pid: number): string {
  if (process.platform === 'win32') return `${pid}`;
  try {
    const started = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    });
    return `${pid} ${started.trim()}`;
  } catch {
    return '';
  }
}
