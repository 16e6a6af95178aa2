import type { Tone } from './changes';
import { entriesOf, kindOf, sameJson } from './json';

/** One place at which two values differ; what is not there is undefined. */
interface Difference {
  tone: Tone;
  /** The way to it: `['body', 'items', '2', 'sku']`. In a list an item is named by its place in the newer one, of one that is gone in the older. */
  path: readonly string[];
  before: unknown;
  after: unknown;
}

export interface Differences {
  list: readonly Difference[];
  /** There are more. */
  isCut: boolean;
}

const MOST = 500;

/** A file is what its bytes are: each execution has its own id for it. */
function isSameFile(one: unknown, other: unknown): boolean {
  const [mine, theirs] = [one, other].map((value) =>
    kindOf(value) === 'object' ? (value as Record<string, unknown>) : {},
  );
  if (mine?.$blob === undefined || theirs?.$blob === undefined) return false;
  return typeof mine.sha256 === 'string' && mine.sha256 === theirs.sha256;
}

const isSame = (one: unknown, other: unknown): boolean =>
  isSameFile(one, other) || sameJson(one, other);

interface Pair {
  key: string;
  before: unknown;
  after: unknown;
}

function pairsOfObjects(before: object, after: object): Pair[] {
  const [old, now] = [new Map(entriesOf(before)), new Map(entriesOf(after))];
  const gone = [...old.keys()].filter((key) => !now.has(key));
  return [...now.keys(), ...gone].map((key) => ({
    key,
    before: old.get(key),
    after: now.get(key),
  }));
}

/** What both lists begin and end with is left out, so that one item that came or went does not move all after it. */
function pairsOfLists(before: readonly unknown[], after: readonly unknown[]): Pair[] {
  const least = Math.min(before.length, after.length);
  let head = 0;
  while (head < least && isSame(before[head], after[head])) head += 1;
  let tail = 0;
  while (
    tail < least - head &&
    isSame(before[before.length - 1 - tail], after[after.length - 1 - tail])
  )
    tail += 1;
  const count = Math.max(before.length, after.length) - head - tail;
  return Array.from({ length: count }, (_, index) => {
    const at = head + index;
    return {
      key: String(at),
      before: at < before.length - tail ? before[at] : undefined,
      after: at < after.length - tail ? after[at] : undefined,
    };
  });
}

function pairsOf(before: unknown, after: unknown): Pair[] | null {
  if (Array.isArray(before) && Array.isArray(after)) return pairsOfLists(before, after);
  if (kindOf(before) !== 'object' || kindOf(after) !== 'object') return null;
  return pairsOfObjects(before as object, after as object);
}

/** Where two values differ, down to the places that cannot be taken apart further; the first 500 of them. */
export function differencesOf(before: unknown, after: unknown): Differences {
  const list: Difference[] = [];
  const walk = (one: unknown, other: unknown, path: readonly string[]): void => {
    if (list.length > MOST || one === other || isSameFile(one, other)) return;
    const pairs = pairsOf(one, other);
    if (pairs !== null) {
      for (const pair of pairs) walk(pair.before, pair.after, [...path, pair.key]);
      return;
    }
    if (sameJson(one, other)) return;
    const tone = one === undefined ? 'added' : other === undefined ? 'removed' : 'changed';
    list.push({ tone, path, before: one, after: other });
  };
  walk(before, after, []);
  return { list: list.slice(0, MOST), isCut: list.length > MOST };
}

/** A path as people write it: `body.items[2].sku`; `''` is the value itself. */
export function pathName(path: readonly string[]): string {
  return path.reduce((name, part) => {
    if (/^\d+$/.test(part)) return `${name}[${part}]`;
    if (!/^[A-Za-z_$][\w-]*$/.test(part)) return `${name}["${part}"]`;
    return name === '' ? part : `${name}.${part}`;
  }, '');
}
