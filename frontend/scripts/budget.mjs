// Weighs what a browser must fetch before a page can show itself, gzipped, from the build's manifest.
// Fails when a page grows beyond its budget. Lazy parts (dialogs, the layout) are listed, not judged.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const OUT = new URL('../../static/editor/', import.meta.url);
const KB = 1024;

/** Page → entry of the manifest and budget in kB; the initial page's chunks count once, for all. `with`: what it shows at once. */
const BUDGETS = [
  { name: 'initial', entry: 'src/main.tsx', kB: 160 },
  { name: 'sign in', entry: 'src/features/accounts/components/sign-in.tsx', kB: 12 },
  { name: 'workflows', entry: 'src/features/workflows/components/workflows-page.tsx', kB: 26 },
  { name: 'executions', entry: 'src/features/executions/components/executions-page.tsx', kB: 20 },
  { name: 'graph', entry: 'src/canvas/graph-canvas.tsx', kB: 90 },
  {
    name: 'editor',
    entry: 'src/features/editor/components/editor-page.tsx',
    kB: 90, // React Flow takes 51 of them: docs/adr/0051
    with: 'src/features/editor/canvas/editor-canvas.tsx',
  },
  { name: 'style', entry: 'style', kB: 16 },
];

const manifest = JSON.parse(readFileSync(new URL('manifest.json', OUT), 'utf8'));

/** The entry and everything it imports statically. */
function chunksOf(entry, seen = new Set()) {
  if (seen.has(entry)) return seen;
  if (manifest[entry] === undefined)
    throw new Error(`the manifest has no ${entry}: is the build fresh?`);
  seen.add(entry);
  for (const next of manifest[entry].imports ?? []) chunksOf(next, seen);
  return seen;
}

const weigh = (file) => gzipSync(readFileSync(new URL(file, OUT)), { level: 9 }).length / KB;
const initial = chunksOf('src/main.tsx');

function weightOf({ name, entry, with: other }) {
  if (entry === 'style') {
    const styles = new Set([...initial].flatMap((key) => manifest[key].css ?? []));
    return [...styles].reduce((sum, file) => sum + weigh(file), 0);
  }
  const all = chunksOf(entry);
  if (other !== undefined) chunksOf(other, all);
  const chunks = [...all].filter((key) => name === 'initial' || !initial.has(key));
  return chunks.reduce((sum, key) => sum + weigh(manifest[key].file), 0);
}

let isOver = false;
for (const budget of BUDGETS) {
  const weight = weightOf(budget);
  const isTooMuch = weight > budget.kB;
  isOver ||= isTooMuch;
  console.log(
    `${isTooMuch ? 'OVER' : 'ok  '} ${budget.name.padEnd(11)} ${weight.toFixed(1).padStart(6)} of ${budget.kB} kB`,
  );
}
process.exit(isOver ? 1 : 0);
