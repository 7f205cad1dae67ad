// The web application in front of the stack: the built one (`node build`), or Vite's server while developing.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectDir } from './config.ts';
import type { Program, Programs } from './programs.ts';

/** Starts the app on `port` against the given project. */
export async function startApp(
  programs: Programs,
  options: { port: number; isDevelopment: boolean; apiUrl: string; publishableKey: string },
): Promise<Program> {
  const url = `http://127.0.0.1:${options.port}`;
  const built = join(projectDir, 'build/index.js');
  if (!options.isDevelopment && !existsSync(built))
    throw new Error('The app is not built: run `npm run build`.');
  const vite = [
    join(projectDir, 'node_modules/vite/bin/vite.js'),
    'dev',
    '--host',
    '127.0.0.1',
    '--strictPort',
  ];
  return await programs.start({
    name: 'app',
    command: process.execPath,
    args: options.isDevelopment ? [...vite, '--port', String(options.port)] : [built],
    options: {
      cwd: projectDir,
      env: {
        ...process.env,
        HOST: '127.0.0.1',
        PORT: String(options.port),
        ORIGIN: url,
        PUBLIC_SUPABASE_URL: options.apiUrl,
        PUBLIC_SUPABASE_PUBLISHABLE_KEY: options.publishableKey,
        PUBLIC_APP_URL: url,
      },
    },
    isReady: async () => (await fetch(url, { redirect: 'manual' })).status < 500,
  });
}
