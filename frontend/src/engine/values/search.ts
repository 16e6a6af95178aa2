import { type Key, keyed, placeOf } from './path';

export interface Found {
  /** The places to show: those that fit, and all on the way to them. */
  places: ReadonlySet<string>;
  count: number;
  /** There is more than was looked through. */
  isCut: boolean;
}

const MOST_VALUES = 50_000;

const saysOf = (value: unknown): string =>
  typeof value === 'object' && value !== null ? '' : String(value).toLowerCase();

/** Where a value says what was typed: in the name of an entry, or in a text, number or truth. */
export function search(value: unknown, typed: string): Found {
  const query = typed.trim().toLowerCase();
  const places = new Set<string>();
  const todo: Key[][] = [[]];
  const values: unknown[] = [value];
  let count = 0;
  let seen = 0;
  for (; seen < values.length && seen < MOST_VALUES; seen += 1) {
    const keys = todo[seen] ?? [];
    const here = values[seen];
    const name = keys.at(-1);
    const isNamed = typeof name === 'string' && name.toLowerCase().includes(query);
    if (isNamed || saysOf(here).includes(query)) {
      count += 1;
      for (let length = 0; length <= keys.length; length += 1)
        places.add(placeOf(keys.slice(0, length)));
    }
    for (const [key, item] of keyed(here)) {
      todo.push([...keys, key]);
      values.push(item);
    }
  }
  return { places, count, isCut: seen < values.length };
}
