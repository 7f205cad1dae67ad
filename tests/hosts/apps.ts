// The apps, as small as their frameworks allow and with the versions pinned: below `/` the chat comes with the npm package, in the
// way the framework's users would write it, below `/tag` with the script tag.

export interface App {
  name: string;
  dependencies: Record<string, string>;
  files: Record<string, string>;
  build: string[];
  /** Serves what was built at the port in the variable PORT. */
  start: string[];
}

/** Two pages below a path that link to each other on the client; `link` is the framework's own. */
const pages = (at: string, link: (href: string, text: string) => string): [string, string] => [
  `<h1>First</h1>${link(`${at}/second`, 'Second')}`,
  `<h1>Second</h1>${link(at || '/', 'First')}`,
];

const nextPage = (content: string) =>
  `import Link from 'next/link';\nexport default function Page() {\n  return <>${content}</>;\n}\n`;
const nextLayout = (imports: string, content: string) =>
  `${imports}\nimport { options } from '../../handoff.js';
export default function Layout({ children }) {
  return <html lang="en"><body>{children}${content}</body></html>;
}\n`;
const nextLink = (href: string, text: string) => `<Link href="${href}">${text}</Link>`;

const next: App = {
  name: 'Next',
  dependencies: { next: '16.4.6', react: '19.3.1', 'react-dom': '19.3.1' },
  files: {
    'app/(package)/layout.jsx': nextLayout(
      "import { HandoffWidget } from 'handoff-widget/react';",
      '<HandoffWidget {...options} />',
    ),
    'app/(package)/page.jsx': nextPage(pages('', nextLink)[0]),
    'app/(package)/second/page.jsx': nextPage(pages('', nextLink)[1]),
    'app/(tag)/layout.jsx': nextLayout(
      '',
      '<script async src={options.src} data-chatbot={options.chatbot} data-api={options.api} />',
    ),
    'app/(tag)/tag/page.jsx': nextPage(pages('/tag', nextLink)[0]),
    'app/(tag)/tag/second/page.jsx': nextPage(pages('/tag', nextLink)[1]),
  },
  build: ['next', 'build'],
  start: ['next', 'start'],
};

const nuxtLink = (href: string, text: string) => `<NuxtLink to="${href}">${text}</NuxtLink>`;
const vuePage = (content: string) => `<template><div>${content}</div></template>\n`;

const nuxt = (version: string): App => ({
  name: 'Nuxt',
  dependencies: { nuxt: version, vue: '3.5.45' },
  files: {
    'nuxt.config.js': `export default defineNuxtConfig({ srcDir: 'app/', compatibilityDate: '2026-11-01', telemetry: false });\n`,
    'app/app.vue': '<template><NuxtLayout><NuxtPage /></NuxtLayout></template>\n',
    'app/layouts/default.vue': `<script setup>
import { HandoffWidget } from 'handoff-widget/vue';
import { options } from '../../handoff.js';
</script>
<template><div><slot /><HandoffWidget v-bind="options" /></div></template>\n`,
    'app/layouts/tag.vue': `<script setup>
import { options } from '../../handoff.js';
const { src, chatbot, api } = options;
useHead({ script: [{ async: true, src, 'data-chatbot': chatbot, 'data-api': api }] });
</script>
<template><div><slot /></div></template>\n`,
    'app/pages/index.vue': vuePage(pages('', nuxtLink)[0]),
    'app/pages/second.vue': vuePage(pages('', nuxtLink)[1]),
    'app/pages/tag/index.vue': tagged(vuePage(pages('/tag', nuxtLink)[0])),
    'app/pages/tag/second.vue': tagged(vuePage(pages('/tag', nuxtLink)[1])),
  },
  build: ['nuxt', 'build'],
  start: ['node', '.output/server/index.mjs'],
});

function tagged(page: string): string {
  return `<script setup>\ndefinePageMeta({ layout: 'tag' });\n</script>\n${page}`;
}

const anchor = (href: string, text: string) => `<a href="${href}">${text}</a>`;
const svelteLayout = (script: string, head = '') => `<script>
  ${script}
  import { options } from '../../handoff.js';
  let { children } = $props();
  ${head ? '' : '$effect(() => mount(options));'}
</script>
${head}{@render children()}\n`;

const sveltekit: App = {
  name: 'SvelteKit',
  dependencies: {
    '@sveltejs/kit': '2.70.4',
    '@sveltejs/adapter-node': '5.5.7',
    '@sveltejs/vite-plugin-svelte': '6.2.3',
    svelte: '5.57.3',
    vite: '7.3.8',
  },
  files: {
    'svelte.config.js': `import adapter from '@sveltejs/adapter-node';\nexport default { kit: { adapter: adapter() } };\n`,
    'vite.config.js': `import { sveltekit } from '@sveltejs/kit/vite';\nexport default { plugins: [sveltekit()] };\n`,
    'src/app.html': `<!doctype html><html lang="en"><head>%sveltekit.head%</head><body><div>%sveltekit.body%</div></body></html>\n`,
    'src/handoff.js': `export * from '../handoff.js';\n`,
    'src/routes/(package)/+layout.svelte': svelteLayout("import { mount } from 'handoff-widget';"),
    'src/routes/(package)/+page.svelte': pages('', anchor)[0],
    'src/routes/(package)/second/+page.svelte': pages('', anchor)[1],
    'src/routes/(tag)/+layout.svelte': svelteLayout(
      '',
      `<svelte:head><script async src={options.src} data-chatbot={options.chatbot} data-api={options.api}></script></svelte:head>`,
    ),
    'src/routes/(tag)/tag/+page.svelte': pages('/tag', anchor)[0],
    'src/routes/(tag)/tag/second/+page.svelte': pages('/tag', anchor)[1],
  },
  build: ['vite', 'build'],
  start: ['node', 'build'],
};

/** Nuxt 4.4.2 is the last that takes Node 20. */
export const APPS: App[] = [next, nuxt('3.21.11'), nuxt('4.4.2'), sveltekit];
