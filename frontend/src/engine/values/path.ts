/** One step into a value: the name of an entry, or a place in a list. */
export type Key = string | number;

const FIRST_NAME = /^[A-Za-z_]\w*$/;
/** After the first dot a `-` that a letter follows belongs to the name (docs/reference/expressions.md). */
const LATER_NAME = /^[A-Za-z_]\w*(?:-[A-Za-z_]\w*)*$/;

const stepInto = (key: Key, isFirst: boolean): string => {
  if (typeof key === 'number') return `[${key}]`;
  const isName = (isFirst ? FIRST_NAME : LATER_NAME).test(key);
  if (!isName) return `[${JSON.stringify(key)}]`;
  return isFirst ? key : `.${key}`;
};

/** The path of a value as expressions write it: `steps.order.items[0].id`; what is no name stands in brackets. */
export const pathText = (keys: readonly Key[]): string =>
  keys.map((key, index) => stepInto(key, index === 0)).join('');

/** The keys as one text, by which a place is known within its value. */
export const placeOf = (keys: readonly Key[]): string => JSON.stringify(keys);

/** The value at a place; undefined: nothing is there. */
export function valueAt(value: unknown, keys: readonly Key[]): unknown {
  let here = value;
  for (const key of keys) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = (here as Readonly<Record<Key, unknown>>)[key];
  }
  return here;
}

/** The entries of an object or list; those of a list by number. [] for anything else. */
export function keyed(value: unknown): [Key, unknown][] {
  if (Array.isArray(value))
    return (value as unknown[]).map((item, index): [Key, unknown] => [index, item]);
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
