import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { sameJson } from '@/engine/json';
import { tell } from '@/lib/toast';
import {
  type Run,
  useCreateWorkflow,
  useNewestWorkflows,
  useOtherWorkflows,
  useRun,
  useVersion,
  useVersions,
  useWorkflow,
} from './api';
import type { Definition, Workflow } from './types';

export interface GraphSource {
  /** The document, or null while it is not known. */
  definition: unknown;
  /** The number of the version that ran; null for a draft's snapshot. */
  version: number | null;
  /** It is not what ran, but the draft as it is now. */
  isDraft: boolean;
  /** It is still looked for. */
  isPending: boolean;
}

/** The document of a version; where that cannot be had (a draft's snapshot), the draft as it is now. */
export function useGraphSource(workflowId: string, versionId: string): GraphSource {
  const versions = useVersions(workflowId);
  const version = versions.data?.find((one) => one.id === versionId)?.number ?? null;
  const published = useVersion(workflowId, version);
  const isDraft = (versions.isSuccess && version === null) || versions.isError || published.isError;
  const draft = useWorkflow(workflowId, isDraft);
  const definition = isDraft ? draft.data?.definition : published.data?.definition;
  const isPending = isDraft
    ? draft.isPending
    : versions.isPending || (version !== null && published.isPending);
  return { definition: definition ?? null, version, isDraft, isPending };
}

/** The names of all workflows, the newest first; undefined while not all are known. */
function useAllNames(): { id: string; name: string }[] | undefined {
  const newest = useNewestWorkflows().data;
  const others = useOtherWorkflows(newest?.next ?? null).data;
  return useMemo(() => {
    if (newest === undefined || (newest.next !== null && others === undefined)) return undefined;
    return [...newest.results.map(({ id, name }) => ({ id, name })), ...(others ?? [])];
  }, [newest, others]);
}

const NONE: { id: string; name: string }[] = [];

/** Names of the workflows, for filters and the palette. */
export const useWorkflowNames = (): { id: string; name: string }[] => useAllNames() ?? NONE;

/** How to call a workflow; one that is gone is called so. */
export function useWorkflowName(): (id: string) => string {
  const { t } = useTranslation('workflows');
  const names = useAllNames();
  return useMemo(() => {
    const byId = new Map(names?.map(({ id, name }) => [id, name]));
    return (id) => byId.get(id) ?? (names === undefined ? '…' : t('gone'));
  }, [names, t]);
}

/** Whether the draft is ahead of what runs; false while that is not known. */
export function useHasChanges(workflow: Workflow): boolean {
  const live = useVersion(workflow.id, workflow.live_version).data;
  return useMemo(
    () => live !== undefined && !sameJson(live.definition, workflow.definition),
    [live, workflow.definition],
  );
}

/** Makes an empty workflow and opens it, also where what asked for it is gone by then: the palette closes first. */
export function useNewWorkflow() {
  const { t } = useTranslation('workflows');
  const navigate = useNavigate();
  const { mutateAsync, isPending } = useCreateWorkflow();
  const make = (draft: { name: string; definition: Definition }): void =>
    void mutateAsync(draft).then(({ id }) => navigate(`/workflows/${id}`), tell.failed);
  return {
    isCreating: isPending,
    create: (): void => {
      if (!isPending) make({ name: t('untitled'), definition: { nodes: [], edges: [] } });
    },
    /** The same with a small workflow that runs as it stands. */
    createExample: (): void => {
      void import('./example').then(({ readExample }) => {
        const example = readExample();
        if (!isPending && example.ok) make({ name: example.name, definition: example.definition });
      }, tell.failed);
    },
  };
}

/** Starts an execution and goes to it. */
export function useStarter() {
  const navigate = useNavigate();
  const run = useRun();
  return {
    isStarting: run.isPending,
    start: (order: Run): void => {
      if (run.isPending) return;
      run.mutate(order, {
        onSuccess: ({ execution_id }) => void navigate(`/executions/${execution_id}`),
        onError: tell.failed,
      });
    },
  };
}
