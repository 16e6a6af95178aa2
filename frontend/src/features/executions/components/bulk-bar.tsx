import { CircleStop, RotateCw, X } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/accounts/facade';
import { Button } from '@/ui/button';
import type { Selection } from '../selection';
import type { ExecutionSummary } from '../types';

const BulkDialog = lazy(() => import('./bulk-dialog'));

interface BulkBarProps {
  selection: Selection<ExecutionSummary>;
  /** How many rows the list shows. */
  shown: number;
  nameOf: (workflowId: string) => string;
}

/** What can be done with the chosen executions; it stands where the filters stand else. */
export function BulkBar({ selection, shown, nameOf }: BulkBarProps) {
  const { t } = useTranslation('executions');
  const [asked, setAsked] = useState<'cancel' | 'retry' | null>(null);
  const mayCancel = useMay('execution.cancel');
  const mayExecute = useMay('workflow.execute');
  const { chosen, isAll, toggleAll, clear } = selection;
  return (
    <div className="flex flex-wrap items-center gap-2">
      <span role="status" className="mr-1 font-medium tabular-nums">
        {t('bulk.selected', { count: chosen.length })}
      </span>
      {mayExecute && (
        <Button size="sm" onClick={() => setAsked('retry')}>
          <RotateCw aria-hidden />
          {t('bulk.retry')}
        </Button>
      )}
      {mayCancel && (
        <Button size="sm" look="danger" onClick={() => setAsked('cancel')}>
          <CircleStop aria-hidden />
          {t('bulk.cancel')}
        </Button>
      )}
      {!isAll && (
        <Button size="sm" look="quiet" onClick={toggleAll}>
          {t('bulk.all', { count: shown })}
        </Button>
      )}
      <Button size="sm" look="quiet" onClick={clear}>
        <X aria-hidden />
        {t('bulk.clear')}
      </Button>
      <Suspense>
        {asked !== null && (
          <BulkDialog
            what={asked}
            rows={chosen}
            nameOf={nameOf}
            onClose={(isDone) => {
              setAsked(null);
              if (isDone) clear();
            }}
          />
        )}
      </Suspense>
    </div>
  );
}
