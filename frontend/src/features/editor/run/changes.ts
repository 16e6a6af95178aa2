import { useEffect, useMemo } from 'react';
import type { Execution } from '@/features/executions/facade';
import { useVersion, useVersions } from '@/features/workflows/facade';
import { useEditor } from '../provider';
import { changesBetween } from './counting';
import { run, useRun } from './store';

/**
 * How the draft differs from what an execution ran. `version`: its number, null for a draft that was tried. `changes`: null
 * where that draft is not kept, so that nobody can tell.
 */
export interface Distance {
  version: number | null;
  changes: number | null;
}

/** Whether the draft was saved after an instant, here or elsewhere. */
function useIsSavedSince(instant: string | undefined): boolean {
  const updatedAt = useEditor(({ workflow }) => workflow.updated_at);
  const savedAt = useEditor(({ save }) => save.savedAt);
  return Math.max(Date.parse(updatedAt), savedAt ?? 0) > Date.parse(instant ?? '');
}

/** Undefined: nothing is shown, or it is not known yet. */
export function useDistance(execution: Execution | undefined): Distance | undefined {
  const raw = useEditor((state) => state.raw);
  const workflowId = useEditor(({ workflow }) => workflow.id);
  const isSaved = useEditor(({ save }) => save.status === 'saved');
  const isSince = useIsSavedSince(execution?.created_at);
  const ran = useRun(({ drafts }) => drafts[execution?.id ?? '']);
  const versions = useVersions(workflowId);
  const number = versions.data?.find(({ id }) => id === execution?.version_id)?.number ?? null;
  const version = useVersion(workflowId, number).data;
  const isKnown = execution !== undefined && versions.isSuccess;
  const isThisDraft = isKnown && number === null && ran === undefined && !isSince && isSaved;
  const id = execution?.id;
  // Nobody has saved since it began, so what it ran is what is here: that is kept while the page is changed.
  useEffect(() => {
    if (isThisDraft && id !== undefined) run.begun(id, raw);
  }, [isThisDraft, id, raw]);
  return useMemo(() => {
    if (!isKnown) return undefined;
    const away = (then: unknown): number => changesBetween(then, raw);
    if (number !== null) return version && { version: number, changes: away(version.definition) };
    if (ran !== undefined) return { version: null, changes: away(ran) };
    return { version: null, changes: isThisDraft ? 0 : null };
  }, [isKnown, number, version, ran, isThisDraft, raw]);
}
