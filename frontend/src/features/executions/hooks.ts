import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { executionKeys, type Filters, useExecutions, useNewest } from './api';
import { freshOf, renewed } from './fresh';
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

/** The rows to show, how many newer ones wait, and the way to bring them in. */
export function useLiveList(filters: Filters, isLive: boolean) {
  const client = useQueryClient();
  const list = useExecutions(filters);
  const newest = useNewest(filters, isLive && list.isSuccess).data;
  const shown = useMemo(() => list.data?.pages.flatMap((page) => page.results) ?? [], [list.data]);
  const rows = useMemo(() => renewed(shown, newest ?? []), [shown, newest]);
  const fresh = useMemo(
    () => (list.isSuccess ? freshOf(shown, newest ?? []).length : 0),
    [list.isSuccess, shown, newest],
  );
  const bringIn = (): Promise<void> =>
    client.resetQueries({ queryKey: executionKeys.list(filters) });
  return { list, rows, fresh, bringIn };
}
