import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { SchemaWishShown } from '@/generated/api';
import { body, http } from '@/lib/http';
import { give } from '@/lib/order';
import { memory } from '@/lib/storage';
import { executionKeys, type Filters } from './api';
import type { Wish as Wanted } from './bulk';

export type Wish = SchemaWishShown;

const WATCH_MS = 1_500;
const SHOWN = 3;
/** The newest wish whose result was put away. */
const SEEN = 'wishes-seen';

const keys = {
  all: ['wishes'] as const,
  count: (filters: Filters) => ['executions', 'count', filters] as const,
};

const narrowingOf = ({ status, workflowId, error }: Filters) => ({
  status: status === null ? [] : [status],
  ...(workflowId === null ? {} : { workflow_id: workflowId }),
  ...(error === '' ? {} : { error }),
});

/** How many executions fit, as far as that is counted. */
export function useCount(filters: Filters, isOn: boolean) {
  return useQuery({
    queryKey: keys.count(filters),
    queryFn: ({ signal }) =>
      body(
        http.GET('/api/v1/executions/count', { params: { query: narrowingOf(filters) }, signal }),
      ),
    enabled: isOn,
  });
}

function sent(filters: Filters, wanted: Wanted, key: string) {
  const params = { header: { 'Idempotency-Key': key } };
  const narrowing = narrowingOf(filters);
  if (wanted.what !== 'retry')
    return body(http.POST(`/api/v1/executions/wishes/${wanted.what}`, { params, body: narrowing }));
  const { start_at, version } = wanted;
  return body(
    http.POST('/api/v1/executions/wishes/retry', {
      params,
      body: { ...narrowing, start_at, version },
    }),
  );
}

/** Wishes something for all that fit; workers do it, and `useWishes` says how far they are. */
export function useWish(filters: Filters) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wanted: Wanted) =>
      give(['wish', filters, wanted], (key) => sent(filters, wanted, key)),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.all }),
  });
}

/** One's own wishes that are under way, or whose result nobody has put away yet. */
export function useWishes(isOn: boolean) {
  const client = useQueryClient();
  const [seen, setSeen] = useState(memory.get(SEEN) ?? '');
  const { data } = useQuery({
    queryKey: keys.all,
    queryFn: async ({ signal }) => {
      const query = { limit: SHOWN };
      return (await body(http.GET('/api/v1/executions/wishes', { params: { query }, signal })))
        .results;
    },
    enabled: isOn,
    refetchInterval: ({ state }) =>
      state.data?.some(({ status }) => status === 'running') === true && WATCH_MS,
  });
  const running = data?.filter(({ status }) => status === 'running').length ?? 0;
  const known = useRef(running);
  // What has been done has changed the rows.
  useEffect(() => {
    if (running < known.current) void client.invalidateQueries({ queryKey: executionKeys.all });
    known.current = running;
  }, [running, client]);
  const stop = useMutation({
    mutationFn: (id: string) =>
      body(
        http.POST('/api/v1/executions/wishes/{wish_id}/stop', {
          params: { path: { wish_id: id } },
        }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: keys.all }),
  });
  const putAway = (id: string): void => {
    memory.set(SEEN, id);
    setSeen(id);
  };
  // Of results the newest: it stands above the rows, which are what the page is for.
  const ended = data?.find(({ status }) => status !== 'running');
  const shown =
    data?.filter((one) => one.status === 'running' || (one === ended && one.id > seen)) ?? [];
  return { shown, stop, putAway };
}
