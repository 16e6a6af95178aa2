import type { SchemaProblemOut, SchemaWorkflowOut, SchemaWorkflowRow } from '@/generated/api';

export type Workflow = SchemaWorkflowOut;
export type WorkflowSummary = SchemaWorkflowRow;
export type Problem = SchemaProblemOut;
export type Definition = Record<string, unknown>;

export type WorkflowState = 'live' | 'draft' | 'inactive';

/** `draft`: never published. `inactive`: published, but its triggers start nothing. */
export function stateOf(workflow: WorkflowSummary): WorkflowState {
  if (workflow.is_active) return 'live';
  return workflow.live_version === null ? 'draft' : 'inactive';
}

export const isError = (problem: Problem): boolean => problem.severity === 'error';

/** What is wrong, for a list that has named the node already. */
export function saidOf(problem: Problem, nodeName: string): string {
  const opening = `“${nodeName}”: `;
  return problem.message.startsWith(opening)
    ? problem.message.slice(opening.length)
    : problem.message;
}

/** The nodes that have problems, each by its worst one. */
export function marksOf(problems: readonly Problem[]): ReadonlyMap<string, 'error' | 'warning'> {
  const marks = new Map<string, 'error' | 'warning'>();
  for (const problem of problems) {
    if (problem.node_id === null || marks.get(problem.node_id) === 'error') continue;
    marks.set(problem.node_id, isError(problem) ? 'error' : 'warning');
  }
  return marks;
}

export interface NodeProblems {
  /** Null: about the document as a whole. */
  nodeId: string | null;
  problems: Problem[];
}

/** Problems by node, errors first; the document's own come first of all. */
export function byNode(problems: readonly Problem[]): NodeProblems[] {
  const groups = new Map<string | null, Problem[]>();
  for (const problem of problems) {
    groups.set(problem.node_id, [...(groups.get(problem.node_id) ?? []), problem]);
  }
  const weight = (group: NodeProblems): number =>
    (group.nodeId === null ? 0 : 2) + (group.problems.some(isError) ? 0 : 1);
  return [...groups]
    .map(([nodeId, list]) => ({
      nodeId,
      problems: [...list.filter(isError), ...list.filter((problem) => !isError(problem))],
    }))
    .sort((one, other) => weight(one) - weight(other));
}
