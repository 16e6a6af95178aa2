import { useMemo } from 'react';
import { type Differences, differencesOf } from '@/engine/differences';

/** A value of both executions under one name: `undefined` where there is none. */
export interface Pair {
  part: 'trigger' | 'output' | 'error' | 'input' | 'item' | 'config';
  before: unknown;
  after: unknown;
}

export interface Section extends Pair {
  differences: Differences;
}

/** Where the pairs differ; those of which neither side has anything are left out. */
export function useSections(pairs: readonly Pair[]): Section[] {
  return useMemo(
    () =>
      pairs
        .filter(({ before, after }) => before !== undefined || after !== undefined)
        .map((pair) => ({ ...pair, differences: differencesOf(pair.before, pair.after) })),
    [pairs],
  );
}

export const countOf = (sections: readonly Section[]): number =>
  sections.reduce((count, { differences }) => count + differences.list.length, 0);
