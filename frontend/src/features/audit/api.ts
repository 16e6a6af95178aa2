import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { SchemaArchiveOut, SchemaEntryOut } from '@/generated/api';
import { body, cursorOf, http } from '@/lib/http';
import type { Wanted } from './filters';

export type Entry = SchemaEntryOut;
export type Archive = SchemaArchiveOut;

const PAGE = 50;
const keys = {
  entries: ['audit', 'entries'] as const,
  archives: ['audit', 'archives'] as const,
  retention: ['audit', 'retention'] as const,
  members: ['audit', 'members'] as const,
};

const pageFrom = (cursor: string | null) =>
  cursor === null ? { limit: PAGE } : { limit: PAGE, cursor };

/** The trail, newest first, as far as the filters leave it. */
export function useEntries(wanted: Wanted) {
  return useInfiniteQuery({
    queryKey: [...keys.entries, wanted],
    queryFn: ({ pageParam, signal }) =>
      body(
        http.GET('/api/v1/audit', {
          params: { query: { ...wanted, ...pageFrom(pageParam) } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => cursorOf(last.next),
  });
}

/** The newest entry of all: the end of the chain. */
export function useLastEntry() {
  return useQuery({
    queryKey: [...keys.entries, 'last'],
    queryFn: async ({ signal }): Promise<Entry | null> => {
      const query = { limit: 1 };
      return (
        (await body(http.GET('/api/v1/audit', { params: { query }, signal }))).results[0] ?? null
      );
    },
  });
}

/** Whom entries may be by; nobody is asked for where the list of members may not be seen. */
export function useActors(isOn: boolean) {
  return useQuery({
    queryKey: keys.members,
    queryFn: async ({ signal }) => {
      const query = { limit: 100 };
      return (await body(http.GET('/api/v1/members', { params: { query }, signal }))).results;
    },
    enabled: isOn,
    staleTime: 60_000,
  });
}

export function useRetention() {
  return useQuery({
    queryKey: keys.retention,
    queryFn: ({ signal }) => body(http.GET('/api/v1/audit/retention', { signal })),
  });
}

/** What has left the trail, or may, newest first. */
export function useArchives() {
  return useInfiniteQuery({
    queryKey: keys.archives,
    queryFn: ({ pageParam, signal }) =>
      body(http.GET('/api/v1/audit/archives', { params: { query: pageFrom(pageParam) }, signal })),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => cursorOf(last.next),
  });
}

function useTrailChange<Input>(change: (input: Input) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => client.invalidateQueries({ queryKey: ['audit'] }),
  });
}

/** Keeps everything in the trail, for a reason. */
export const useHold = () =>
  useTrailChange((because: string) => http.PUT('/api/v1/audit/hold', { body: { because } }));

export const useLift = () => useTrailChange(() => http.DELETE('/api/v1/audit/hold'));

/** The address of the trail as a file, of what the filters leave. */
export function exportOf(wanted: Wanted, as: string): string {
  const query = new URLSearchParams({ as });
  for (const [name, value] of Object.entries(wanted)) query.set(name, String(value));
  return `/api/v1/audit/export?${query}`;
}
