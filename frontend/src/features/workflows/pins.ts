import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { SchemaPinOut } from '@/generated/api';
import { body, http } from '@/lib/http';

export type Pin = SchemaPinOut;

const keyOf = (workflowId: string) => ['pins', workflowId] as const;

const byNode = (page: { results: Pin[] }): ReadonlyMap<string, Pin> =>
  new Map(page.results.map((pin) => [pin.node_id, pin]));

/**
 * The pinned outputs of a workflow's draft, by node. Together they are small, so they come as one page; it is read again
 * when one is set or removed here.
 */
export function usePins(workflowId: string) {
  return useQuery({
    queryKey: keyOf(workflowId),
    queryFn: ({ signal }) =>
      body(
        http.GET('/api/v1/workflows/{workflow_id}/pins', {
          params: { path: { workflow_id: workflowId } },
          signal,
        }),
      ),
    select: byNode,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

interface Wanted {
  output: unknown;
  /** "": the node's usual port. */
  port: string;
}

/** Lets an output stand for running a node in test runs. */
export function usePin(workflowId: string, nodeId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ output, port }: Wanted) =>
      body(
        http.PUT('/api/v1/workflows/{workflow_id}/pins/{node_id}', {
          params: { path: { workflow_id: workflowId, node_id: nodeId } },
          body: { output, port },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: keyOf(workflowId) }),
  });
}

/** Lets a node run again. */
export function useUnpin(workflowId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (nodeId: string) =>
      http.DELETE('/api/v1/workflows/{workflow_id}/pins/{node_id}', {
        params: { path: { workflow_id: workflowId, node_id: nodeId } },
      }),
    onSettled: () => client.invalidateQueries({ queryKey: keyOf(workflowId) }),
  });
}
