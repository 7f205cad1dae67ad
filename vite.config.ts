import { sveltekit } from '@sveltejs/kit/vite';
import { readdirSync } from 'node:fs';
import { defineConfig, type Plugin, type Rollup } from 'vite';

export default defineConfig({
  plugins: [sveltekit(), fewFiles()],
  // What the health page compares the database with.
  define: { __MIGRATIONS__: JSON.stringify(migrations()) },
  // The oldest browsers that the dashboard works in; static/floor.js tells the others, tests/e2e/floor.spec.ts reads what is built.
  build: { target: ['chrome111', 'edge111', 'firefox115', 'safari16.4'] },
});

function migrations(): string[] {
  const files = readdirSync(new URL('./supabase/migrations', import.meta.url));
  return files.flatMap((file) => /^(\d+)_.*\.sql$/.exec(file)?.[1] ?? []).sort();
}

/**
 * Fewer files for a page to ask for: left alone, rollup makes a file for each set of pages that share something, and the desk asks for
 * sixty. The server's build stays as SvelteKit makes it: its files export what the framework looks up by name.
 */
function fewFiles(): Plugin {
  return {
    name: 'few-files',
    config: ({ build }) =>
      build?.ssr ? undefined : { build: { rollupOptions: { output: { manualChunks: fileOf } } } },
  };
}

const FRAMEWORK = /node_modules\/(svelte|@sveltejs\/kit|devalue|clsx|esm-env)\/|vite\/preload-helper/;
const PAGE = /\/client-optimized\/nodes\/\d+\.js$/;
const IN_THE_DASHBOARD = /\/src\/routes\/\(app\)\//;
const EVERY_PAGE = '/(app)/+layout.svelte';
const THE_DESK = '/[chatbot]/human-support/+page.svelte';

/** What draws and tells messages is a good part of a page, and most pages show none. */
const MESSAGES = /\/(markdown[\w-]*|links|timeline-words)\.ts|\/(Markdown|Tree|Said)\.svelte/;
const HALF_OF_THEM = 13;
const SOME_OF_THEM = 8;

/**
 * The file that a module goes into; undefined where rollup may choose. No page loads a tenth more than it needs. What a module imports is
 * reached by every page that reaches the module, so a file only ever needs those that are named before it here.
 */
const fileOf: Rollup.GetManualChunk = (id, { getModuleInfo }) => {
  if (FRAMEWORK.test(id)) return 'framework';
  if (PAGE.test(id)) return undefined;
  const pages = pagesThatReach(id, getModuleInfo);
  if (pages.length < 2) return undefined;
  if (pages.some((page) => !IN_THE_DASHBOARD.test(page))) return 'everywhere';
  const isOn = (one: string) => pages.some((page) => page.endsWith(one));
  if (isOn(EVERY_PAGE) || pages.length >= HALF_OF_THEM) return 'dashboard';
  if (isOn(THE_DESK)) return MESSAGES.test(id) ? 'messages' : 'desk';
  return pages.length >= SOME_OF_THEM ? 'forms' : undefined;
};

function pagesThatReach(id: string, getModuleInfo: Rollup.GetModuleInfo): string[] {
  const seen = new Set([id]);
  const pages: string[] = [];
  for (const one of seen)
    for (const importer of getModuleInfo(one)?.importers ?? [])
      if (PAGE.test(importer)) pages.push(one);
      else seen.add(importer);
  return pages;
}
