import { kindOf } from '../json';
import { type Key, keyed, placeOf } from './path';
import type { Found } from './search';

/** One line of a value's tree. */
export interface TreeRow {
  place: string;
  keys: readonly Key[];
  depth: number;
  value: unknown;
  /** How many entries are inside; 0 for a leaf. */
  size: number;
  isOpen: boolean;
}

const OPEN_DEPTH = 2;
/** An object or list of more than this is closed at first, so that what follows it is in sight. */
const OPEN_SIZE = 50;

/**
 * The lines of a value that are in sight: of branches that are open, or, while somebody searches, of those that lead to
 * what was found. `turned` are the branches that a person has opened or closed.
 */
export function treeRows(
  value: unknown,
  turned: ReadonlyMap<string, boolean>,
  found: Found | null,
  most: number,
): TreeRow[] {
  const rows: TreeRow[] = [];
  const walk = (keys: readonly Key[], here: unknown, depth: number): void => {
    for (const [key, item] of keyed(here)) {
      if (rows.length > most) return;
      const own = [...keys, key];
      const place = placeOf(own);
      if (found !== null && !found.places.has(place)) continue;
      const size = keyed(item).length;
      const isOpenAtFirst = found !== null || (depth < OPEN_DEPTH && size <= OPEN_SIZE);
      const isOpen = size > 0 && (turned.get(place) ?? isOpenAtFirst);
      rows.push({ place, keys: own, depth, value: item, size, isOpen });
      if (isOpen) walk(own, item, depth + 1);
    }
  };
  walk([], value, 0);
  return rows;
}

/** Whether a value is drawn as a tree at all: an object or list with something inside. */
export const hasBranches = (value: unknown): boolean => {
  const kind = kindOf(value);
  return (kind === 'object' || kind === 'array') && keyed(value).length > 0;
};
