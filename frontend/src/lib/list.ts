import { type RefObject, useEffect, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';
import { useShortcut } from './keys';

interface LongList {
  ids: readonly string[];
  /** Has the row drawn, which may be out of view. */
  scrollTo: (index: number) => void;
}

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };

const drawnRows = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[data-row]')];

/**
 * J and K, and on a row the arrows, lead from row to row: on from the one that has the focus, or had it last. What a row is opened by says its id
 * (`data-row`). Returns that id, null before the first. Only a key moves the focus, never a row that comes anew.
 */
export function useRowKeys(long?: LongList): string | null {
  const [current, setCurrent] = useState<string | null>(null);
  const wanted = useRef<string | null>(null);
  const reach = (): void => {
    const row = drawnRows().find(({ dataset }) => dataset.row === wanted.current);
    if (row === undefined) return;
    wanted.current = null;
    row.focus({ preventScroll: long !== undefined });
  };
  // A row of a long list is drawn only after it was scrolled to.
  useEffect(() => {
    if (wanted.current !== null) reach();
  });
  useEffect(() => {
    const follow = ({ target }: FocusEvent): void => {
      const id = target instanceof HTMLElement ? target.dataset.row : undefined;
      if (id !== undefined) setCurrent(id);
    };
    addEventListener('focusin', follow);
    return () => removeEventListener('focusin', follow);
  }, []);
  const move = (by: number): void => {
    const ids = long?.ids ?? drawnRows().map(({ dataset }) => dataset.row ?? '');
    const next = Math.min(ids.length - 1, Math.max(0, ids.indexOf(current ?? '') + by));
    wanted.current = ids[next] ?? null;
    long?.scrollTo(next);
    reach();
  };
  const latest = useRef(move);
  useEffect(() => {
    latest.current = move;
  });
  useEffect(() => {
    const walk = (event: KeyboardEvent): void => {
      const by = STEPS[event.key];
      const { target, defaultPrevented, altKey, ctrlKey, metaKey, shiftKey } = event;
      if (by === undefined || defaultPrevented || altKey || ctrlKey || metaKey || shiftKey) return;
      if (!(target instanceof HTMLElement) || target.dataset.row === undefined) return;
      event.preventDefault();
      latest.current(by);
    };
    addEventListener('keydown', walk);
    return () => removeEventListener('keydown', walk);
  }, []);
  useShortcut('next_row', () => move(1));
  useShortcut('previous_row', () => move(-1));
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
