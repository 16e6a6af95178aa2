import { PinButton } from '@/features/workflows/facade';
import { isPoint, type Point } from '../retrying';
import type { Execution, Step } from '../types';
import { RetryMenu } from './retry-menu';

interface StepActionsProps {
  execution: Execution;
  step: Step;
  name: string;
  /** The nodes that a retry may begin at. */
  points: readonly Point[];
}

/** What can be done with one step: pin what it gave, and begin anew at its node. */
export function StepActions({ execution, step, name, points }: StepActionsProps) {
  if (!isPoint(step)) return null;
  const node = { id: step.node_id, name, type: step.node_type };
  const hasOutput = step.status === 'completed' && !step.output_omitted;
  return (
    <>
      {hasOutput && (
        <PinButton
          workflowId={execution.workflow_id}
          node={node}
          given={{ output: step.output, port: step.port }}
        />
      )}
      <RetryMenu execution={execution} points={points} here={node} />
    </>
  );
}
