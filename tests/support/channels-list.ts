// The list of channels, `_shared/channels/all.ts`, made from their folders: `npm run docs` writes it.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { ROOT } from './imports.ts';

const FOLDER = join(ROOT, 'supabase/functions/_shared/channels');
const FILE = join(FOLDER, 'all.ts');

/** The names of all channels, in their order. */
export const channelNames = (): string[] =>
  readdirSync(FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

/** The list as it should be. */
export async function channelsList(): Promise<string> {
  const names = channelNames();
  const text = `// Every channel there is, by the name that settings and deliveries know it by: written by \`npm run docs\` from the folders.
import type { Channel } from './channel.ts';
${names.map((name) => `import { channel as ${name} } from './${name}/channel.ts';`).join('\n')}

export const CHANNELS: Readonly<Record<string, Channel>> = {
${names.map((name) => `  ${name},`).join('\n')}
};
`;
  return format(text, { ...(await resolveConfig(FILE)), filepath: FILE });
}

/** The list as it is in the repository. */
export const writtenChannelsList = (): string => readFileSync(FILE, 'utf8');

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync(FILE, await channelsList());
