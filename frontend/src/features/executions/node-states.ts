import type { NodeState } from '@/engine/graph';
import { isPass } from '@/engine/passes';
import type { Step } from './types';

const RANK: Readonly<Record<string, number>> = {
  failed: 6,
  unknown: 5,
  running: 4,
  waiting: 3,
  queued: 2,
  completed: 1,
};

const msOf = (step: Step): number | null =>
  step.started_at === null || step.ended_at === null
    ? null
    : Math.max(0, Date.parse(step.ended_at) - Date.parse(step.started_at));

/** Steps of nodes; the passes of containers, which are recorded as steps too, are left out. */
export const ofNodes = (steps: readonly Step[]): Step[] => steps.filter((step) => !isPass(step));

/** One state per node. A node that ran in several scopes shows its most urgent one; a pass that failed was perhaps caught. */
export function nodeStatesOf(steps: readonly Step[]): ReadonlyMap<string, NodeState> {
  const states = new Map<string, NodeState>();
  const containers = new Set(steps.filter(isPass).map((step) => step.node_id));
  for (const step of ofNodes(steps)) {
    const known = states.get(step.node_id);
    if (known !== undefined && (RANK[known.status] ?? 0) > (RANK[step.status] ?? 0)) continue;
    const isQuiet = step.status === 'skipped' || step.status === 'cancelled';
    states.set(step.node_id, {
      status: step.status,
      port: step.port,
      ms: isQuiet ? null : msOf(step),
      ...(containers.has(step.node_id) ? { hasPasses: true } : {}),
    });
  }
  return states;
}

/** The step a reader wants first: the one that failed, else the one that runs or waits; never the pass around it. */
export function urgentStep(steps: readonly Step[]): Step | null {
  const own = ofNodes(steps);
  const of = (status: string): Step | undefined => own.find((step) => step.status === status);
  return of('failed') ?? of('unknown') ?? of('running') ?? of('waiting') ?? null;
}

/** Steps in the order of the graph, then of their scopes; those of nodes the graph does not have come last. */
export function inOrder<Placed extends { node_id: string; scope: string }>(
  steps: readonly Placed[],
  order: readonly string[],
): Placed[] {
  const rank = new Map(order.map((id, index) => [id, index]));
  const last = order.length;
  return [...steps].sort(
    (one, other) =>
      (rank.get(one.node_id) ?? last) - (rank.get(other.node_id) ?? last) ||
      one.scope.localeCompare(other.scope, 'en', { numeric: true }),
  );
}

const SETTLED = new Set(['completed', 'failed', 'skipped', 'cancelled']);

export const settledCount = (steps: readonly Step[]): number =>
  ofNodes(steps).filter((step) => SETTLED.has(step.status)).length;

const ANSWERED = new Set(['approval', 'callback', 'sub_workflow']);

/** Whether a wait for this reason ends when somebody answers, so that its instant is only the last one. */
export const isLatest = (reason: string): boolean => ANSWERED.has(reason);
