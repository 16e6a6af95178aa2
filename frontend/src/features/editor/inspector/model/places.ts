import { isObject } from './fields';

/** Where a value stands in a node's config: names, and indexes of lists. */
export type Place = readonly (string | number)[];

const escaped = (part: string | number): string =>
  String(part).replace(/~/g, '~0').replace(/\//g, '~1');

/** The JSON pointer into a node. */
export const pointerOf = (place: Place): string =>
  ['', 'data', 'config', ...place].map(escaped).join('/');

/** What stands at a place; undefined where there is nothing. */
export function valueAt(config: unknown, place: Place): unknown {
  return place.reduce<unknown>((value, part) => {
    if (Array.isArray(value)) return (value as unknown[])[Number(part)];
    return isObject(value) ? value[part] : undefined;
  }, config);
}

/** A copy of an object in which the names on the way to `place` lead to nothing. */
function without(value: unknown, [first, ...rest]: Place): unknown {
  if (!isObject(value) || first === undefined) return value;
  const entries = Object.entries(value).flatMap(([name, inner]) => {
    if (name !== String(first)) return [[name, inner] as const];
    return rest.length === 0 ? [] : [[name, without(inner, rest)] as const];
  });
  return Object.fromEntries(entries);
}

interface Patch {
  set?: Record<string, unknown>;
  unset?: string[];
}

export const setting = (place: Place, value: unknown): Patch => ({
  set: { [pointerOf(place)]: value },
});

/** What removes a value. Inside of a list nothing is unset: its innermost item is set anew without it. */
export function clearing(config: unknown, place: Place): Patch {
  const index = place.findLastIndex((part) => typeof part === 'number');
  if (index === -1) return { unset: [pointerOf(place)] };
  const item = place.slice(0, index + 1);
  return setting(item, without(valueAt(config, item), place.slice(index + 1)));
}

export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const rest = list.filter((_, index) => index !== from);
  return [...rest.slice(0, to), ...list.slice(from, from + 1), ...rest.slice(to)];
}

/** The object with one of its names changed; the order stays. */
export const withName = (value: object, name: string, next: string): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key === name ? next : key, inner as unknown]),
  );
