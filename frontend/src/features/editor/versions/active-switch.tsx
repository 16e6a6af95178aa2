import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Workflow } from '@/features/workflows/facade';
import { cn } from '@/lib/cn';
import { useEditor } from '../provider';

const ActiveDialog = lazy(() => import('./active-dialog'));

/** Why the switch cannot be moved; undefined where it can. */
function useHindrance(workflow: Workflow): string | undefined {
  const { t } = useTranslation('versions');
  const isReadOnly = useEditor((state) => state.isReadOnly);
  if (isReadOnly) return t('no_permission');
  return workflow.live_version === null ? t('active.unpublished') : undefined;
}

/** Whether the triggers of the live version start executions. Before it moves it says what that does. */
export function ActiveSwitch() {
  const { t } = useTranslation('versions');
  const workflow = useEditor((state) => state.workflow);
  const hindrance = useHindrance(workflow);
  const [isAsking, setAsking] = useState(false);
  const isOn = workflow.is_active;
  return (
    <>
      <button
        type="button"
        role="switch"
        aria-checked={isOn}
        aria-label={t('active.label')}
        aria-disabled={hindrance !== undefined}
        title={hindrance ?? (isOn ? t('active.is_on') : t('active.is_off'))}
        className="flex h-7 items-center gap-2 rounded-md px-1.5 text-fg-2 text-xs hover:bg-hover aria-disabled:opacity-50"
        onClick={() => {
          if (hindrance === undefined) setAsking(true);
        }}
      >
        <span
          className={cn(
            'flex h-4 w-7 items-center rounded-full p-0.5 transition-colors duration-120',
            isOn ? 'bg-ok' : 'bg-line-strong',
          )}
          aria-hidden
        >
          <span className={cn('size-3 rounded-full bg-panel shadow-1', isOn && 'ml-3')} />
        </span>
        <span className="max-xl:sr-only">{isOn ? t('active.on_word') : t('active.off_word')}</span>
      </button>
      <Suspense>
        {isAsking && <ActiveDialog workflow={workflow} onClose={() => setAsking(false)} />}
      </Suspense>
    </>
  );
}
