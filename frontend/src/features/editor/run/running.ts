import { useTranslation } from 'react-i18next';
import type { RetryOrder } from '@/features/executions/facade';
import { useRetry } from '@/features/executions/facade';
import { ApiError } from '@/lib/problem';
import { tell } from '@/lib/toast';
import { useEditorActions, useEditorNow, useIsOpen } from '../provider';
import { type DraftOrder, startDraft, useExecutionsRefreshed } from './api';
import { useShownId } from './shown';
import { run, useRun } from './store';

interface Runner {
  isStarting: boolean;
  /** Runs the draft as it is on the screen. Says why it did not, unless `onError` does. */
  start: (order: DraftOrder, onError?: (error: Error) => void) => Promise<boolean>;
}

/** Starts test runs of the draft: what is not saved yet is saved first, then the new execution is shown. */
export function useRunner(): Runner {
  const { t } = useTranslation('run');
  const now = useEditorNow();
  const actions = useEditorActions();
  const [, show] = useShownId();
  const isOpen = useIsOpen();
  const refreshed = useExecutionsRefreshed();
  const isStarting = useRun((state) => state.isStarting);

  const begin = async (order: DraftOrder): Promise<void> => {
    await actions.flush();
    const { workflow, revision, raw } = now();
    const id = await startDraft(workflow.id, revision, order);
    if (id === null) {
      tell.failed(new Error(t('start.filtered')));
      return;
    }
    run.begun(id, raw);
    run.open(true);
    // Whoever has gone elsewhere meanwhile is not brought back.
    if (isOpen()) show(id);
    void refreshed();
  };

  const start: Runner['start'] = async (order, onError) => {
    if (useRun.getState().isStarting) return false;
    run.starting(true);
    try {
      await begin(order);
      return true;
    } catch (reason) {
      const error = reason instanceof Error ? reason : new Error(t('start.failed'));
      if (onError === undefined) tell.failed(explained(error, t('start.data_missing')));
      else onError(error);
      return false;
    } finally {
      run.starting(false);
    }
  };
  return { isStarting, start };
}

/** A refusal with what helps against it, where the server's words do not say so. */
export function explained(error: Error, missing: string): Error {
  const lacks = error instanceof ApiError && error.code === 'data_missing';
  return lacks ? new Error(`${error.message} ${missing}`) : error;
}

/** Retries a published version, and shows the new execution. */
export function useRetrier(executionId: string) {
  const { t } = useTranslation('executions');
  const retry = useRetry(executionId);
  const [, show] = useShownId();
  return {
    isBusy: retry.isPending,
    error: retry.error,
    start: (order: RetryOrder, onDone: () => void = () => undefined): void => {
      if (retry.isPending) return;
      retry.mutate(order, {
        onSuccess: (id) => {
          tell.done(t('retry.started'));
          if (id !== null) show(id);
          onDone();
        },
        onError: tell.failed,
      });
    },
  };
}
