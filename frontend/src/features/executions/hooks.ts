import { type InfiniteData, useQueryClient } from '@tanstack/react-query';
import { useMemo, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';
import { useSettled } from '@/lib/settled';
import { executionKeys, type Filters, NEWEST, readPage, useExecutions, useNewest } from './api';
import { freshOf, onTop, renewed, topOf } from './fresh';
import { isStatus } from './types';

type Name = 'status' | 'workflow' | 'error';

/** The filters live in the address, so that a list can be shared and the way back works. */
export function useFilters() {
  const [params, setParams] = useSearchParams();
  const [status, workflowId] = [params.get('status'), params.get('workflow')];
  const words = params.get('error') ?? '';
  const error = useSettled(words.trim());
  /** What is asked for: of what is typed as much as has settled. */
  const filters = useMemo(
    (): Filters => ({ status: isStatus(status) ? status : null, workflowId, error }),
    [status, workflowId, error],
  );
  const setFilter = (name: Name, value: string | null): void => {
    setParams(
      (old) => {
        const next = new URLSearchParams(old);
        if (value === null || value === '') next.delete(name);
        else next.set(name, value);
        return next;
      },
      // Each letter would be a step back.
      { replace: name === 'error' },
    );
  };
  return { filters, words, setFilter, clear: () => setParams({}) };
}

type Pages = InfiniteData<Awaited<ReturnType<typeof readPage>>, string | null>;

/**
 * The rows to show, how many newer ones wait, and the way to bring them in. Rows that are newer than the topmost one
 * that was there at first, or was brought in last, wait: no row moves under the pointer.
 */
export function useLiveList(filters: Filters, isOn: boolean) {
  const client = useQueryClient();
  // Words are looked for once: it costs more than a look at the newest.
  const isLive = isOn && filters.error === '';
  const list = useExecutions(filters, isLive);
  const newest = useNewest(filters, isLive && list.data !== undefined).data;
  const all = useMemo(() => list.data?.pages.flatMap((page) => page.results), [list.data]);
  const top = useMemo(() => topOf(all ?? []), [all]);
  const [pin, setPin] = useState<{ filters: Filters | null; top: string }>({
    filters: null,
    top: '',
  });
  if (top !== '' && pin.filters !== filters) setPin({ filters, top });
  const rows = useMemo(() => {
    const shown = all?.filter(({ id }) => pin.filters !== filters || id <= pin.top) ?? [];
    return renewed(shown, newest ?? []);
  }, [all, newest, pin, filters]);
  const fresh = useMemo(() => (all ? freshOf(rows, newest ?? []) : []), [all, rows, newest]);
  const isBusy = useRef(false);
  const free = (): void => void (isBusy.current = false);
  const bringIn = async (): Promise<void> => {
    if (fresh.length === 0 || isBusy.current) return;
    const key = executionKeys.list(filters);
    // As many as are asked for: there may be others between them and what is shown.
    const hasGap = fresh.length >= NEWEST;
    isBusy.current = true;
    const page = hasGap ? await readPage(filters, null).finally(free) : undefined;
    free();
    client.setQueryData<Pages>(key, (old) => {
      if (page !== undefined) return { pages: [page], pageParams: [null] };
      return old && { ...old, pages: onTop(old.pages, fresh) };
    });
    setPin({ filters, top: topOf(page?.results ?? fresh) });
  };
  return { list, isHere: all !== undefined, rows, fresh: fresh.length, bringIn };
}
