import { type InfiniteData, useQueryClient } from '@tanstack/react-query';
import { useMemo, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';
import { executionKeys, type Filters, NEWEST, readPage, useExecutions, useNewest } from './api';
import { freshOf, onTop, renewed, topOf } from './fresh';
import { isStatus } from './types';

/** The filters live in the address, so that a list can be shared and the way back works. */
export function useFilters(): {
  filters: Filters;
  setFilter: (name: 'status' | 'workflow', value: string | null) => void;
  clear: () => void;
} {
  const [params, setParams] = useSearchParams();
  const status = params.get('status');
  const workflowId = params.get('workflow');
  const filters = useMemo(
    () => ({ status: isStatus(status) ? status : null, workflowId }),
    [status, workflowId],
  );
  const setFilter = (name: 'status' | 'workflow', value: string | null): void => {
    setParams((old) => {
      const next = new URLSearchParams(old);
      if (value === null) next.delete(name);
      else next.set(name, value);
      return next;
    });
  };
  return { filters, setFilter, clear: () => setParams({}) };
}

type Pages = InfiniteData<Awaited<ReturnType<typeof readPage>>, string | null>;

/**
 * The rows to show, how many newer ones wait, and the way to bring them in. Rows that are newer than the topmost one
 * that was there at first, or was brought in last, wait: no row moves under the pointer.
 */
export function useLiveList(filters: Filters, isLive: boolean) {
  const client = useQueryClient();
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
