import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [sveltekit()],
  // The oldest browsers that the dashboard works in; static/floor.js tells the others, tests/e2e/floor.spec.ts reads what is built.
  build: { target: ['chrome111', 'edge111', 'firefox115', 'safari16.4'] },
});
