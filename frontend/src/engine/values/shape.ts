import { type JsonKind, kindOf } from '../json';

/** What a value is made of, without saying what it is: its types, its entries, and those of a list's items together. */
export interface Shape {
  kinds: readonly JsonKind[];
  /** Of an object: its entries by name. */
  fields: readonly Field[];
  /** Of a list: what its items have in common; null where it has none, or is no list. */
  items: Shape | null;
  /** Of a list: how many items it has. */
  length: number | null;
}

interface Field {
  name: string;
  shape: Shape;
  /** Not every item of the list around it has it. */
  isOptional: boolean;
}

/** So many items of a list are looked at, and so many entries of an object told. */
const LOOKED_AT = 200;
const DEEPEST = 12;

const objects = (values: readonly unknown[]): Readonly<Record<string, unknown>>[] =>
  values.filter((one) => kindOf(one) === 'object') as Readonly<Record<string, unknown>>[];

function fieldsOf(values: readonly unknown[], depth: number): Field[] {
  const all = objects(values);
  const names = [...new Set(all.flatMap((one) => Object.keys(one)))].slice(0, LOOKED_AT);
  return names.map((name) => {
    const having = all.filter((one) => Object.hasOwn(one, name));
    return {
      name,
      shape: joint(
        having.map((one) => one[name]),
        depth + 1,
      ),
      isOptional: having.length < all.length,
    };
  });
}

/** The shape of several values that stand in the same place. */
function joint(values: readonly unknown[], depth: number): Shape {
  const kinds = [...new Set(values.map(kindOf))];
  const lists = values.filter(Array.isArray) as unknown[][];
  const items = lists.flatMap((list) => list.slice(0, LOOKED_AT)).slice(0, LOOKED_AT);
  const isDeep = depth >= DEEPEST;
  return {
    kinds,
    fields: isDeep ? [] : fieldsOf(values, depth),
    items: items.length === 0 || isDeep ? null : joint(items, depth + 1),
    length: lists.length === 1 && values.length === 1 ? (lists[0]?.length ?? 0) : null,
  };
}

export const shapeOf = (value: unknown): Shape => joint([value], 0);
