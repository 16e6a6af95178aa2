import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import type { NodeStates } from '@/canvas/states';
import { topologicalOrder } from '@/engine/graph';
import {
  type Execution,
  inOrder,
  isFinal,
  nodeStatesOf,
  type Step,
  useExecution,
} from '@/features/executions/facade';
import { useEditor } from '../provider';
import { SHOWN } from './dark';

export function useShownId(): [string | null, (id: string | null) => void] {
  const [params, setParams] = useSearchParams();
  const show = (id: string | null): void =>
    setParams(
      (now) => {
        const next = new URLSearchParams(now);
        if (id === null) next.delete(SHOWN);
        else next.set(SHOWN, id);
        return next;
      },
      { replace: true },
    );
  return [params.get(SHOWN), show];
}

interface Shown {
  id: string | null;
  /** Undefined: none is shown, or it is not here yet. */
  execution: Execution | undefined;
  error: Error | null;
  read: () => void;
}

/** The execution that the canvas and the panel show. One of another workflow is not shown. */
export function useShown(): Shown {
  const [id] = useShownId();
  const workflowId = useEditor(({ workflow }) => workflow.id);
  const { data, error, refetch } = useExecution(id ?? '', id !== null);
  const isOurs = id !== null && data?.workflow_id === workflowId;
  return {
    id,
    execution: isOurs ? data : undefined,
    error: id === null ? null : error,
    read: () => void refetch(),
  };
}

/** Whether it still goes on. */
export const isLive = (execution: Execution | undefined): boolean =>
  execution !== undefined && !isFinal(execution.status);

const NO_STEPS: readonly Step[] = [];
const NO_STATES: NodeStates = new Map();

/** The steps of the shown execution, in the order of the graph. */
export function useSteps(execution: Execution | undefined): readonly Step[] {
  const document = useEditor((state) => state.document);
  const steps = execution?.steps;
  return useMemo(
    () => (steps === undefined ? NO_STEPS : inOrder(steps, topologicalOrder(document))),
    [steps, document],
  );
}

export function useStates(execution: Execution | undefined): NodeStates {
  const steps = execution?.steps;
  return useMemo(() => (steps === undefined ? NO_STATES : nodeStatesOf(steps)), [steps]);
}
