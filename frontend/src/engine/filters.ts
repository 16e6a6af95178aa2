import { entriesOf } from './json';

/** How the value of an operator is written: not at all, as one value, a list, a range, or an expression. */
export type ValueForm = 'none' | 'one' | 'list' | 'range' | 'pattern';

export const OPERATORS = {
  equals: 'one',
  not_equals: 'one',
  contains: 'one',
  not_contains: 'one',
  starts_with: 'one',
  ends_with: 'one',
  regex: 'pattern',
  gt: 'one',
  gte: 'one',
  lt: 'one',
  lte: 'one',
  between: 'range',
  in: 'list',
  not_in: 'list',
  matches_any: 'list',
  matches_all: 'list',
  exists: 'none',
  not_exists: 'none',
  is_empty: 'none',
  is_not_empty: 'none',
} as const satisfies Record<string, ValueForm>;

export type Operator = keyof typeof OPERATORS;

export interface FilterRow {
  path: string;
  operator: Operator;
  value: unknown;
  group: number;
  isOn: boolean;
}

/** Whether all rows must hold, any one of them, or all of any group. */
export type Match = 'all' | 'any' | 'groups';

const isOperator = (name: unknown): name is Operator =>
  typeof name === 'string' && name in OPERATORS;

/** The filters of a webhook's config as rows; null where something in them is none, so that nothing is lost by editing. */
export function readFilters(config: unknown): FilterRow[] | null {
  if (config === undefined || config === null || config === '') return [];
  if (!Array.isArray(config)) return null;
  const rows: FilterRow[] = [];
  for (const item of config as unknown[]) {
    const {
      path,
      operator,
      value,
      group = 0,
      enabled = true,
    } = (item ?? {}) as Record<string, unknown>;
    if (typeof path !== 'string' || !isOperator(operator) || typeof group !== 'number') return null;
    rows.push({ path, operator, value, group, isOn: enabled !== false });
  }
  return rows;
}

/** The rows as a webhook's config has them: what says nothing is left out. */
export function writeFilters(rows: readonly FilterRow[]): Record<string, unknown>[] {
  return rows.map(({ path, operator, value, group, isOn }) => ({
    path,
    operator,
    ...(OPERATORS[operator] === 'none' ? {} : { value: value ?? null }),
    ...(group === 0 ? {} : { group }),
    ...(isOn ? {} : { enabled: false }),
  }));
}

export function matchOf(rows: readonly FilterRow[]): Match {
  const groups = new Set(rows.map(({ group }) => group));
  if (groups.size <= 1) return 'all';
  return groups.size === rows.length ? 'any' : 'groups';
}

/** The rows in groups of their own, in one, or as they are. */
export function matching(rows: readonly FilterRow[], match: Match): FilterRow[] {
  return rows.map((row, index) => ({
    ...row,
    group: match === 'all' ? 0 : match === 'any' ? index : row.group,
  }));
}

/** What somebody has typed as a value: JSON where it is a number, a word of JSON or a quoted text, else the text. */
export function valueOf(typed: string): unknown {
  const text = typed.trim();
  if (!/^(?:-?\d+(?:\.\d+)?|true|false|null|".*")$/s.test(text)) return typed;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return typed;
  }
}

/** A value as somebody types it: a text stands in quotes only where it would be read as something else. */
export function typedOf(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') return JSON.stringify(value);
  return valueOf(value) === value ? value : JSON.stringify(value);
}

/** A list as somebody types it: values with commas between them, or JSON. */
export function listOf(typed: string): unknown[] {
  if (typed.trim().startsWith('[')) {
    try {
      const read = JSON.parse(typed) as unknown;
      if (Array.isArray(read)) return read;
    } catch {
      // Not yet, while it is being typed.
    }
  }
  return typed
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(valueOf);
}

export function typedList(value: unknown): string {
  if (!Array.isArray(value)) return typedOf(value);
  const parts = (value as unknown[]).map(typedOf);
  const isPlain = parts.every((part) => part !== '' && !part.includes(',') && part === part.trim());
  return isPlain ? parts.join(', ') : JSON.stringify(value);
}

/** The value that a row gets when its operator changes: what still fits of the old one. */
export function valueFor(operator: Operator, before: unknown): unknown {
  const form = OPERATORS[operator];
  if (form === 'none') return undefined;
  if (form === 'list')
    return Array.isArray(before) ? before : before === undefined || before === '' ? [] : [before];
  if (form === 'range') return { min: 0, max: 0 };
  const one: unknown = Array.isArray(before) ? before[0] : before;
  return one === undefined || (typeof one === 'object' && one !== null) ? '' : one;
}

const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;
const MOST_PATHS = 200;

/** Every path into a value that a filter may name, nearest first: `$.body.ref`, `$.body['x y']`. */
export function pathsIn(value: unknown): string[] {
  const found: string[] = [];
  const open: [string, unknown][] = [['$', value]];
  for (
    let next = open.shift();
    next !== undefined && found.length < MOST_PATHS;
    next = open.shift()
  ) {
    const [path, item] = next;
    if (path !== '$') found.push(path);
    // Of a list the first entry stands for all.
    for (const [name, inner] of entriesOf(item).slice(0, Array.isArray(item) ? 1 : undefined)) {
      if (Array.isArray(item)) open.push([`${path}[${name}]`, inner]);
      else if (PLAIN_NAME.test(name)) open.push([`${path}.${name}`, inner]);
      else if (!/['\\[\]]/.test(name)) open.push([`${path}['${name}']`, inner]);
    }
  }
  return found;
}
