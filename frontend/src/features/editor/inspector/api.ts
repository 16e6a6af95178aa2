import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { body, http } from '@/lib/http';
import type { Samples } from './model/scope';

const pathOf = (workflowId: string) => ({ path: { workflow_id: workflowId } });

/** What earlier executions, and pins, left of each node; nothing where the person may not see executions. */
export function useSamples(workflowId: string, isOn: boolean): Samples {
  const { data } = useQuery({
    queryKey: ['workflows', 'samples', workflowId],
    queryFn: async ({ signal }): Promise<Samples> => {
      const params = pathOf(workflowId);
      const page = await body(
        http.GET('/api/v1/workflows/{workflow_id}/samples', { params, signal }),
      );
      return {
        steps: Object.fromEntries(page.results.map((one) => [one.node_id, one.output])),
        passes: Object.fromEntries(
          page.results.flatMap((one) =>
            one.variables === null ? [] : [[one.node_id, one.variables]],
          ),
        ),
      };
    },
    enabled: isOn,
    staleTime: 15_000,
  });
  return data ?? NOTHING;
}

const NOTHING: Samples = { steps: {}, passes: {} };

/** What the service behind a node says that a field may be; it is asked when somebody wants to choose. */
export function useChoices(type: string, field: string, config: object, isOn: boolean) {
  return useQuery({
    queryKey: ['nodes', 'choices', type, field, config],
    queryFn: ({ signal }) =>
      body(
        http.POST('/api/v1/nodes/{kind}/choices', {
          params: { path: { kind: type } },
          body: { field, config: { ...config } },
          signal,
        }),
      ),
    enabled: isOn,
    retry: false,
    staleTime: 30_000,
  });
}

/** What is sent: one expression, or a template, which may be any JSON. */
export type Question = { expression: string } | { template: unknown };

const ask = (workflowId: string, nodeId: string, question: Question | null, signal: AbortSignal) =>
  body(
    http.POST('/api/v1/workflows/{workflow_id}/preview', {
      params: pathOf(workflowId),
      body: { ...question, node_id: nodeId },
      signal,
    }),
  );

/** What the evaluator says: a value, or why there is none. */
export type Previewed = Awaited<ReturnType<typeof ask>>;

const PAUSE_MS = 250;

/** The question, once it has not changed for a moment; null at once where there is none. */
function useSettledQuestion(question: Question | null): Question | null {
  const text = question === null ? '' : JSON.stringify(question);
  const [settled, setSettled] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return text === '' || settled !== text ? null : question;
}

/**
 * What an expression gives with past data: the server's own evaluator says it, when the hand rests. A question that is
 * typed over is taken back.
 */
export function usePreview(
  workflowId: string,
  nodeId: string,
  question: Question | null,
): Previewed | null {
  const asked = useSettledQuestion(question);
  const { data } = useQuery({
    queryKey: ['workflows', 'preview', workflowId, nodeId, asked],
    queryFn: ({ signal }) => ask(workflowId, nodeId, asked, signal),
    enabled: asked !== null,
    retry: false,
    staleTime: 5_000,
    gcTime: 30_000,
  });
  return asked === null ? null : (data ?? null);
}
