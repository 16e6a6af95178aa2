import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SchemaExecutionListed } from '@/generated/api';
import { relative, shortId } from '@/lib/format';
import { body, http } from '@/lib/http';

/** So many of the latest executions are offered. */
const OFFERED = 20;

/** The latest executions of a workflow: those whose data a test run may use. */
function usePast(workflowId: string) {
  return useQuery({
    // Below the key of all that news of an execution makes stale, so that a new one appears.
    queryKey: ['executions', 'fresh', 'past', workflowId],
    queryFn: async ({ signal }) => {
      const query = { workflow_id: workflowId, limit: OFFERED };
      return (await body(http.GET('/api/v1/executions', { params: { query }, signal }))).results;
    },
  });
}

/**
 * The executions to choose from, and the chosen one: first the latest of when they came. A later one is offered, but
 * takes nobody's choice away, and the chosen one is offered however many come after it.
 */
export function usePastChoice(workflowId: string) {
  const { data, error, isFetching } = usePast(workflowId);
  // Undefined: nobody has chosen and nothing has come; null: none of them.
  const [chosen, setChosen] = useState<SchemaExecutionListed | null | undefined>(undefined);
  if (chosen === undefined && data !== undefined && !isFetching) setChosen(data[0] ?? null);
  const known = data ?? [];
  const shown = chosen === undefined ? known[0] : chosen;
  const isOffered = shown == null || known.some(({ id }) => id === shown.id);
  return {
    offered: isOffered ? known : [...known, shown],
    chosen: shown?.id ?? null,
    choose: (id: string | null): void => setChosen(known.find((one) => one.id === id) ?? null),
    isPending: data === undefined && error === null,
    error,
  };
}

/** What a node gave in an execution; null: it gave nothing there that is still known. */
export function usePastOutput(executionId: string | null, nodeId: string) {
  return useQuery({
    queryKey: ['executions', 'one', executionId, 'output', nodeId],
    queryFn: async ({ signal }) => {
      const params = {
        path: { execution_id: executionId ?? '' },
        query: { include: 'steps' as const },
      };
      const found = await body(http.GET('/api/v1/executions/{execution_id}', { params, signal }));
      const step = found.steps?.findLast(
        (one) => one.node_id === nodeId && one.status === 'completed' && !one.output_omitted,
      );
      return step === undefined ? null : { output: step.output, port: step.port };
    },
    enabled: executionId !== null,
  });
}

/** How to call an execution in a list to choose from: "Completed, 3 min. ago, 4f2c8a1e". */
export function usePastName(): (one: SchemaExecutionListed) => string {
  const { t, i18n } = useTranslation('executions');
  // As it was when the list was opened: an option must not change under the pointer.
  const [now] = useState(() => Date.now());
  return (one) =>
    [
      t(`status.${one.status}`),
      relative(one.started_at ?? one.created_at, now, i18n.language),
      shortId(one.id),
    ].join(', ');
}
