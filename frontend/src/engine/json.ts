export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null' | 'missing';

export function kindOf(value: unknown): JsonKind {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  const kind = typeof value;
  return kind === 'object' || kind === 'string' || kind === 'number' || kind === 'boolean'
    ? kind
    : 'missing';
}

/** The entries of an object or list, with list indexes as text; [] for anything else. */
export function entriesOf(value: unknown): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value);
}

const GLIMPSED_ENTRIES = 4;
const GLIMPSED_CHARACTERS = 40;

function wordOf(value: unknown): string {
  const kind = kindOf(value);
  if (kind === 'object') return entriesOf(value).length === 0 ? '{}' : '{…}';
  if (kind === 'array') return entriesOf(value).length === 0 ? '[]' : '[…]';
  // Cut before it is written out: a text of megabytes must not be copied for one line.
  return JSON.stringify(typeof value === 'string' ? value.slice(0, GLIMPSED_CHARACTERS) : value);
}

/** One line of what a closed branch holds: "sku: "LAMP-3", pieces: 2". */
export function glimpseOf(value: unknown): string {
  const shown = entriesOf(value).slice(0, GLIMPSED_ENTRIES);
  return shown
    .map(([key, item]) => (Array.isArray(value) ? wordOf(item) : `${key}: ${wordOf(item)}`))
    .join(', ');
}

/** What the server writes in place of a secret. */
export const REDACTED = '[REDACTED]';

/** Whether a text has a place where a secret was kept out; the mark may stand within a longer text. */
export const holdsMasked = (text: string): boolean => text.includes(REDACTED);

/** JSON as somebody typed it. */
export function readJson(source: string): { ok: true; value: unknown } | { ok: false } {
  try {
    return { ok: true, value: JSON.parse(source) as unknown };
  } catch {
    return { ok: false };
  }
}

/** Whether two values are the same JSON; the order of an object's keys does not matter. */
export function sameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (kindOf(one) !== kindOf(other) || Array.isArray(one) !== Array.isArray(other)) return false;
  if (typeof one !== 'object' || one === null || typeof other !== 'object' || other === null)
    return false;
  const mine = Object.entries(one);
  const theirs = new Map<string, unknown>(Object.entries(other));
  return (
    mine.length === theirs.size &&
    mine.every(([key, value]) => theirs.has(key) && sameJson(value, theirs.get(key)))
  );
}
