import { isPass } from '@/engine/passes';
import type { Step } from '@/features/executions/facade';

/** The steps of one node, each time that it ran; the passes of a container are not its own runs. */
export const runsOf = (steps: readonly Step[], nodeId: string): Step[] =>
  steps.filter((step) => step.node_id === nodeId && !isPass(step));

const URGENT = ['failed', 'unknown', 'running', 'waiting'];

/** The run of a node that is looked at: the chosen one, else the first that needs somebody, else the last. */
export function runOf(runs: readonly Step[], scope: string | undefined): Step | undefined {
  const chosen = runs.find((step) => step.scope === scope);
  if (chosen !== undefined) return chosen;
  for (const status of URGENT) {
    const urgent = runs.find((step) => step.status === status);
    if (urgent !== undefined) return urgent;
  }
  return runs.at(-1);
}

/** What the pass around a step was given: its index, and its item or error. Null outside of every container. */
export function givenTo(steps: readonly Step[], step: Step): unknown {
  const inner = /^(?:.*\/)?([^/]+)\[\d+\]$/.exec(step.scope)?.[1];
  if (inner === undefined) return null;
  const pass = steps.find(({ node_id, scope }) => node_id === inner && scope === step.scope);
  return pass?.item ?? null;
}
