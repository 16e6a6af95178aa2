import { isPass } from '@/engine/passes';
import type { Step } from '@/features/executions/facade';

/** The steps of one node, each time that it ran; the passes of a container are not its own runs. */
export const runsOf = (steps: readonly Step[], nodeId: string): Step[] =>
  steps.filter((step) => step.node_id === nodeId && !isPass(step));

const URGENT = ['failed', 'unknown', 'running', 'waiting'];

const containerOf = (part: string): string => part.replace(/\[\d+\]$/, '');

/** Whether one scope is another pass of a container that the other goes through. */
function areApart(one: string, other: string): boolean {
  const [mine, theirs] = [one.split('/'), other.split('/')];
  const at = mine.findIndex((part, index) => part !== theirs[index]);
  const [part, its] = [mine[at], theirs[at]];
  return part !== undefined && its !== undefined && containerOf(part) === containerOf(its);
}

/** What happened in a pass, in those around it and inside of it, and wherever it does not lead. */
export const stepsIn = (steps: readonly Step[], pass: string): Step[] =>
  steps.filter(({ scope }) => !areApart(scope, pass));

/** The run of a node that is looked at: that of the chosen pass, else the first that needs somebody, else the last. */
export function runOf(all: readonly Step[], pass: string | undefined): Step | undefined {
  const inside = pass === undefined ? [] : stepsIn(all, pass);
  const runs = inside.length > 0 ? inside : all;
  const chosen = runs.find((step) => step.scope === pass);
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
