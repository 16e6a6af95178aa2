import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { SchemaStepListed } from '@/generated/api';
import { body, cursorOf, http } from '@/lib/http';
import { ANY, executionKeys, listed, readPage, usePollMs } from '../api';
import { readExecution, readStep } from '../read';
import { type ExecutionSummary, isFinal, type Step } from '../types';

const PAGE = 100;
/** So many steps are read before anybody asks for more. */
const MOST_AT_ONCE = 1_000;
const RECENT = 20;

/** An execution with its own data and none of its steps'. A finished one is never read again. */
export function useFrame(id: string) {
  const pollMs = usePollMs();
  return useQuery({
    queryKey: [...executionKeys.one(id), 'frame'],
    queryFn: async ({ signal }) => {
      const params = { path: { execution_id: id } };
      return readExecution(
        await body(http.GET('/api/v1/executions/{execution_id}', { params, signal })),
      );
    },
    refetchInterval: ({ state }) =>
      state.data === undefined || isFinal(state.data.status) ? false : pollMs,
  });
}

interface Part {
  rows: SchemaStepListed[];
  next: string | null;
}

async function readSteps(id: string, from: string | null, signal?: AbortSignal): Promise<Part> {
  const rows: SchemaStepListed[] = [];
  let cursor = from;
  do {
    const query = { limit: PAGE, ...(cursor === null ? {} : { cursor }) };
    const params = { path: { execution_id: id }, query };
    const path = '/api/v1/executions/{execution_id}/steps' as const;
    const page = await body(http.GET(path, { params, ...(signal && { signal }) }));
    rows.push(...page.results);
    cursor = cursorOf(page.next);
  } while (cursor !== null && rows.length < MOST_AT_ONCE);
  return { rows, next: cursor };
}

/** The steps of an execution without their data, a thousand at a time. */
export function useOutline(id: string, status: string | undefined, isOn = true) {
  const pollMs = usePollMs();
  return useInfiniteQuery({
    queryKey: [...executionKeys.one(id), 'outline'],
    queryFn: ({ pageParam, signal }) => readSteps(id, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    enabled: isOn,
    refetchInterval: status === undefined || isFinal(status) ? false : pollMs,
    select: ({ pages }) => ({
      rows: pages.flatMap(({ rows }) => rows),
      isWhole: pages.at(-1)?.next === null,
    }),
  });
}

/** One step with its data, read when somebody looks at it, and again when it has changed. */
export function useWholeStep(id: string, step: SchemaStepListed | null) {
  return useQuery({
    queryKey: [...executionKeys.one(id), 'step', step?.node_id, step?.scope, step?.seq],
    queryFn: async ({ signal }) => {
      const params = {
        path: { execution_id: id, node_id: step?.node_id ?? '' },
        query: { scope: step?.scope ?? '' },
      };
      const path = '/api/v1/executions/{execution_id}/steps/{node_id}' as const;
      return readStep(await body(http.GET(path, { params, signal })));
    },
    enabled: step !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** The newest execution of a workflow that went well, other than this one: what another is compared with unless somebody says so. */
export async function lastGood(
  workflowId: string,
  exceptId: string,
): Promise<ExecutionSummary | undefined> {
  const signal = new AbortController().signal;
  const done = await listed({ ...ANY, workflowId, status: 'completed' }, RECENT, signal);
  const others = done.filter(({ id }) => id !== exceptId);
  return others.find(({ had_errors: hadErrors }) => !hadErrors) ?? others[0];
}

/** The executions of one workflow, page by page, to choose one of. */
export function useOthers(workflowId: string) {
  return useInfiniteQuery({
    queryKey: [...executionKeys.all, 'others', workflowId],
    queryFn: ({ pageParam, signal }) => readPage({ ...ANY, workflowId }, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => cursorOf(last.next),
    gcTime: 0,
  });
}

/** The executions that one step has called, the newest first; asked for when somebody opens it. */
export function useCalled(executionId: string, step: Pick<Step, 'node_id' | 'scope'>) {
  const { node_id: node, scope } = step;
  const refetchInterval = usePollMs();
  return useInfiniteQuery({
    queryKey: [...executionKeys.children(executionId), node, scope],
    queryFn: ({ pageParam, signal }) => {
      const query = {
        parent_id: executionId,
        parent_node: node,
        ...(scope === '' ? {} : { parent_scope: scope }),
        ...(pageParam === null ? {} : { cursor: pageParam }),
      };
      return body(http.GET('/api/v1/executions', { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => cursorOf(last.next),
    refetchInterval,
  });
}
