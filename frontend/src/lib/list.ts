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

/** What a list is filtered by: it stands in the address, and `/` leads to its field. */
export function useFilter(): Filter {
  const [params, setParams] = useSearchParams();
  const field = useRef<HTMLInputElement>(null);
  useShortcut('filter', () => field.current?.focus());
  const setQuery = (query: string): void =>
    setParams(
      (now) => {
        const next = new URLSearchParams(now);
        if (query === '') next.delete('q');
        else next.set('q', query);
        return next;
      },
      { replace: true },
    );
  return { query: params.get('q') ?? '', setQuery, field };
}
