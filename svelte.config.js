import adapter from '@sveltejs/adapter-node';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

// Hashes instead of nonces: the same answer stays the same bytes, which is how a foreign and a missing case are kept
// indistinguishable. The Supabase address is known at run time only, so hooks.server.ts adds it to connect-src.
/** @type {import('@sveltejs/kit').Config} */
export default {
  preprocess: vitePreprocess(),
  kit: {
    adapter: adapter({ precompress: true }),
    typescript: {
      config: (config) => {
        config.include.push('../tests/e2e/**/*.ts', '../*.config.ts', '../eslint.config.js');
        config.exclude.push('../src/widget/**');
      },
    },
    // Registered where somebody asks for notifications, and nowhere else.
    serviceWorker: { register: false },
    csp: {
      mode: 'hash',
      directives: {
        'default-src': ['none'],
        'script-src': ['self'],
        'style-src': ['self'],
        'style-src-attr': ['unsafe-inline'],
        'img-src': ['self', 'data:'],
        'font-src': ['self'],
        'connect-src': ['self'],
        'manifest-src': ['self'],
        'worker-src': ['self'],
        'form-action': ['self'],
        'base-uri': ['none'],
        'frame-ancestors': ['none'],
      },
    },
  },
};
