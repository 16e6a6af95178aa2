/** How the build puts what the editor begins with into one file: forty small ones weigh a fifth more. */

interface Info {
  readonly isEntry: boolean;
  readonly importers: readonly string[];
  readonly dynamicImporters: readonly string[];
}

interface Modules {
  getModuleInfo: (id: string) => Info | null;
}

/** What shows the editor. Whatever else it fetches comes after these. */
const FIRST = [
  '/src/features/editor/components/editor-page.tsx',
  '/src/features/editor/canvas/editor-canvas.tsx',
];

/** A graph that is only looked at; it shares its cards with the editor. */
const GRAPH = '/src/canvas/graph-canvas.tsx';

const isFirst = (id: string): boolean => FIRST.some((path) => id.endsWith(path));

/** The parts by which a module comes: what is imported by `import()`, and the page's entry. */
function partsWith(id: string, modules: Modules): ReadonlySet<string> {
  const parts = new Set<string>();
  const seen = new Set([id]);
  for (const one of seen) {
    const info = modules.getModuleInfo(one);
    if (info === null || info.isEntry || info.dynamicImporters.length > 0) parts.add(one);
    for (const importer of info?.importers ?? []) seen.add(importer);
  }
  return parts;
}

/** Whether a part is one of the editor's, so that what the editor begins with is there before it. */
function isOfEditor(part: string, modules: Modules, seen: ReadonlySet<string>): boolean {
  if (isFirst(part) || seen.has(part)) return true;
  const info = modules.getModuleInfo(part);
  if (info === null || info.isEntry) return false;
  const known = new Set([...seen, part]);
  return info.dynamicImporters.every((importer) =>
    [...partsWith(importer, modules)].every((one) => isOfEditor(one, modules, known)),
  );
}

/**
 * The file of a module: the editor's for what only the editor has, and has at once; the graph's for what both have; null:
 * wherever the build puts it.
 */
export function chunkOf(id: string, modules: Modules): string | null {
  const info = modules.getModuleInfo(id);
  if (info === null || info.isEntry || info.dynamicImporters.length > 0) return null;
  const parts = [...partsWith(id, modules)];
  if (!parts.some(isFirst)) return null;
  const others = parts.filter((part) => !isOfEditor(part, modules, new Set()));
  if (others.length === 0) return 'editor';
  return others.every((part) => part.endsWith(GRAPH)) ? 'graph' : null;
}
