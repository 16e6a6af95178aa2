import { useState } from 'react';
import { useShortcut } from './keys';

/** The ids between two rows, both included; the second alone where the first is gone. */
export function between(ids: readonly string[], from: string | null, to: string): string[] {
  const start = from === null ? -1 : ids.indexOf(from);
  const end = ids.indexOf(to);
  if (start === -1) return [to];
  return ids.slice(Math.min(start, end), Math.max(start, end) + 1);
}

export interface Selection<Row> {
  /** The chosen rows, in the order of the list. */
  chosen: readonly Row[];
  has: (id: string) => boolean;
  isAll: boolean;
  /** Chooses a row or leaves it; as a range also all rows between it and the one before. */
  toggle: (id: string, isRange: boolean) => void;
  toggleAll: () => void;
  /** Leaves these; the others stay chosen. */
  leave: (ids: readonly string[]) => void;
  clear: () => void;
}

const NONE: ReadonlySet<string> = new Set();

/**
 * Which rows of a list a person has chosen. It is kept by id, for new rows come in from above; a row that leaves the
 * list is left, so that it does not come back chosen. While the list loads (`isHere` is false) none leaves it.
 */
export function useSelection<Row extends { id: string }>(
  rows: readonly Row[],
  isHere: boolean,
): Selection<Row> {
  const [ids, setIds] = useState(NONE);
  const [anchor, setAnchor] = useState<string | null>(null);
  const chosen = rows.filter(({ id }) => ids.has(id));
  if (isHere && chosen.length < ids.size) setIds(new Set(chosen.map(({ id }) => id)));
  const isAll = rows.length > 0 && chosen.length === rows.length;
  const toggle = (id: string, isRange: boolean): void => {
    const order = rows.map((row) => row.id);
    const meant = isRange ? between(order, anchor, id) : [id];
    const next = new Set(ids);
    const isOn = isRange || !ids.has(id);
    for (const one of meant) {
      if (isOn) next.add(one);
      else next.delete(one);
    }
    setIds(next);
    setAnchor(id);
  };
  return {
    chosen,
    isAll,
    has: (id) => ids.has(id),
    toggle,
    toggleAll: () => setIds(isAll ? NONE : new Set(rows.map(({ id }) => id))),
    leave: (left) => setIds(new Set([...ids].filter((id) => !left.includes(id)))),
    clear: () => {
      setIds(NONE);
      setAnchor(null);
    },
  };
}

/** X, ⇧X, A and Escape, for the row that J and K have reached; `selection` is undefined where nothing may be chosen. */
export function useChoiceKeys(
  id: string | undefined,
  selection: Pick<Selection<unknown>, 'toggle' | 'toggleAll' | 'clear' | 'chosen'> | undefined,
): void {
  const toggle = (isRange: boolean): void => {
    if (id !== undefined) selection?.toggle(id, isRange);
  };
  const isOn = selection !== undefined;
  useShortcut('select_row', () => toggle(false), isOn && id !== undefined);
  useShortcut('select_range', () => toggle(true), isOn && id !== undefined);
  useShortcut('select_all', () => selection?.toggleAll(), isOn);
  useShortcut('clear_selection', () => selection?.clear(), isOn && selection.chosen.length > 0);
}
