import { CircleDashed } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { StatusBadge } from '@/canvas/status-badge';
import { shortId } from '@/lib/format';
import { Button } from '@/ui/button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { Failure } from '@/ui/failure';
import { Notice } from '@/ui/notice';
import { Skeleton } from '@/ui/skeleton';
import { TimeAgo } from '@/ui/time-ago';
import { DurationOf } from '../components/duration-of';
import { useOthers } from './api';

interface ChooseDialogProps {
  workflowId: string;
  /** The one that it is compared with. */
  exceptId: string;
  onChoose: (id: string) => void;
  onClose: () => void;
}

/** Another execution of the same workflow, the newest first. */
export default function ChooseDialog({
  workflowId,
  exceptId,
  onChoose,
  onClose,
}: ChooseDialogProps) {
  const { t } = useTranslation(['compare', 'common']);
  const list = useOthers(workflowId);
  const rows = list.data?.pages
    .flatMap(({ results }) => results)
    .filter(({ id }) => id !== exceptId);
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t('choose.title')}
      description={t('choose.description')}
    >
      <DialogBody>
        {list.isPending && (
          <div aria-busy className="flex flex-col gap-4 py-2">
            {['w-64', 'w-56', 'w-72'].map((width) => (
              <Skeleton key={width} className={width} />
            ))}
          </div>
        )}
        {list.isError && rows === undefined && (
          <Failure error={list.error} onRetry={() => void list.refetch()} />
        )}
        {rows?.length === 0 && !list.hasNextPage && (
          <Notice
            icon={CircleDashed}
            title={t('choose.empty_title')}
            text={t('choose.empty')}
            className="py-6"
          />
        )}
        {rows !== undefined && rows.length > 0 && (
          <ul aria-label={t('choose.title')} className="-mx-2 flex flex-col">
            {rows.map((row) => (
              <li key={row.id}>
                <button
                  type="button"
                  onClick={() => onChoose(row.id)}
                  className="flex min-h-9 w-full flex-wrap items-center gap-x-3 rounded-md px-2 py-1 text-left hover:bg-hover"
                >
                  <span className="w-20 font-mono text-fg-2 text-xs">{shortId(row.id)}</span>
                  <StatusBadge status={row.status} hadErrors={row.had_errors} />
                  <span className="ml-auto flex items-center gap-1.5 text-fg-2 text-xs tabular-nums">
                    <TimeAgo at={row.created_at} />
                    <span aria-hidden>·</span>
                    <DurationOf timed={row} />
                  </span>
                </button>
              </li>
            ))}
          </ul>
        )}
        {list.hasNextPage && (
          <Button
            size="sm"
            isBusy={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            {t('common:list.more')}
          </Button>
        )}
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>{t('common:cancel')}</Button>
      </DialogActions>
    </Dialog>
  );
}
