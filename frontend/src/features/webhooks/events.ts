import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type {
  SchemaEventOut,
  SchemaEventRow,
  SchemaFiltersJudged,
  SchemaReplayInRequest,
} from '@/generated/api';
import { body, cursorOf, http } from '@/lib/http';
import { give } from '@/lib/order';
import { tell } from '@/lib/toast';

export type WebhookEvent = SchemaEventRow;
export type EventStatus = WebhookEvent['status'];
export type Judged = SchemaFiltersJudged['results'][number];
type Changes = SchemaReplayInRequest;

export const STATUSES = ['accepted', 'filtered', 'filter_error'] as const;

export const isStatus = (value: string | null): value is EventStatus =>
  STATUSES.some((status) => status === value);

const PAGE = 50;
const WATCH_MS = 5_000;
const LISTEN_MS = 1_500;

const eventKeys = {
  all: ['webhook-events'] as const,
  list: (id: string, status: EventStatus | null) => ['webhook-events', 'list', id, status] as const,
  newest: (id: string, status: EventStatus | null) =>
    ['webhook-events', 'newest', id, status] as const,
  one: (id: string) => ['webhook-events', 'one', id] as const,
};

const asked = (status: EventStatus | null, cursor: string | null, limit = PAGE) => ({
  limit,
  ...(status === null ? {} : { status }),
  ...(cursor === null ? {} : { cursor }),
});

function pageOf(id: string, query: ReturnType<typeof asked>, signal: AbortSignal) {
  const params = { path: { webhook_id: id }, query };
  return body(http.GET('/api/v1/webhooks/{webhook_id}/events', { params, signal }));
}

/** Those of the newest that the list does not show yet: ids are UUIDv7, so a later one sorts higher. */
function freshOf<Row extends { id: string }>(shown: readonly Row[], newest: readonly Row[]): Row[] {
  const top = shown[0]?.id ?? '';
  return newest.filter((one) => one.id > top);
}

/** What arrived, newest first, how many newer ones wait to be shown, and the way to bring them in. */
export function useEvents(id: string, status: EventStatus | null) {
  const client = useQueryClient();
  const list = useInfiniteQuery({
    queryKey: eventKeys.list(id, status),
    queryFn: ({ pageParam, signal }) => pageOf(id, asked(status, pageParam), signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => cursorOf(last.next),
    // Rows move only when somebody asks for it: what is newer waits in `fresh`.
    staleTime: Number.POSITIVE_INFINITY,
  });
  const newest = useQuery({
    queryKey: eventKeys.newest(id, status),
    queryFn: async ({ signal }) => (await pageOf(id, asked(status, null), signal)).results,
    refetchInterval: WATCH_MS,
    enabled: list.isSuccess,
  });
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.results), [list.data]);
  const fresh = rows === undefined ? [] : freshOf(rows, newest.data ?? []);
  const bringIn = (): Promise<void> =>
    client.resetQueries({ queryKey: eventKeys.list(id, status) });
  return { list, rows, fresh: fresh.length, bringIn };
}

/** Waits for the next event that arrives, whatever becomes of it; `heard` is the first since it began. */
export function useListening(id: string) {
  const client = useQueryClient();
  const [mark, setMark] = useState<string | null>(null);
  const newest = {
    queryKey: eventKeys.newest(id, null),
    queryFn: async ({ signal }: { signal: AbortSignal }) =>
      (await pageOf(id, asked(null, null), signal)).results,
  };
  const { data } = useQuery({ ...newest, refetchInterval: LISTEN_MS, enabled: mark !== null });
  const heard = mark === null ? undefined : data?.findLast((event) => event.id > mark);
  const begin = useMutation({
    mutationFn: () => client.query({ ...newest, staleTime: 0 }),
    onSuccess: (rows) => setMark(rows[0]?.id ?? ''),
  });
  return {
    isListening: mark !== null && heard === undefined,
    heard,
    isBeginning: begin.isPending,
    start: () => begin.mutate(undefined, { onError: tell.failed }),
    stop: () => setMark(null),
  };
}

export function useEvent(id: string) {
  return useQuery({
    queryKey: eventKeys.one(id),
    queryFn: ({ signal }): Promise<SchemaEventOut> =>
      body(http.GET('/api/v1/events/{event_id}', { params: { path: { event_id: id } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** The newest event with its data, to fill a form or to name its fields; undefined where there is none. */
export function useLatestEvent(webhookId: string, isOn = true) {
  return useQuery({
    queryKey: [...eventKeys.all, 'latest', webhookId],
    queryFn: async ({ signal }): Promise<SchemaEventOut | null> => {
      const [first] = (await pageOf(webhookId, asked(null, null, 1), signal)).results;
      if (first === undefined) return null;
      const params = { path: { event_id: first.id } };
      return body(http.GET('/api/v1/events/{event_id}', { params, signal }));
    },
    enabled: isOn,
  });
}

/** Starts an event again, with what shall be different of it. Given twice, or after a lost answer, it starts once. */
export function useReplay() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, changes = {} }: { id: string; changes?: Changes }) =>
      give(['replay', id, changes], (key) =>
        body(
          http.POST('/api/v1/events/{event_id}/replay', {
            params: { path: { event_id: id }, header: { 'Idempotency-Key': key } },
            body: changes,
          }),
        ),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: ['executions'] }),
  });
}

/** Which of the last ten events filters would let pass that nobody has saved; nothing is asked while they are none. */
export function useJudged(webhookId: string, filters: readonly unknown[], condition: string) {
  return useQuery({
    queryKey: [...eventKeys.all, 'judged', webhookId, filters, condition],
    queryFn: async ({ signal }) => {
      const answer = await body(
        http.POST('/api/v1/webhooks/{webhook_id}/filters/judge', {
          params: { path: { webhook_id: webhookId } },
          body: { filters: [...filters], condition },
          signal,
        }),
      );
      return answer.results;
    },
    placeholderData: keepPreviousData,
    enabled: webhookId !== '',
    retry: false,
  });
}

/** Where a table of what arrived can be downloaded. */
export const exportHref = (id: string, status: EventStatus | null): string =>
  `/api/v1/webhooks/${id}/events/export${status === null ? '' : `?status=${status}`}`;
