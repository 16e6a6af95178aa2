import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useMay } from '@/features/accounts/facade';
import type { SchemaFiringOut, SchemaScheduleOut } from '@/generated/api';
import { body, cursorOf, http } from '@/lib/http';

export type Schedule = SchemaScheduleOut;
export type Firing = SchemaFiringOut;

const PAGE = 100;
const PAST = 10;
const WATCH_MS = 15_000;
const UPCOMING = 5;

const scheduleKeys = {
  all: ['schedules'] as const,
  list: ['schedules', 'list'] as const,
  firings: (id: string) => ['schedules', 'firings', id] as const,
  preview: (cron: string, timezone: string) => ['schedules', 'preview', cron, timezone] as const,
};

const pathOf = (id: string) => ({ path: { schedule_id: id } });

/** The schedules of live versions, newest first, in pages of a hundred; nothing is asked for whoever may not see them. */
export function useSchedules() {
  const mayRead = useMay('workflow.read');
  return useInfiniteQuery({
    queryKey: scheduleKeys.list,
    queryFn: ({ pageParam, signal }) => {
      const query = pageParam === null ? { limit: PAGE } : { limit: PAGE, cursor: pageParam };
      return body(http.GET('/api/v1/schedules', { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => cursorOf(last.next),
    enabled: mayRead,
    refetchInterval: WATCH_MS,
  });
}

/** Lets a schedule fire or not. The switch moves at once; where the server refuses, it moves back. */
export function useSwitch(id: string) {
  const client = useQueryClient();
  const change = useMutation({
    // One after the other: of two quick clicks the later one counts.
    scope: { id: `schedule ${id}` },
    mutationFn: (isPaused: boolean) =>
      body(
        http.PATCH('/api/v1/schedules/{schedule_id}', {
          params: pathOf(id),
          body: { is_paused: isPaused },
        }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: scheduleKeys.all }),
  });
  return { ...change, wished: change.isPending ? change.variables : undefined };
}

/** The times of a schedule that came, newest first. */
export function useFirings(id: string) {
  return useInfiniteQuery({
    queryKey: scheduleKeys.firings(id),
    queryFn: ({ pageParam, signal }) => {
      const query = pageParam === null ? { limit: PAST } : { limit: PAST, cursor: pageParam };
      const params = { ...pathOf(id), query };
      return body(http.GET('/api/v1/schedules/{schedule_id}/firings', { params, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => cursorOf(last.next),
  });
}

/** Nor are they asked for more often, by whatever clock this machine goes. */
const LEAST_MS = 15_000;
const LATE_MS = 1_000;
/** Timers count no further than this: 24 days. */
const MOST_MS = 2_000_000_000;

/** How long until the first of these times; false where there is none to wait for. */
function untilFirst(times: readonly string[] | undefined): number | false {
  const [first] = times ?? [];
  if (first === undefined) return false;
  return Math.min(MOST_MS, Math.max(LEAST_MS, Date.parse(first) - Date.now() + LATE_MS));
}

/** What a schedule means in words, and its next times, by the server's own clock. */
export function usePreview(cron: string, timezone: string) {
  return useQuery({
    queryKey: scheduleKeys.preview(cron, timezone),
    queryFn: ({ signal }) =>
      body(
        http.POST('/api/v1/schedules/preview', {
          body: { cron, timezone, count: UPCOMING },
          signal,
        }),
      ),
    enabled: cron.trim() !== '',
    placeholderData: keepPreviousData,
    // Once the first of them has come, others are next.
    refetchInterval: ({ state }) => untilFirst(state.data?.times),
    retry: false,
  });
}
