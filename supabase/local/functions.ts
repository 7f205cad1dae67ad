// Edge Functions: one Deno process per folder under supabase/functions, each on a port of its own, started together and started
// again when one dies. They see the environment hosted functions see, plus the project's own secrets.
import * as fs from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectDir, type Config } from './config.ts';
import { findPackage } from './packages.ts';
import { answers, freePort } from './ports.ts';
import type { Program, Programs } from './programs.ts';

/** A running function and where it listens. */
export interface EdgeFunction {
  name: string;
  verifyJwt: boolean;
  port: number;
  program: Program;
}

const functionsDir = join(projectDir, 'supabase/functions');

/**
 * Starts every function that config.toml declares and that has an index.ts. `env` is all they see besides PATH and HOME. One
 * that does not start is reported and answers BOOT_ERROR, as on hosted Supabase; the others are not concerned.
 */
export async function startFunctions(
  programs: Programs,
  declared: Config['functions'],
  env: Record<string, string>,
  report: (line: string) => void,
): Promise<EdgeFunction[]> {
  const present = declared.filter(({ name }) => fs.existsSync(join(functionsDir, name, 'index.ts')));
  return await Promise.all(
    present.map(async ({ name, verifyJwt }) => {
      const port = await freePort();
      const program = programs.launch({
        name: `function-${name}`,
        command: findDeno(),
        args: denoArguments(name),
        options: {
          cwd: projectDir,
          env: {
            PATH: process.env.PATH,
            HOME: process.env.HOME,
            DENO_DIR: join(projectDir, 'supabase/.temp/deno'),
            DENO_NO_UPDATE_CHECK: '1',
            NO_COLOR: '1',
            DENO_SERVE_ADDRESS: `tcp:127.0.0.1:${port}`,
            ...env,
          },
        },
        isReady: () => answers(port),
      });
      await program.ready().catch((error: Error) => report(error.message));
      return { name, verifyJwt, port, program };
    }),
  );
}

/** Restarts the functions a change under supabase/functions concerns: its own, or all of them for `_shared`. */
export function watchFunctions(functions: EdgeFunction[], report: (line: string) => void): { stop(): void } {
  const due = new Set<EdgeFunction>();
  let timer: NodeJS.Timeout | undefined;
  const watcher = fs.watch(functionsDir, { recursive: true }, (_event, file) => {
    if (!file || /\.test\.ts$/.test(file)) return;
    const [folder] = file.split(/[\\/]/);
    for (const one of functions) if (folder === one.name || folder === '_shared') due.add(one);
    clearTimeout(timer);
    timer = setTimeout(() => {
      for (const one of due) {
        report(`restarting function ${one.name}`);
        one.program.restart().catch((error: Error) => report(error.message));
      }
      due.clear();
    }, 100);
  });
  return {
    stop: () => {
      clearTimeout(timer);
      watcher.close();
    },
  };
}

function denoArguments(name: string): string[] {
  const config = join(functionsDir, name, 'deno.json');
  return [
    'run',
    '--quiet',
    '--no-prompt',
    '--no-lock',
    '--cached-only',
    '--node-modules-dir=manual',
    ...(fs.existsSync(config) ? ['--config', config] : []),
    '--allow-net',
    '--allow-env',
    `--allow-read=${functionsDir},${join(projectDir, 'node_modules')},${join(projectDir, 'package.json')}`,
    '--preload',
    fileURLToPath(new URL('./edge-runtime.ts', import.meta.url)),
    join(functionsDir, name, 'index.ts'),
  ];
}

function findDeno(): string {
  const root = findPackage('deno');
  const binary = root && join(root, process.platform === 'win32' ? 'deno.exe' : 'deno');
  if (!binary || !fs.existsSync(binary)) throw new Error('Deno is not installed: run `npm rebuild deno`.');
  return binary;
}
