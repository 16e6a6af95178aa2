import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { type PluginOption } from 'vite';
import { defineConfig } from 'vitest/config';
import { chunkOf } from './dev/chunks.ts';

/** sonner adds a `<style>` when it is imported, which a strict style-src refuses; main.tsx imports its stylesheet instead. */
const sonnerWithoutInlineStyle: PluginOption = {
  name: 'sonner-without-inline-style',
  enforce: 'pre',
  transform(code, id) {
    if (!id.includes('/sonner/dist/index.mjs')) return null;
    return code.replace(/^__insertCSS\(.*$/m, '');
  },
};

/** What is not used of React Flow (its map, its buttons, its handles to resize by) stays because it looks as if it did something. */
const flowWithoutTheUnused: PluginOption = {
  name: 'flow-without-the-unused',
  enforce: 'pre',
  apply: 'build',
  transform(code, id) {
    if (!id.includes('/@xyflow/react/dist/esm/')) return null;
    return code
      .replace(/^\w+\.displayName = '\w+';$/gm, '')
      .replace(/ = (memo|forwardRef)\(/g, ' = /* @__PURE__ */ $1(');
  },
};

/** Parts of the screen are fetched by `src/lib/parts.ts`, not by the few lines that Vite adds. */
const partsByOurselves: PluginOption = {
  name: 'parts-by-ourselves',
  enforce: 'pre',
  apply: 'build',
  load(id) {
    if (id !== '\0vite/preload-helper.js') return null;
    const path = fileURLToPath(new URL('./src/lib/parts.ts', import.meta.url));
    return `export { fetchPart as __vitePreload } from ${JSON.stringify(path)};`;
  },
};

const SRC = fileURLToPath(new URL('./src', import.meta.url));
const PORT = Number(/--port[= ](\d+)/.exec(process.argv.join(' '))?.[1] ?? 5173);

export default defineConfig(async ({ mode }) => ({
  plugins: [
    react(),
    tailwindcss(),
    sonnerWithoutInlineStyle,
    partsByOurselves,
    flowWithoutTheUnused,
    // `npm run mock`: the screen without a server behind it.
    mode === 'mock' ? (await import('./dev/plugin.ts')).mockServer() : null,
  ],
  // One base for both modes: Django's STATIC_URL and the folder; the development server answers on the same path.
  base: '/static/editor/',
  resolve: {
    alias: [
      { find: '@', replacement: SRC },
      // React Flow moves its view by numbers alone.
      { find: /^d3-(interpolate|ease|color)$/, replacement: `${SRC}/canvas/motion.ts` },
      // What is needed below React 18 besides.
      {
        find: 'use-sync-external-store/shim/with-selector.js',
        replacement: 'use-sync-external-store/with-selector.js',
      },
    ],
  },
  // Django renders the page, so what Vite serves must name Vite's own address: fonts would be asked from Django.
  server: { port: PORT, strictPort: true, origin: `http://localhost:${PORT}` },
  build: {
    outDir: '../static/editor',
    emptyOutDir: true,
    manifest: 'manifest.json',
    target: 'baseline-widely-available',
    assetsInlineLimit: 0, // no data: URIs, so that font-src and img-src can stay 'self'
    modulePreload: {
      polyfill: false,
      // A part of one file is told to us, too.
      resolveDependencies: (file: string, others: string[]) =>
        others.includes(file) ? others : [file, ...others],
    },
    rolldownOptions: {
      input: { main: 'src/main.tsx' },
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler|react-router)\// },
            // One request instead of forty: each icon is a file of three hundred bytes.
            { name: 'icons', test: /node_modules\/lucide-react\// },
            { name: 'flow', test: /node_modules\/(@xyflow|d3-[a-z]+|classcat)\// },
            { name: chunkOf, test: /\/src\//, includeDependenciesRecursively: false },
          ],
        },
      },
    },
  },
  test: {
    restoreMocks: true,
    pool: 'threads',
    maxWorkers: 2,
    projects: [
      {
        // Plain functions: no browser, so no second lost on starting one.
        extends: true,
        test: {
          name: 'plain',
          environment: 'node',
          include: ['src/{engine,canvas,features,i18n}/**/*.test.ts', 'e2e/**/*.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'screen',
          environment: 'jsdom',
          environmentOptions: { jsdom: { url: 'http://demo.localhost:8000/' } },
          setupFiles: 'src/testing/setup.ts',
          include: ['src/**/*.test.tsx', 'src/lib/*.test.ts'],
          css: false,
          // One browser per worker: starting jsdom costs more than all tests of a file.
          isolate: false,
          testTimeout: 20_000,
        },
      },
    ],
  },
}));
