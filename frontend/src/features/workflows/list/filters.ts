import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import type { WorkflowSummary } from '../types';

/** The folder of those that lie in none. */
export const TOP = 'none';
export const SORTS = ['name', '-name', '-updated_at', 'updated_at'] as const;
export const STATES = ['live', 'off'] as const;

export type Sort = (typeof SORTS)[number];
export type OnOff = (typeof STATES)[number];

export interface Filters {
  /** A folder's id, or TOP; null: wherever they lie. */
  folder: string | null;
  /** Those that have all of these. */
  tags: readonly string[];
  state: OnOff | null;
  /** Null: the newest first. */
  sort: Sort | null;
  query: string;
}

const isIn = <T extends string>(words: readonly T[], word: string | null): word is T =>
  (words as readonly (string | null)[]).includes(word);

/** What the list shows stands in the address: it can be shared, and the way back leads to it. */
export function useFilters() {
  const [params, setParams] = useSearchParams();
  const text = params.toString();
  const filters = useMemo((): Filters => {
    const now = new URLSearchParams(text);
    const [sort, state] = [now.get('sort'), now.get('state')];
    return {
      folder: now.get('folder'),
      tags: now.getAll('tag').toSorted(),
      state: isIn(STATES, state) ? state : null,
      sort: isIn(SORTS, sort) ? sort : null,
      query: now.get('q') ?? '',
    };
  }, [text]);
  const change = (name: string, values: readonly string[], isTyped = false): void =>
    setParams(
      (old) => {
        const next = new URLSearchParams(old);
        next.delete(name);
        for (const value of values) next.append(name, value);
        return next;
      },
      // Each letter would be a step back.
      { replace: isTyped },
    );
  return {
    filters,
    isNarrowed: filters.tags.length > 0 || filters.state !== null || filters.query !== '',
    setQuery: (query: string) => change('q', query === '' ? [] : [query], true),
    setState: (state: OnOff | null) => change('state', state === null ? [] : [state]),
    setSort: (sort: Sort | null) => change('sort', sort === null ? [] : [sort]),
    setFolder: (folder: string | null) => change('folder', folder === null ? [] : [folder]),
    setTags: (tags: readonly string[]) => change('tag', tags),
    /** The folder and the order stay: they narrow nothing. */
    clear: () =>
      setParams((old) => {
        const next = new URLSearchParams(old);
        for (const name of ['q', 'tag', 'state']) next.delete(name);
        return next;
      }),
  };
}

/** Whether a workflow belongs into a list that is narrowed so. */
export function fits(workflow: WorkflowSummary, filters: Filters): boolean {
  const { folder, tags, state, query } = filters;
  return (
    (folder === null || (workflow.folder_id ?? TOP) === folder) &&
    tags.every((tag) => workflow.tags.includes(tag)) &&
    (state === null || workflow.is_active === (state === 'live')) &&
    workflow.name.toLowerCase().includes(query.toLowerCase())
  );
}
