import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { body, cursorOf, http } from '@/lib/http';
import { give } from '@/lib/order';
import { useConnection } from '@/lib/socket';
import { rereadMs } from './fresh';
import { readExecution } from './read';
import {
  type Decision,
  type Execution,
  type ExecutionStatus,
  type ExecutionSummary,
  isFinal,
  type RetryOrder,
  type Step,
} from './types';

export interface Filters {
  status: ExecutionStatus | null;
  workflowId: string | null;
  /** Words that the error has, the last one perhaps a beginning; `''`: whatever it says. */
  error: string;
}

/** Nothing is filtered. */
export const ANY: Filters = { status: null, workflowId: null, error: '' };

const PAGE = 50;
export const NEWEST = 25;
const RECENT = 100;
/** While the socket is open it brings the news; without it the API is asked this often. */
const POLL_MS = 3_000;
const POLL_BESIDE_SOCKET_MS = 15_000;

export const executionKeys = {
  all: ['executions'] as const,
  list: (filters: Filters) => ['executions', 'list', filters] as const,
  /** Everything that news of any execution makes stale. */
  fresh: ['executions', 'fresh'] as const,
  newest: (filters: Filters) => ['executions', 'fresh', 'newest', filters] as const,
  trends: ['executions', 'trends'] as const,
  latest: (workflowId: string) => ['executions', 'fresh', 'latest', workflowId] as const,
  one: (id: string) => ['executions', 'one', id] as const,
  children: (id: string) => ['executions', 'fresh', 'children', id] as const,
};

const queryOf = ({ status, workflowId, error }: Filters) => ({
  ...(error === '' ? {} : { error }),
  ...(status === null ? {} : { status: [status] }),
  ...(workflowId === null ? {} : { workflow_id: workflowId }),
});

export async function listed(
  filters: Filters,
  limit: number,
  signal: AbortSignal,
): Promise<ExecutionSummary[]> {
  const query = { ...queryOf(filters), limit };
  const page = await body(http.GET('/api/v1/executions', { params: { query }, signal }));
  return page.results;
}

export function usePollMs(): number {
  return useConnection(({ state }) => (state === 'open' ? POLL_BESIDE_SOCKET_MS : POLL_MS));
}

/** One page of the list, newest first. */
export function readPage(filters: Filters, cursor: string | null, signal?: AbortSignal) {
  const query = { ...queryOf(filters), limit: PAGE, ...(cursor === null ? {} : { cursor }) };
  return body(http.GET('/api/v1/executions', { params: { query }, ...(signal && { signal }) }));
}

/**
 * The list, page by page. What has come is read again now and then, so that nothing stays "Running" for ever; what is
 * newer is shown by `useLiveList`.
 */
export function useExecutions(filters: Filters, isLive: boolean) {
  return useInfiniteQuery({
    queryKey: executionKeys.list(filters),
    queryFn: ({ pageParam, signal }) => readPage(filters, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => cursorOf(last.next),
    refetchInterval: ({ state }) => isLive && rereadMs(state.data?.pages.length ?? 1),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}

/** The newest executions, kept fresh while the page is looked at. */
export function useNewest(filters: Filters, isOn: boolean) {
  const refetchInterval = usePollMs();
  return useQuery({
    queryKey: executionKeys.newest(filters),
    queryFn: ({ signal }) => listed(filters, NEWEST, signal),
    enabled: isOn,
    refetchInterval,
    gcTime: 0,
  });
}

/** The newest executions, to search among. */
export function useSearchable(isOn: boolean) {
  return useQuery({
    queryKey: [...executionKeys.fresh, 'searchable'],
    queryFn: ({ signal }) => listed(ANY, RECENT, signal),
    enabled: isOn,
  });
}

/** The last `limit` executions of one workflow. */
export function useLatest(workflowId: string, limit: number, isOn = true) {
  const refetchInterval = usePollMs();
  return useQuery({
    queryKey: [...executionKeys.latest(workflowId), limit],
    queryFn: ({ signal }) => listed({ ...ANY, workflowId }, limit, signal),
    enabled: isOn,
    refetchInterval,
  });
}

/** One execution with its steps. A finished one is never read again. */
export function useExecution(id: string, isOn = true) {
  const pollMs = usePollMs();
  return useQuery({
    queryKey: executionKeys.one(id),
    queryFn: async ({ signal }): Promise<Execution> =>
      readExecution(
        await body(
          http.GET('/api/v1/executions/{execution_id}', {
            params: { path: { execution_id: id }, query: { include: 'steps' } },
            signal,
          }),
        ),
      ),
    enabled: isOn,
    refetchInterval: ({ state }) =>
      state.data === undefined || isFinal(state.data.status) ? false : pollMs,
  });
}

/** The newest executions that one has called; one that calls nobody asks for none. */
export function useChildren(parentId: string, limit: number, isOn: boolean) {
  const refetchInterval = usePollMs();
  return useQuery({
    queryKey: executionKeys.children(parentId),
    queryFn: ({ signal }) =>
      body(
        http.GET('/api/v1/executions', {
          params: { query: { parent_id: parentId, limit } },
          signal,
        }),
      ),
    enabled: isOn,
    refetchInterval,
  });
}

/** Says what becomes of a step whose worker vanished in the middle. */
export function useDecideStep(executionId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ step, decision }: { step: Step; decision: Decision }) =>
      http.POST('/api/v1/executions/{execution_id}/steps/{node_id}/decide', {
        params: { path: { execution_id: executionId, node_id: step.node_id } },
        body: { decision, scope: step.scope },
      }),
    onSettled: () => client.invalidateQueries({ queryKey: executionKeys.one(executionId) }),
  });
}

/** What a node wrote; asked for only when it wrote something, and again when its step has changed. */
export function useStepLog(executionId: string, step: Step) {
  return useQuery({
    queryKey: [...executionKeys.one(executionId), 'log', step.node_id, step.scope, step.seq],
    queryFn: async ({ signal }) => {
      const params = {
        path: { execution_id: executionId, node_id: step.node_id },
        query: { scope: step.scope },
      };
      const path = '/api/v1/executions/{execution_id}/steps/{node_id}/log' as const;
      return (await body(http.GET(path, { params, signal }))).lines;
    },
    enabled: step.has_log,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Starts a new execution from what a finished one has left; answers with its id. */
export function useRetry(executionId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (wanted: RetryOrder) => {
      const accepted = await give(['retry', executionId, wanted], (key) =>
        body(
          http.POST('/api/v1/executions/{execution_id}/retry', {
            params: { path: { execution_id: executionId }, header: { 'Idempotency-Key': key } },
            body: wanted,
          }),
        ),
      );
      return accepted.execution_id ?? null;
    },
    onSettled: () => client.invalidateQueries({ queryKey: executionKeys.all }),
  });
}

/** Asks the execution to start nothing more, or to go on. */
export function useHold(executionId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (verb: 'pause' | 'resume') =>
      http.POST(`/api/v1/executions/{execution_id}/${verb}`, {
        params: { path: { execution_id: executionId } },
      }),
    onSettled: () => client.invalidateQueries({ queryKey: executionKeys.all }),
  });
}

/** Asks the execution to stop. Refused with 409 when it has already ended. */
export function useCancelExecution() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      http.POST('/api/v1/executions/{execution_id}/cancel', {
        params: { path: { execution_id: id } },
      }),
    onSettled: () => client.invalidateQueries({ queryKey: executionKeys.all }),
  });
}
