import { useMutation } from '@tanstack/react-query';
import { uuid7 } from '@/engine/edits/ids';
import { sameJson } from '@/engine/json';
import { body, http } from '@/lib/http';
import { ApiError } from '@/lib/problem';
import { useRefreshed, useWorkflow } from './api';
import type { Workflow } from './types';

export type Config = Readonly<Record<string, unknown>>;

/** Whoever saved in between is only in the way if the same fields were changed; then nothing is overwritten. */
const MOST_TRIES = 3;

/** The field was changed by somebody else, or its node is gone. */
export class DraftMovedError extends Error {
  readonly isGone: boolean;

  constructor(isGone: boolean) {
    super(isGone ? 'node_gone' : 'field_changed');
    this.isGone = isGone;
  }
}

interface Node {
  id?: unknown;
  data?: { config?: Config };
}

/** The settings of a node of a draft; undefined where the draft has no such node. */
function configOf(workflow: Workflow, nodeId: string): Config | undefined {
  const { nodes } = workflow.definition as { nodes?: unknown };
  const all = Array.isArray(nodes) ? (nodes as Node[]) : [];
  const found = all.find((node) => node.id === nodeId);
  return found === undefined ? undefined : (found.data?.config ?? {});
}

/** A node's settings as the draft has them now; `isGone` where the draft has no such node any more. */
export function useDraftConfig(workflowId: string, nodeId: string) {
  const { data, error, refetch } = useWorkflow(workflowId);
  const config = data === undefined ? undefined : configOf(data, nodeId);
  const reload = async (): Promise<Config | undefined> => {
    const { data: now } = await refetch();
    return now === undefined ? undefined : configOf(now, nodeId);
  };
  return { config, isGone: data !== undefined && config === undefined, error, refetch, reload };
}

interface Change {
  nodeId: string;
  /** The settings from which the change was made. */
  from: Config;
  /** The fields that shall be different; undefined takes one away. */
  to: Config;
}

/**
 * Changes fields of one node in the draft by an operation. What others have changed elsewhere stays; where they changed
 * the same fields, nothing is sent.
 */
export function useChangeDraftConfig(workflowId: string) {
  const refreshed = useRefreshed();
  const params = { path: { workflow_id: workflowId } };
  return useMutation({
    mutationFn: async ({ nodeId, from, to }: Change): Promise<void> => {
      const batchId = uuid7();
      for (let tries = 1; ; tries += 1) {
        const workflow = await body(http.GET('/api/v1/workflows/{workflow_id}', { params }));
        const now = configOf(workflow, nodeId);
        if (now === undefined) throw new DraftMovedError(true);
        if (Object.keys(to).some((field) => !sameJson(now[field] ?? null, from[field] ?? null)))
          throw new DraftMovedError(false);
        try {
          await body(
            http.POST('/api/v1/workflows/{workflow_id}/operations', {
              params: { ...params, header: { 'If-Match': `"${workflow.draft_revision}"` } },
              body: { batch_id: batchId, operations: [patchOf(nodeId, to)] },
            }),
          );
          return;
        } catch (reason) {
          const isOld = reason instanceof ApiError && reason.status === 412;
          if (!isOld || tries === MOST_TRIES) throw reason;
        }
      }
    },
    onSettled: refreshed,
  });
}

function patchOf(nodeId: string, to: Config): Record<string, unknown> {
  const set: Record<string, unknown> = {};
  const unset: string[] = [];
  for (const [field, value] of Object.entries(to)) {
    const pointer = `/data/config/${field}`;
    if (value === undefined) unset.push(pointer);
    else set[pointer] = value;
  }
  return { op: 'node.patch', id: nodeId, set, unset };
}
