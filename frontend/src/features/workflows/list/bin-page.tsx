import { ArrowLeft, SearchX, Trash2, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMay } from '@/features/accounts/facade';
import { useShortcut } from '@/lib/keys';
import { useFilter, useRowKeys } from '@/lib/list';
import { useChoiceKeys, useSelection } from '@/lib/selection';
import { useSettled } from '@/lib/settled';
import { useTitle } from '@/lib/title';
import { Button, buttonClass } from '@/ui/button';
import { ChosenBar } from '@/ui/chosen-bar';
import { Dialog, DialogActions } from '@/ui/dialog';
import { FilterField } from '@/ui/filter-field';
import { ListBody, ListCard } from '@/ui/list';
import { Notice } from '@/ui/notice';
import { PageHeader } from '@/ui/page-header';
import type { WorkflowSummary } from '../types';
import { OutcomeDialog } from './ask-dialog';
import { BIN_DAYS, type BinAct, useBin, useBinActs } from './bin-api';
import { BinRows } from './bin-rows';

interface PurgeDialogProps {
  rows: readonly WorkflowSummary[];
  onConfirm: () => void;
  onClose: () => void;
}

/** What goes for ever is asked for once more, by name where it is one. */
function PurgeDialog({ rows, onConfirm, onClose }: PurgeDialogProps) {
  const { t } = useTranslation(['workflows', 'common']);
  const [first] = rows;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={
        rows.length === 1
          ? t('bin.purge_named', { name: first?.name })
          : t('bin.purge_many', { count: rows.length })
      }
      description={t('bin.purge_says')}
    >
      <DialogActions>
        <Button onClick={onClose}>{t('common:cancel')}</Button>
        <Button
          look="danger"
          onClick={() => {
            onConfirm();
            onClose();
          }}
        >
          <Trash2 aria-hidden />
          {t('bin.purge')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

/** The way back to what does not lie in the bin. */
const Back = () => {
  const { t } = useTranslation('workflows');
  return (
    <Link to="/workflows" className={buttonClass({ size: 'sm' })}>
      <ArrowLeft aria-hidden />
      {t('folder.everywhere')}
    </Link>
  );
};

/** What was deleted: it can be taken back for a while, or be gone at once. */
export default function BinPage() {
  const { t } = useTranslation('workflows');
  useTitle(t('bin.title'));
  const { query, setQuery, field } = useFilter();
  const list = useBin(useSettled(query.trim()));
  const rows = list.data?.pages.flatMap(({ results }) => results);
  const { run, isBusy, outcome, close } = useBinActs();
  const mayDelete = useMay('workflow.delete');
  const selection = useSelection(rows ?? [], rows !== undefined);
  const [purging, setPurging] = useState<readonly WorkflowSummary[]>([]);
  const reached = useRowKeys();
  const current = rows?.find(({ id }) => id === reached);
  useChoiceKeys(current?.id, mayDelete ? selection : undefined);
  const act = (what: BinAct, meant: readonly WorkflowSummary[]): void => {
    if (what === 'restore') void run(meant, what);
    else setPurging(meant);
  };
  const meant = selection.chosen.length > 0 ? selection.chosen : current ? [current] : [];
  const remove = (): void => {
    // Whoever looks elsewhere by now does not mean the row that had the focus last.
    const isMeant = selection.chosen.length > 0 || document.activeElement?.closest('[data-row]');
    if (isMeant) act('purge', meant);
  };
  useShortcut('remove_rows', remove, mayDelete);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <PageHeader title={t('bin.title')}>
        <FilterField ref={field} label={t('filter')} value={query} onChange={setQuery} />
        <Back />
      </PageHeader>
      <div className="flex min-h-12 items-center border-line border-b px-4 py-2">
        {selection.chosen.length === 0 ? (
          <p className="text-fg-2">{t('bin.says', { count: BIN_DAYS })}</p>
        ) : (
          <ChosenBar selection={selection} shown={rows?.length ?? 0}>
            <Button size="sm" isBusy={isBusy} onClick={() => act('restore', selection.chosen)}>
              <Undo2 aria-hidden />
              {t('bin.restore')}
            </Button>
            <Button
              size="sm"
              look="danger"
              disabled={isBusy}
              onClick={() => act('purge', selection.chosen)}
            >
              <Trash2 aria-hidden />
              {t('bin.purge')}
            </Button>
          </ChosenBar>
        )}
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <ListBody>
          <ListCard
            list={list}
            all={rows}
            empty={
              query === '' ? (
                <Notice icon={Trash2} title={t('bin.empty')} text={t('bin.empty_says')}>
                  <Back />
                </Notice>
              ) : (
                <Notice icon={SearchX} title={t('filter_empty', { query })}>
                  <Button onClick={() => setQuery('')}>{t('filters.clear')}</Button>
                </Notice>
              )
            }
          >
            {(shown) => (
              <BinRows rows={shown} selection={selection} mayDelete={mayDelete} onAct={act} />
            )}
          </ListCard>
        </ListBody>
      </div>
      {purging.length > 0 && (
        <PurgeDialog
          rows={purging}
          onConfirm={() => void run(purging, 'purge')}
          onClose={() => setPurging([])}
        />
      )}
      {outcome !== null && <OutcomeDialog outcome={outcome} areBinned onClose={close} />}
    </div>
  );
}
