import { isJsonObject, type Json, type Pointer } from './operations.ts';

const INDEX = /^(0|[1-9]\d{0,8})$/;
const MOST_NAMES = 64;

/** The names a pointer leads along; null: it is no pointer, it points at the whole, or it leads too deep. */
export function namesOf(pointer: Pointer): string[] | null {
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) return null;
  const names = pointer
    .slice(1)
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  return names.length > MOST_NAMES || names.includes('__proto__') ? null : names;
}

export const pointerOf = (names: readonly string[]): Pointer =>
  names.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** What stands at a place; undefined: nothing. */
export function valueAt(value: Json | undefined, names: readonly string[]): Json | undefined {
  let here = value;
  for (const name of names) {
    if (Array.isArray(here)) here = INDEX.test(name) ? (here as Json[])[Number(name)] : undefined;
    else here = isJsonObject(here) && Object.hasOwn(here, name) ? here[name] : undefined;
  }
  return here;
}

/** The value with something set; objects that are missing on the way are made. Null: that cannot be. */
export function withValue<Whole extends Json>(
  whole: Whole,
  names: readonly string[],
  value: Json,
): Whole | null {
  return set(whole, names, value) as Whole | null;
}

function set(here: Json | undefined, names: readonly string[], value: Json): Json | null {
  const [name, ...rest] = names;
  if (name === undefined) return value;
  if (Array.isArray(here)) {
    const list = here as readonly Json[];
    if (!INDEX.test(name) || Number(name) >= list.length) return null;
    const member = rest.length === 0 ? value : set(list[Number(name)], rest, value);
    return member === null && rest.length > 0 ? null : list.with(Number(name), member);
  }
  if (here !== undefined && !isJsonObject(here)) return null;
  const before = here !== undefined && Object.hasOwn(here, name) ? here[name] : undefined;
  const member = rest.length === 0 ? value : set(before, rest, value);
  return member === null && rest.length > 0 ? null : { ...here, [name]: member };
}

/** The value without what stands at a place; the same one where nothing stands there. Null: it stands in a list. */
export function withoutValue<Whole extends Json>(
  whole: Whole,
  names: readonly string[],
): Whole | null {
  const [last] = names.slice(-1);
  const above = valueAt(whole, names.slice(0, -1));
  if (Array.isArray(above)) return null;
  if (last === undefined || !isJsonObject(above) || !Object.hasOwn(above, last)) return whole;
  const rest = Object.fromEntries(Object.entries(above).filter(([name]) => name !== last));
  return names.length === 1 ? (rest as Whole) : withValue(whole, names.slice(0, -1), rest);
}

/** Whether what is at one place holds, or is held by, what is at the other. */
export function overlap(one: Pointer, other: Pointer): boolean {
  return one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
}
