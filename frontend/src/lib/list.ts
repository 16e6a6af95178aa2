import { type RefObject, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';
import { useShortcut } from './keys';

/** Which row J and K have reached; -1 before the first. */
export function useCurrentRow(count: number): number {
  const [current, setCurrent] = useState(-1);
  const move = (by: number): void => setCurrent(Math.min(count - 1, Math.max(0, current + by)));
  useShortcut('next_row', () => move(1), count > 0);
  useShortcut('previous_row', () => move(-1), count > 0);
  return current;
}

interface Filter {
  query: string;
  setQuery: (query: string) => void;
  field: RefObject<HTMLInputElement | null>;
}

/** One part of what a list shows: it stands in the address, so that the list can be shared; `null` where it does not. */
export function useParam(name: string): [string | null, (value: string | null) => void] {
  const [params, setParams] = useSearchParams();
  const set = (value: string | null): void =>
    setParams(
      (now) => {
        const next = new URLSearchParams(now);
        if (value === null || value === '') next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  return [params.get(name), set];
}

/** What a list is filtered by: it stands in the address, and `/` leads to its field. */
export function useFilter(): Filter {
  const [query, setQuery] = useParam('q');
  const field = useRef<HTMLInputElement>(null);
  useShortcut('filter', () => field.current?.focus());
  return { query: query ?? '', setQuery, field };
}
