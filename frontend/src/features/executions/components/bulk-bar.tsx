import { CircleStop, GitCompareArrows, RotateCw, Trash2 } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useMay } from '@/features/accounts/facade';
import type { Selection } from '@/lib/selection';
import { Button } from '@/ui/button';
import { ChosenBar } from '@/ui/chosen-bar';
import type { Filters } from '../api';
import { comparingTwo } from '../compare/address';
import type { ExecutionSummary } from '../types';
import { useCount } from '../wishes';
import type { What } from './bulk-dialog';

const BulkDialog = lazy(() => import('./bulk-dialog'));
const FittingDialog = lazy(() => import('./fitting-dialog'));

/** What is asked, and whether it is for the chosen rows or for all that fit. */
interface Asked {
  what: What;
  isForFitting: boolean;
}

interface BulkBarProps {
  selection: Selection<ExecutionSummary>;
  filters: Filters;
  /** How many rows the list shows. */
  shown: number;
  /** Whether more fit than the list shows. */
  hasMore: boolean;
  nameOf: (workflowId: string) => string;
  /** What stands here while nothing is chosen. */
  children: ReactNode;
}

type BarProps = Omit<BulkBarProps, 'nameOf' | 'children'> & { onAsk: (asked: Asked) => void };

function Bar({ selection, filters, shown, hasMore, onAsk }: BarProps) {
  const { t } = useTranslation('executions');
  const mayCancel = useMay('execution.cancel');
  const mayExecute = useMay('workflow.execute');
  const mayDelete = useMay('workflow.delete');
  const navigate = useNavigate();
  /** How many rows were chosen when all that fit were meant: who leaves one means rows again. */
  const [meant, setMeant] = useState<number | null>(null);
  const isForFitting = meant !== null && selection.chosen.length >= meant;
  const count = useCount(filters, isForFitting).data;
  const ask = (what: What) => () => onAsk({ what, isForFitting });
  const label = (): string => {
    if (count === undefined) return t('fitting.chosen');
    const { count: of, has_more } = count;
    return has_more ? t('fitting.chosen_many', { of }) : t('fitting.chosen_of', { of });
  };
  return (
    <ChosenBar
      selection={selection}
      shown={shown}
      {...(isForFitting ? { label: label() } : {})}
      more={
        selection.isAll &&
        hasMore &&
        !isForFitting && (
          <Button size="sm" look="quiet" onClick={() => setMeant(selection.chosen.length)}>
            {t('fitting.choose')}
          </Button>
        )
      }
    >
      <Button
        size="sm"
        why={selection.chosen.length === 2 ? undefined : t('bulk.compare_why')}
        onClick={() => {
          const [one, other] = selection.chosen;
          if (one !== undefined && other !== undefined)
            void navigate(comparingTwo([one.id, other.id]));
        }}
      >
        <GitCompareArrows aria-hidden />
        {t('bulk.compare')}
      </Button>
      {mayExecute && (
        <Button size="sm" onClick={ask('retry')}>
          <RotateCw aria-hidden />
          {t('bulk.retry')}
        </Button>
      )}
      {mayCancel && (
        <Button size="sm" look="danger" onClick={ask('cancel')}>
          <CircleStop aria-hidden />
          {t('bulk.cancel')}
        </Button>
      )}
      {mayDelete && (
        <Button size="sm" look="danger" onClick={ask('delete')}>
          <Trash2 aria-hidden />
          {t('bulk.delete')}
        </Button>
      )}
    </ChosenBar>
  );
}

/**
 * What can be done with the chosen executions, or with all that fit; it stands where the filters stand else. Its dialog
 * stays when the rows that it is about leave the list.
 */
export function BulkBar({ nameOf, children, ...bar }: BulkBarProps) {
  const { selection, filters } = bar;
  const [asked, setAsked] = useState<Asked | null>(null);
  const { chosen, leave, clear } = selection;
  return (
    <>
      {chosen.length > 0 ? <Bar {...bar} onAsk={setAsked} /> : children}
      <Suspense>
        {asked?.isForFitting === false && (
          <BulkDialog
            what={asked.what}
            rows={chosen}
            nameOf={nameOf}
            onClose={(answered) => {
              setAsked(null);
              leave(answered);
            }}
          />
        )}
        {asked?.isForFitting === true && (
          <FittingDialog
            what={asked.what}
            filters={filters}
            onClose={(isWished) => {
              setAsked(null);
              if (isWished) clear();
            }}
          />
        )}
      </Suspense>
    </>
  );
}
