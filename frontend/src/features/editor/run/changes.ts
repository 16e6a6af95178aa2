import { useMemo } from 'react';
import { diff } from '@/engine/edits/diff';
import { normalised } from '@/engine/edits/normalised';
import type { RawDocument } from '@/engine/edits/operations';
import type { Execution } from '@/features/executions/facade';
import { useVersion, useVersions } from '@/features/workflows/facade';
import { useEditor } from '../provider';
import { changesIn } from './counting';
import { useRun } from './store';

/**
 * How the draft differs from what an execution ran. `version`: its number, null for a draft that was tried. `changes`: null
 * where that draft is not kept, so that nobody can tell.
 */
export interface Distance {
  version: number | null;
  changes: number | null;
}

/** Undefined: nothing is shown, or it is not known yet. */
export function useDistance(execution: Execution | undefined): Distance | undefined {
  const { raw, workflow } = {
    raw: useEditor((state) => state.raw),
    workflow: useEditor((state) => state.workflow),
  };
  const started = useRun(({ drafts }) => drafts[execution?.id ?? '']);
  const versions = useVersions(workflow.id);
  const number = versions.data?.find(({ id }) => id === execution?.version_id)?.number ?? null;
  const published = useVersion(workflow.id, number).data?.definition;
  return useMemo(() => {
    if (execution === undefined || !versions.isSuccess) return undefined;
    const away = (ran: RawDocument): number => changesIn(diff(ran, raw));
    if (number !== null)
      return published && { version: number, changes: away(normalised(published)) };
    if (started !== undefined) return { version: null, changes: away(started) };
    const isSince = Date.parse(workflow.updated_at) > Date.parse(execution.created_at);
    return { version: null, changes: isSince ? null : 0 };
  }, [execution, versions.isSuccess, number, published, started, raw, workflow.updated_at]);
}
