import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { WorkflowDocument } from '@/engine/document';
import { topologicalOrder } from '@/engine/graph';
import { tell } from '@/lib/toast';
import { useRetry } from './api';
import type { Execution, RetryOrder, Step } from './types';

/** Without a failed node there is none to begin at; what was stopped goes on where it stood. */
export const mayFail = (execution: Execution): boolean =>
  execution.status !== 'completed' || execution.had_errors;

/** A node that a retry may begin at. */
export interface Point {
  id: string;
  name: string;
}

const isTrigger = (type: string): boolean => type.startsWith('trigger:');

/** Whether a retry may begin at this step's node: a way has led to it, and before it there is something to keep. */
export const isPoint = (step: Step): boolean =>
  step.status !== 'skipped' && !isTrigger(step.node_type);

/** The nodes that a retry may begin at, in the order of the graph. */
export function pointsOf(document: WorkflowDocument, steps: readonly Step[]): Point[] {
  const reached = new Set(steps.filter(isPoint).map((step) => step.node_id));
  const names = new Map(document.nodes.map((node) => [node.id, node.name]));
  return topologicalOrder(document)
    .filter((id) => reached.has(id))
    .map((id) => ({ id, name: names.get(id) ?? id }));
}

/** Starts the new execution and goes to it. */
export function useRetrier(execution: Execution) {
  const { t } = useTranslation('executions');
  const navigate = useNavigate();
  const retry = useRetry(execution.id);
  return {
    isBusy: retry.isPending,
    error: retry.error,
    start: (order: RetryOrder, onError: (error: Error) => void = tell.failed): void => {
      if (retry.isPending) return;
      retry.mutate(order, {
        onSuccess: (id) => {
          tell.done(t('retry.started'));
          if (id !== null) void navigate(`/executions/${id}`);
        },
        onError,
      });
    },
  };
}
