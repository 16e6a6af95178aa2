import { CircleStop, GitCompareArrows, RotateCw, Trash2, X } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useMay } from '@/features/accounts/facade';
import type { Selection } from '@/lib/selection';
import { Button } from '@/ui/button';
import { comparingTwo } from '../compare/address';
import type { ExecutionSummary } from '../types';
import type { What } from './bulk-dialog';

const BulkDialog = lazy(() => import('./bulk-dialog'));

interface BulkBarProps {
  selection: Selection<ExecutionSummary>;
  /** How many rows the list shows. */
  shown: number;
  nameOf: (workflowId: string) => string;
  /** What stands here while nothing is chosen. */
  children: ReactNode;
}

type Asking = (what: What) => void;

function Bar({
  selection,
  shown,
  onAsk,
}: Omit<BulkBarProps, 'nameOf' | 'children'> & { onAsk: Asking }) {
  const { t } = useTranslation('executions');
  const mayCancel = useMay('execution.cancel');
  const mayExecute = useMay('workflow.execute');
  const mayDelete = useMay('workflow.delete');
  const navigate = useNavigate();
  const { chosen, isAll, toggleAll, clear } = selection;
  return (
    <div className="flex flex-wrap items-center gap-2">
      <span role="status" className="mr-1 font-medium tabular-nums">
        {t('bulk.selected', { count: chosen.length })}
      </span>
      <Button
        size="sm"
        why={chosen.length === 2 ? undefined : t('bulk.compare_why')}
        onClick={() => {
          const [one, other] = chosen;
          if (one !== undefined && other !== undefined)
            void navigate(comparingTwo([one.id, other.id]));
        }}
      >
        <GitCompareArrows aria-hidden />
        {t('bulk.compare')}
      </Button>
      {mayExecute && (
        <Button size="sm" onClick={() => onAsk('retry')}>
          <RotateCw aria-hidden />
          {t('bulk.retry')}
        </Button>
      )}
      {mayCancel && (
        <Button size="sm" look="danger" onClick={() => onAsk('cancel')}>
          <CircleStop aria-hidden />
          {t('bulk.cancel')}
        </Button>
      )}
      {mayDelete && (
        <Button size="sm" look="danger" onClick={() => onAsk('delete')}>
          <Trash2 aria-hidden />
          {t('bulk.delete')}
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
    </div>
  );
}

/**
 * What can be done with the chosen executions; it stands where the filters stand else. Its dialog stays when the rows
 * that it is about leave the list.
 */
export function BulkBar({ selection, shown, nameOf, children }: BulkBarProps) {
  const [asked, setAsked] = useState<What | null>(null);
  const { chosen, leave } = selection;
  return (
    <>
      {chosen.length > 0 ? <Bar selection={selection} shown={shown} onAsk={setAsked} /> : children}
      <Suspense>
        {asked !== null && (
          <BulkDialog
            what={asked}
            rows={chosen}
            nameOf={nameOf}
            onClose={(answered) => {
              setAsked(null);
              leave(answered);
            }}
          />
        )}
      </Suspense>
    </>
  );
}
