import type { SchemaFolderOut } from '@/generated/api';

export type Folder = SchemaFolderOut;

export interface Branch {
  folder: Folder;
  /** 0 at the top. */
  depth: number;
  hasChildren: boolean;
}

/** Every folder below the one that it lies in, in the order in which they came. */
export function treeOf(folders: readonly Folder[]): Branch[] {
  const known = new Set(folders.map(({ id }) => id));
  const byParent = new Map<string | null, Folder[]>();
  for (const folder of folders) {
    // One whose parent is not there stands at the top rather than nowhere.
    const { parent_id: parent } = folder;
    const place = parent !== null && known.has(parent) ? parent : null;
    byParent.set(place, [...(byParent.get(place) ?? []), folder]);
  }
  const below = (parent: string | null, depth: number): Branch[] =>
    (byParent.get(parent) ?? []).flatMap((folder) => [
      { folder, depth, hasChildren: byParent.has(folder.id) },
      ...below(folder.id, depth + 1),
    ]);
  return below(null, 0);
}

const indexes = new WeakMap<readonly Folder[], ReadonlyMap<string, Folder>>();

/** By their ids. Made once for each answer: of hundreds of folders each is looked up with each drawing. */
function indexOf(folders: readonly Folder[]): ReadonlyMap<string, Folder> {
  const known = indexes.get(folders);
  if (known !== undefined) return known;
  const made = new Map(folders.map((folder) => [folder.id, folder]));
  indexes.set(folders, made);
  return made;
}

/** A folder and those around it, the outermost first; none where it is not known. */
export function pathOf(folders: readonly Folder[], id: string | null): Folder[] {
  const byId = indexOf(folders);
  const path: Folder[] = [];
  for (let at = byId.get(id ?? ''); at !== undefined && !path.includes(at); ) {
    path.unshift(at);
    at = byId.get(at.parent_id ?? '');
  }
  return path;
}

/** Whether a folder is another one, or lies in it, however deep. */
export const liesIn = (folders: readonly Folder[], id: string | null, other: string): boolean =>
  pathOf(folders, id).some((folder) => folder.id === other);

/** "Finance / Invoices": what tells folders of one name apart. */
export const nameOf = (folders: readonly Folder[], id: string): string =>
  pathOf(folders, id)
    .map(({ name }) => name)
    .join(' / ');
