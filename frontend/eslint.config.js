import js from '@eslint/js';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { importX } from 'eslint-plugin-import-x';
import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const features = [
  'accounts',
  'api-keys',
  'audit',
  'credentials',
  'editor',
  'executions',
  'home',
  'members',
  'schedules',
  'settings',
  'sso',
  'tenants',
  'webhooks',
  'workflows',
];

/** The floors: each may import only what lies below; between features only `facade.ts` may be imported. */
const zones = [
  {
    target: ['./src/lib', './src/generated', './src/i18n', './src/engine'],
    from: ['./src/ui', './src/canvas', './src/features', './src/app'],
    message: 'lib, engine and i18n lie below everything that draws.',
  },
  {
    target: './src/engine',
    from: ['./src/lib', './src/generated', './src/i18n'],
    message: 'engine is plain TypeScript: it knows neither the server nor the screen.',
  },
  {
    target: './src/ui',
    from: ['./src/canvas', './src/features', './src/app'],
    message: 'ui has no product words.',
  },
  {
    target: './src/canvas',
    from: ['./src/features', './src/app'],
    message: 'the canvas draws graphs; features feed it.',
  },
  { target: './src/features', from: './src/app', message: 'only app composes features.' },
  ...features.map((name) => ({
    target: `./src/features/${name}`,
    from: './src/features',
    except: [`./${name}`, ...features.map((other) => `./${other}/facade.ts`)],
    message: 'features meet only at their facade.ts.',
  })),
];

export default tseslint.config(
  { ignores: ['src/generated', 'node_modules', 'test-results', 'eslint.config.js'] },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['scripts/*.mjs'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { 'import-x': importX },
    settings: {
      // Without these two the cycle rule never opens a TypeScript file, and is silent for ever.
      'import-x/extensions': ['.ts', '.tsx'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
      'import-x/resolver-next': [createTypeScriptImportResolver({ project: import.meta.dirname })],
    },
    rules: {
      'max-lines': ['error', { max: 400 }],
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // A handler may be async: React ignores the promise, and every rejection is caught by the mutation it calls.
      '@typescript-eslint/no-misused-promises': [
        'error',
        { checksVoidReturn: { attributes: false } },
      ],
      'no-console': 'error',
    },
  },
  {
    files: ['src/**/*.tsx'],
    extends: [jsxA11y.flatConfigs.strict, reactHooks.configs.flat.recommended],
    rules: {
      'max-lines': ['error', { max: 250 }],
      // It warns of libraries that the React Compiler cannot memoise; the build does not use that compiler.
      'react-hooks/incompatible-library': 'off',
    },
  },
  {
    files: ['src/**/*.ts'],
    plugins: { 'react-hooks': reactHooks },
    rules: reactHooks.configs.flat.recommended.rules,
  },
  {
    files: ['src/**/*.test.{ts,tsx}', 'src/testing/**', 'e2e/**', 'dev/**'],
    rules: {
      'max-lines': ['error', { max: 600 }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
  {
    files: ['scripts/*.mjs', 'e2e/**'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        fetch: 'readonly',
        document: 'readonly',
        window: 'readonly',
        setTimeout: 'readonly',
      },
    },
    rules: { 'no-console': 'off' },
  },
);
