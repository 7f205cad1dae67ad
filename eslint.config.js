import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

export default ts.config(
  {
    ignores: [
      '.svelte-kit/**',
      'build/**',
      'dist/**',
      'src/handoff-widget/dist/**',
      'supabase/.temp/**',
      'supabase/functions/_shared/database.types.ts',
      'test-results/**',
      'playwright-report/**',
    ],
  },
  js.configs.recommended,
  ...ts.configs.strict,
  ...ts.configs.stylistic,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      // TypeScript knows which names exist; `no-undef` does not understand types.
      'no-undef': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      eqeqeq: ['error', 'always'],
      'no-console': ['error', { allow: ['warn', 'error', 'info'] }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // With noUncheckedIndexedAccess an index just checked still needs a `!`.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-confusing-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', caughtErrors: 'none' }],
      // The app is served from the root of its host; links are checked by the end-to-end stories.
      'svelte/no-navigation-without-resolve': 'off',
      // State classes replace their Maps and Sets whole ($state.raw), so these need no reactivity of their own.
      'svelte/prefer-svelte-reactivity': 'off',
      // Markdown is rendered from tokens, so nothing may ever write HTML into a page.
      'svelte/no-at-html-tags': 'error',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig } },
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.property.name='slice'][arguments.0.value=0][arguments.1.value=1]",
          message: 'Half a flag or emoji is no initial: use initialOf of #shared/initial.ts.',
        },
      ],
    },
  },
  { files: ['supabase/functions/**/*.ts'], languageOptions: { globals: { Deno: 'readonly' } } },
);
