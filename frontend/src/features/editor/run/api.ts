import { useQuery, useQueryClient } from '@tanstack/react-query';
import { body, http } from '@/lib/http';
import { give } from '@/lib/order';

/** How much of the draft runs: one node, all up to it, or all from it. */
export type Extent = 'only' | 'until' | 'from';

/** A test run of the draft, whole or in part. */
export interface DraftOrder {
  input?: unknown;
  trigger_node?: string;
  part?: Extent;
  node_id?: string;
  /** Whose outputs stand for the nodes before a part, and whose trigger's data are taken where no input is given. */
  execution_id?: string;
}

/** Runs the draft at a revision as a new execution; null: the trigger's condition kept the data out. */
export async function startDraft(
  workflowId: string,
  revision: number,
  order: DraftOrder,
): Promise<string | null> {
  const accepted = await give(['draft', workflowId, revision, order], (key) =>
    body(
      http.POST('/api/v1/workflows/{workflow_id}/execute', {
        params: { path: { workflow_id: workflowId }, header: { 'Idempotency-Key': key } },
        body: { draft: true, ...order },
      }),
    ),
  );
  return accepted.execution_id ?? null;
}

/** Has all that is shown of executions read again. */
export function useExecutionsRefreshed(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ['executions', 'fresh'] });
}

/** The data that an execution began with; undefined while they are not known. */
export function useTriggerOf(executionId: string | null): { value: unknown } | undefined {
  const { data } = useQuery({
    queryKey: ['executions', 'one', executionId, 'trigger'],
    queryFn: async ({ signal }) => {
      const params = { path: { execution_id: executionId ?? '' } };
      const found = await body(http.GET('/api/v1/executions/{execution_id}', { params, signal }));
      return { value: found.trigger };
    },
    enabled: executionId !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data;
}
