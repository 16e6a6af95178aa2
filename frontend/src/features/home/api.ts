import { useQuery } from '@tanstack/react-query';
import { body, http } from '@/lib/http';

const SHOWN = 8;
const WATCH_MS = 15_000;

/** How it went, and what needs somebody, as far as who asks may see it. */
export function useHome() {
  return useQuery({
    queryKey: ['home'],
    queryFn: ({ signal }) => body(http.GET('/api/v1/home', { signal })),
    refetchInterval: WATCH_MS,
  });
}

/** What ran last. */
export function useNewestExecutions(isOn: boolean) {
  return useQuery({
    // News of any execution makes these stale.
    queryKey: ['executions', 'fresh', 'home'],
    queryFn: async ({ signal }) => {
      const query = { limit: SHOWN };
      return (await body(http.GET('/api/v1/executions', { params: { query }, signal }))).results;
    },
    enabled: isOn,
    refetchInterval: WATCH_MS,
  });
}
