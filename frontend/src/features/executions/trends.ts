import { useQueries, useQuery } from '@tanstack/react-query';
import { useMay } from '@/features/accounts/facade';
import type { SchemaTrendOut } from '@/generated/api';
import { body, http } from '@/lib/http';
import { ANY, executionKeys, listed, usePollMs } from './api';

export type Trend = SchemaTrendOut;

const RECENT = 25;
const REREAD_MS = 60_000;

/** The newest executions of the tenant: what has happened since the trends were read. */
function useRecent(isOn: boolean) {
  const refetchInterval = usePollMs();
  return useQuery({
    queryKey: [...executionKeys.fresh, 'recent'],
    queryFn: ({ signal }) => listed(ANY, RECENT, signal),
    enabled: isOn,
    refetchInterval,
  });
}

/**
 * How workflows have been doing, and their last execution: one request for each page of at most a hundred ids.
 * Undefined while it is not known; null for who may not see executions.
 */
export function useTrends(
  pages: readonly (readonly string[])[],
): ((workflowId: string) => Trend | undefined) | null {
  const mayRead = useMay('execution.read');
  const recent = useRecent(mayRead).data;
  const known = useQueries({
    queries: pages.map((ids) => ({
      queryKey: [...executionKeys.trends, ids],
      queryFn: async ({ signal }: { signal: AbortSignal }) => {
        const query = { id: [...ids] };
        return (await body(http.GET('/api/v1/workflows/trends', { params: { query }, signal })))
          .results;
      },
      enabled: mayRead && ids.length > 0,
      staleTime: REREAD_MS,
      refetchInterval: REREAD_MS,
    })),
    combine: (answers) =>
      new Map(answers.flatMap(({ data = [] }) => data.map((one) => [one.id, one] as const))),
  });
  if (!mayRead) return null;
  return (workflowId) => {
    const trend = known.get(workflowId);
    const newest = recent?.find((one) => one.workflow_id === workflowId);
    if (trend === undefined || newest === undefined) return trend;
    return newest.id >= (trend.last?.id ?? '') ? { ...trend, last: newest } : trend;
  };
}
