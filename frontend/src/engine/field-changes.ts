import { kindOf, sameJson } from './json';

/** One place at which two values differ; what is not there is undefined. */
export interface FieldChange {
  /** The way to it: `['config', 'headers', 'accept']`. */
  path: readonly string[];
  before: unknown;
  after: unknown;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  kindOf(value) === 'object';

/** Where two values differ, down to the places that cannot be taken apart further. */
export function fieldChanges(
  before: unknown,
  after: unknown,
  path: readonly string[] = [],
): FieldChange[] {
  if (sameJson(before, after)) return [];
  if (isObject(before) && isObject(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((name) => fieldChanges(before[name], after[name], [...path, name]));
  }
  // A list that has grown or shrunk says more as a whole than by its places.
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((item, index) =>
      fieldChanges(item, after[index], [...path, String(index)]),
    );
  }
  return [{ path, before, after }];
}
