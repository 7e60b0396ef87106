import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const PLAIN_NODE = ['**/*.mjs', '**/*.cjs'];

/** What a page runs; `tsconfig.browser.json` knows which names a browser has. */
const BROWSER = ['lib/**/script.js'];

const NODE_GLOBALS = {
  URL: 'readonly',
  clearInterval: 'readonly',
  console: 'readonly',
  module: 'writable',
  performance: 'readonly',
  process: 'readonly',
  setInterval: 'readonly',
};

export default defineConfig(
  globalIgnores(['build/', 'dist/', 'runs/', 'coverage/', 'test/fixtures/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Numbers and booleans read well in messages.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // `while (true)` is the plain form of a loop that ends from within.
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // noUncheckedIndexedAccess asks for `!` where a loop's bounds are the proof.
      '@typescript-eslint/no-non-null-assertion': 'off',
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // jest's matchers and mocks take methods without their object, and its asymmetric matchers are typed as any.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/require-await': 'off',
      'no-console': 'off',
    },
  },
  {
    files: PLAIN_NODE,
    languageOptions: { globals: NODE_GLOBALS },
    rules: { 'prefer-const': 'error', eqeqeq: 'error' },
  },
  {
    files: BROWSER,
    languageOptions: { sourceType: 'script' },
    rules: { 'no-undef': 'off', 'prefer-const': 'error', eqeqeq: 'error', 'no-console': 'error' },
  },
);
