import { useTranslation } from 'react-i18next';
import type { Workflow } from '@/features/workflows/facade';
import { ApiError } from '@/lib/problem';
import { tell } from '@/lib/toast';
import { usePutBack, useRestore } from './api';

const isConflict = (error: Error): boolean => error instanceof ApiError && error.status === 412;

/** Makes a version the draft. It can be undone as long as nobody has changed the draft since. */
export function useRestoring(workflow: Workflow, onRestored: () => void) {
  const { t } = useTranslation('versions');
  const restore = useRestore();
  const putBack = usePutBack();
  const undo = (after: Workflow): void =>
    putBack.mutate(
      { before: workflow, after },
      {
        onSuccess: () => tell.done(t('undone')),
        onError: (error) => tell.failed(isConflict(error) ? new Error(t('undo_conflict')) : error),
      },
    );
  return {
    isRestoring: restore.isPending,
    restore: (number: number): void =>
      restore.mutate(
        { workflow, number },
        {
          onSuccess: (after) => {
            tell.offer(t('restored', { number }), {
              label: t('undo'),
              onClick: () => undo(after),
            });
            onRestored();
          },
          onError: (error) => tell.failed(isConflict(error) ? new Error(t('conflict')) : error),
        },
      ),
  };
}
