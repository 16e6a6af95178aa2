import { keyed } from './path';

/** Below this a value is shown whole. */
const LARGE = 256 * 1024;
const SHOWN_ROWS = 200;
const SHOWN_CHARACTERS = 20_000;

/** About how many characters a value takes as JSON; beyond `most` it is not counted on. */
function weightOf(value: unknown, most: number): number {
  const todo: unknown[] = [value];
  let weight = 0;
  for (let next = todo.pop(); next !== undefined || todo.length > 0; next = todo.pop()) {
    weight += typeof next === 'string' ? next.length + 2 : 6;
    if (weight > most) return weight;
    for (const [key, item] of keyed(next)) {
      if (typeof key === 'string') weight += key.length + 3;
      todo.push(item);
    }
  }
  return weight;
}

function beginningOf(value: unknown): unknown {
  if (typeof value === 'string') return value.slice(0, SHOWN_CHARACTERS);
  if (Array.isArray(value)) return value.slice(0, SHOWN_ROWS).map(beginningOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, SHOWN_ROWS)
      .map(([key, item]) => [key, beginningOf(item)]),
  );
}

/** The beginning of a value that is too large to be drawn at once: two hundred rows of each list. Others as they are. */
export function cutLarge(value: unknown): { value: unknown; isCut: boolean } {
  if (weightOf(value, LARGE) <= LARGE) return { value, isCut: false };
  return { value: beginningOf(value), isCut: true };
}
