// The npm package as its users get it: packed, installed somewhere else, imported by Node without a page, and its types checked
// there. What it does on a page is told by the stories in tests/e2e/embed-package.spec.ts.
import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const own = fileURLToPath(new URL('.', import.meta.url));
const installed = fileURLToPath(new URL('../../node_modules', import.meta.url));
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

let app: string;
let brought: string[];

/** Throws what the program said, on either stream, when it fails. */
function run(command: string, args: string[], cwd = app): string {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    shell: process.platform === 'win32' && command === 'npm',
  });
  if (status !== 0) throw new Error(`${stdout}${stderr}`);
  return stdout;
}

/** Runs a module that its users might have written. */
const runModule = (source: string) =>
  run(process.execPath, ['--input-type=module', '-e', source]).trim().split('\n');

/** The TypeScript that a document shows: `ts` or `tsx`, and the code. */
const snippets = (document: string) =>
  [...readFileSync(document, 'utf8').matchAll(/^```(tsx?)\n([\s\S]*?)^```/gm)].map(
    ([, kind, code]) => [kind!, code!] as const,
  );

beforeAll(() => {
  app = mkdtempSync(join(tmpdir(), 'handoff-consumer-'));
  run('npm', ['pack', '--silent', '--pack-destination', app], own);
  const [tarball] = readdirSync(app);
  writeFileSync(join(app, 'package.json'), '{ "type": "module", "private": true }');
  run('npm', ['install', '--offline', '--silent', '--no-audit', '--no-fund', `./${tarball}`]);
  const modules = join(app, 'node_modules');
  brought = readdirSync(modules).filter((name) => !name.startsWith('.'));
  mkdirSync(join(modules, '@types'));
  for (const name of ['react', 'react-dom', 'vue', '@types/react']) {
    symlinkSync(join(installed, name), join(modules, name), 'junction');
  }
}, 120_000);

afterAll(() => rmSync(app, { recursive: true, force: true }));

describe('the packed handoff-widget', () => {
  it('holds what is built and nothing else, and brings no dependencies along', () => {
    const files = readdirSync(join(app, 'node_modules/handoff-widget'), { recursive: true })
      .map(String)
      .sort();
    const built = ['index', 'react', 'vue'].flatMap((name) => [
      join('dist', `${name}.d.ts`),
      join('dist', `${name}.js`),
    ]);
    expect(files).toEqual(['README.md', 'dist', ...built, 'package.json'].sort());
    expect(brought).toEqual(['handoff-widget']);
  });

  it('does nothing on a server, and a load that nobody waits for ends no process', () => {
    const script = `
      const before = Object.keys(globalThis).length;
      const { load, mount, destroy, open, close, escalate, reset, on } = await import('handoff-widget');
      const options = { src: 'https://host.example/widget.js', chatbot: 'c', api: 'https://api.example' };
      [open, close, escalate, reset, destroy].forEach((call) => call());
      on('open', () => {});
      mount(options)();
      load(options);
      await load(options).catch(({ message }) => console.log(message));
      console.log(Object.keys(globalThis).length - before);`;
    expect(runModule(script)).toEqual([
      'handoff-widget: load() needs a browser; on a server there is no page to put the chat on',
      '0',
    ]);
  });

  it('is rendered by React and Vue on a server as nothing at all', () => {
    const script = `
      import { createElement } from 'react';
      import { renderToString } from 'react-dom/server';
      import { createSSRApp, h } from 'vue';
      import { renderToString as renderVue } from 'vue/server-renderer';
      import { HandoffWidget } from 'handoff-widget/react';
      import { HandoffWidget as InVue } from 'handoff-widget/vue';
      const options = { src: 'https://host.example/widget.js', chatbot: 'c', api: 'https://api.example' };
      console.log(JSON.stringify(renderToString(createElement(HandoffWidget, options))));
      console.log(await renderVue(createSSRApp({ render: () => h(InVue, options) })));`;
    expect(runModule(script)).toEqual(['""', '<!---->']);
  });

  it('gives its users types, and what its documents show is right by them', () => {
    writeFileSync(
      join(app, 'use.ts'),
      `import { createElement } from 'react';
       import { h } from 'vue';
       import { destroy, load, mount, on, open, reset, type Handoff, type HandoffOptions } from 'handoff-widget';
       import { HandoffWidget } from 'handoff-widget/react';
       import { HandoffWidget as InVue } from 'handoff-widget/vue';
       const options: HandoffOptions = { src: 'https://host.example/widget.js', chatbot: 'c', api: 'https://api.example', position: 'left' };
       const handoff: Handoff = await load(options);
       handoff.on('escalated', ({ reference }) => reference.toUpperCase());
       on('message', ({ role }: { role: 'agent' }) => role);
       const unmount: () => void = mount(options);
       export default [open, reset, destroy, unmount, createElement(HandoffWidget, options), h(InVue, options)];
       // @ts-expect-error The chatbot and the project are needed.
       void load({ src: 'https://host.example/widget.js' });
       // @ts-expect-error There are two sides.
       createElement(HandoffWidget, { ...options, position: 'top' });
       // @ts-expect-error No such event.
       on('opened', () => {});`,
    );
    const flags = ['--strict', '--noEmit', '--skipLibCheck', '--target', 'es2022', '--module', 'nodenext'];
    const shown = ['README.md', '../../docs/embedding.md'].flatMap((name) => snippets(join(own, name)));
    expect(shown.length).toBeGreaterThan(3);
    shown.forEach(([kind, code], index) => writeFileSync(join(app, `shown-${index}.${kind}`), code));
    const files = readdirSync(app).filter((name) => /\.tsx?$/.test(name));
    run(process.execPath, [tsc, ...flags, '--jsx', 'react-jsx', ...files]);
  }, 120_000);
});
