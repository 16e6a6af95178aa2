import { kindOf } from '../json';
import { type Key, keyed } from './path';

export interface Row {
  key: Key;
  /** What stands in each column; undefined: this row has no such entry. */
  cells: readonly unknown[];
}

/** `rows`: a list of objects, a column for each name. `plain`: name and value, or a list of anything. */
export interface Table {
  kind: 'rows' | 'plain';
  columns: readonly string[];
  rows: readonly Row[];
}

const MOST_COLUMNS = 40;

/** A value as a table; null for one that is no list and no object. */
export function tableOf(value: unknown): Table | null {
  const kind = kindOf(value);
  if (kind !== 'array' && kind !== 'object') return null;
  const entries = keyed(value);
  const isRows = kind === 'array' && entries.every(([, item]) => kindOf(item) === 'object');
  if (!isRows || entries.length === 0) {
    const rows = entries.map(([key, item]) => ({ key, cells: [item] }));
    return { kind: 'plain', columns: [], rows };
  }
  const names = new Set(entries.flatMap(([, item]) => Object.keys(item as object)));
  const columns = [...names].slice(0, MOST_COLUMNS);
  const rows = entries.map(([key, item]) => {
    const row = item as Readonly<Record<string, unknown>>;
    return { key, cells: columns.map((name) => row[name]) };
  });
  return { kind: 'rows', columns, rows };
}
