/**
 * Builds what customers' pages load: `dist/widget.js` (the launcher) and, below `dist/widget/`, the control that follows it, the panel
 * and one file of texts per language. All are classic scripts. The parts carry one hash in their names, so they may be cached for ever,
 * and those of earlier releases stay for pages that are open. The launcher keeps its name because it stands in other people's
 * pages, and the control because launchers of any age ask for it; it alone knows the hash.
 */
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, defineConfig, type InlineConfig, type Plugin, type Rollup } from 'vite';
import { texts } from './locales/all.ts';
import { foreignNames, IN_SEVERAL_WORDS } from './names.ts';
import { keepReleases } from './releases.ts';
import type { Texts } from './words.ts';

/** A page reads scripts in its own encoding, whatever ours is; ASCII is the same in all of them. Every letter stands in a string or a pattern. */
const inAscii = (code: string) =>
  code.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Stands where the hash of the release goes, which is known when everything is built. */
const HASH_TO_BE = '00000000';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

function classicScript(entry: string): InlineConfig {
  return {
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    // The project's tsconfig extends a file that SvelteKit writes; this build must not depend on its having run.
    esbuild: { tsconfigRaw: '{}' },
    define: { BUILD: JSON.stringify(HASH_TO_BE) },
    build: {
      // The oldest browsers that the panel works in. Older ones still read launcher and control, which say what there is instead.
      target: /^(index|control)/.test(entry) ? 'es2018' : ['chrome90', 'firefox100', 'safari15.4'],
      emptyOutDir: false,
      outDir: here('../../dist'),
      reportCompressedSize: false,
      lib: { entry: here(entry), formats: ['iife'], name: 'handoff', fileName: () => 'widget.js' },
      // A twentieth smaller than esbuild makes it.
      minify: 'terser',
      terserOptions: {
        ecma: 2020,
        toplevel: true,
        compress: { passes: 3, unsafe_arrows: true, pure_getters: true, reduce_funcs: false },
      },
    },
  };
}

/** The order of every language's texts. */
const KEYS = Object.keys(texts.en) as (keyof Texts)[];

/** A language's texts travel as a list in that order: `texts.talk` becomes `texts[33]`. */
const listTexts: Plugin = {
  name: 'handoff-texts',
  enforce: 'pre',
  transform(code, file) {
    if (!file.startsWith(here('.'))) return;
    return code.replace(/\btexts\.(\w+)/g, (_, key: keyof Texts) => {
      const place = KEYS.indexOf(key);
      if (place < 0) throw new Error(`There is no text ${key}.`);
      return `texts[${place}]`;
    });
  },
};

/** The same short names in all parts, which call each other. */
const nameCache: { props?: { props: Record<string, string> } } = {};

/** What has a short name is never looked up by its text, which would find nothing. */
function requireNoLookups(codes: string[]): void {
  const shortened = Object.keys(nameCache.props?.props ?? {}).map((key) => key.slice(1));
  for (const name of shortened) {
    if (codes.some((code) => new RegExp(`["'\`]${name}["'\`]`).test(code)))
      throw new Error(`${name} is made short, and looked up by its text.`);
  }
}

async function buildScript(config: InlineConfig): Promise<string> {
  const [output] = (await build({
    ...config,
    build: { ...config.build, write: false },
  })) as Rollup.RollupOutput[];
  return inAscii(output!.output[0].code);
}

function buildPart(entry: string): Promise<string> {
  const { build: options, ...config } = classicScript(entry);
  return buildScript({
    ...config,
    plugins: [listTexts],
    // What Chrome 90 gets wrong about optional chains is arguments that are spread in one, which nothing here does.
    esbuild: { ...config.esbuild, supported: { 'optional-chain': true } },
    build: {
      ...options,
      terserOptions: {
        ...options?.terserOptions,
        mangle: { properties: { regex: IN_SEVERAL_WORDS, reserved: foreignNames() } },
        nameCache,
      },
    },
  });
}

const parts: Record<string, string> = {
  panel: await buildPart('panel.ts'),
  lead: await buildPart('view-lead.ts'),
  expectation: await buildPart('expectation-part.ts'),
  realtime: await buildPart('realtime-part.ts'),
  unconfigured: await buildPart('unconfigured.ts'),
  resume: await buildPart('resume.ts'),
  reveal: await buildPart('reveal.ts'),
};
requireNoLookups(Object.values(parts));
for (const [locale, words] of Object.entries(texts)) {
  // Whoever loads it reads the value from the script element that brought it: no global, nothing to collide.
  parts[locale] = inAscii(`document.currentScript.handoff=${JSON.stringify(KEYS.map((key) => words[key]))}`);
}
const control = await buildScript(classicScript('control.ts'));
const hash = createHash('sha256')
  .update(JSON.stringify({ ...parts, control }))
  .digest('hex')
  .slice(0, 8);

function emitParts(): Plugin {
  return {
    name: 'handoff-parts',
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) if (file.type === 'chunk') file.code = inAscii(file.code);
      for (const [name, source] of Object.entries(parts)) {
        this.emitFile({ type: 'asset', fileName: `widget/${name}-${hash}.js`, source });
      }
      const source = control.replaceAll(HASH_TO_BE, hash);
      this.emitFile({ type: 'asset', fileName: 'widget/control.js', source });
    },
    writeBundle({ dir }) {
      keepReleases(join(dir!, 'widget'), hash);
      // Where earlier versions were built to; what is left there would be served in place of these.
      for (const name of ['widget.js', 'widget'])
        rmSync(here(`../../static/${name}`), { recursive: true, force: true });
    },
  };
}

export default defineConfig({
  ...classicScript('index.ts'),
  plugins: [emitParts()],
});
