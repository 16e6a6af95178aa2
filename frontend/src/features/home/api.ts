import { useQuery } from '@tanstack/react-query';
import type { SchemaExecutionListed } from '@/generated/api';
import { body, http } from '@/lib/http';

const NEWEST = 100;
const FEW = 30;
const WATCH_MS = 15_000;

interface Part {
  rows: SchemaExecutionListed[];
  /** There are no older ones. */
  isWhole: boolean;
}

async function part(
  status: SchemaExecutionListed['status'][],
  limit: number,
  signal: AbortSignal,
): Promise<Part> {
  const query = status.length === 0 ? { limit } : { limit, status };
  const page = await body(http.GET('/api/v1/executions', { params: { query }, signal }));
  return { rows: page.results, isWhole: page.next === null };
}

/** The newest executions of all: how the tenant is, and what happened last. */
export function useNewestExecutions(isOn: boolean) {
  return useQuery({
    // News of any execution makes these stale; the others follow by themselves.
    queryKey: ['executions', 'fresh', 'home'],
    queryFn: ({ signal }) => part([], NEWEST, signal),
    enabled: isOn,
    refetchInterval: WATCH_MS,
  });
}

/** Those that failed and those that wait, further back than the newest go. */
export function useTroubles(isOn: boolean) {
  return useQuery({
    queryKey: ['home', 'troubles'],
    queryFn: async ({ signal }) => {
      const [failed, waiting] = await Promise.all([
        part(['failed', 'timed_out'], FEW, signal),
        part(['waiting'], NEWEST, signal),
      ]);
      const approvals = waiting.rows.filter(({ reason }) => reason === 'approval');
      return { failed: failed.rows, approvals };
    },
    enabled: isOn,
    refetchInterval: WATCH_MS,
  });
}

/** Credentials that end soon or have ended. */
export function useExpiring(isOn: boolean) {
  return useQuery({
    queryKey: ['credentials', 'expiring'],
    queryFn: async ({ signal }) => {
      const query = { expires_soon: true, limit: FEW };
      return (await body(http.GET('/api/v1/credentials', { params: { query }, signal }))).results;
    },
    enabled: isOn,
  });
}
