// Runs npm scripts beside each other, for steps that need nothing of one another and keep one processor busy each: `together.ts build
// lint`. What each one says is printed when it has ended, so that lines never mix. All run to their end; one that fails fails all.
import { spawn } from 'node:child_process';

const outcomes = await Promise.all(process.argv.slice(2).map(run));
process.exit(outcomes.every(Boolean) ? 0 : 1);

function run(script: string): Promise<boolean> {
  const began = performance.now();
  // npm is a batch file on Windows, which only a shell can start.
  const child = spawn('npm', ['run', '--silent', script], {
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      const seconds = Math.round((performance.now() - began) / 1000);
      console.info(`\nnpm run ${script}: ${code === 0 ? 'passed' : 'failed'} after ${seconds} s`);
      process.stdout.write(Buffer.concat(said));
      resolve(code === 0);
    });
  });
}
