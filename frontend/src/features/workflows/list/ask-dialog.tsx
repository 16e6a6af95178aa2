import { CircleCheck, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Button } from '@/ui/button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import type { WorkflowSummary } from '../types';
import type { Outcome, useBulk } from './bulk';
import { PlaceDialog } from './place-dialog';
import TagDialog from './tag-dialog';
import type { Folder } from './tree';

/** What is asked before something is done to workflows. */
export interface Asked {
  what: 'move' | 'tag' | 'delete';
  rows: readonly WorkflowSummary[];
}

function DeleteDialog({
  rows,
  onConfirm,
  onClose,
}: {
  rows: readonly WorkflowSummary[];
  onConfirm: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation(['workflows', 'common']);
  const live = rows.filter(({ is_active }) => is_active).length;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t('bulk.delete_title', { count: rows.length })}
      description={t('bulk.delete_says', { count: live })}
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
          {t('page.delete')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

interface OutcomeDialogProps {
  outcome: Outcome;
  /** They lie in the bin, where none can be opened. */
  areBinned?: boolean;
  onClose: () => void;
}

/** Tells of each that was refused why, by name. */
export function OutcomeDialog({ outcome, areBinned = false, onClose }: OutcomeDialogProps) {
  const { t } = useTranslation(['workflows', 'common']);
  const { done, refused } = outcome;
  return (
    <Dialog isOpen onClose={onClose} title={t('bulk.refused', { count: refused.length })}>
      <DialogBody>
        {done > 0 && (
          <p className="flex items-center gap-2 text-ok">
            <CircleCheck className="size-4 shrink-0" aria-hidden />
            {t('bulk.others_done', { count: done })}
          </p>
        )}
        <ul className="flex flex-col divide-y divide-line rounded-lg border border-line">
          {refused.map(({ id, name, message }) => (
            <li key={id} className="px-3 py-2">
              {areBinned ? (
                <span className="block truncate font-medium">{name}</span>
              ) : (
                <Link
                  to={`/workflows/${id}`}
                  className="block truncate font-medium hover:underline"
                >
                  {name}
                </Link>
              )}
              <span className="text-fg-2 text-xs">{message}</span>
            </li>
          ))}
        </ul>
      </DialogBody>
      <DialogActions>
        <Button look="primary" onClick={onClose}>
          {t('common:close')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

interface AskDialogProps {
  asked: Asked;
  folders: readonly Folder[];
  run: ReturnType<typeof useBulk>['run'];
  onClose: () => void;
}

/** Asks where to, which tags, or whether at all; then it is done. */
export function AskDialog({ asked: { what, rows }, folders, run, onClose }: AskDialogProps) {
  const { t } = useTranslation('workflows');
  const places = new Set(rows.map(({ folder_id }) => folder_id));
  switch (what) {
    case 'move':
      return (
        <PlaceDialog
          title={t('bulk.move_title', { count: rows.length })}
          folders={folders}
          here={places.size === 1 ? [...places][0] : undefined}
          onChoose={(folder) => {
            void run(rows, { what: 'move', folder });
            onClose();
          }}
          onClose={onClose}
        />
      );
    case 'tag':
      return (
        <TagDialog
          workflows={rows}
          onChange={(add, remove) => void run(rows, { what: 'tag', add, remove })}
          onClose={onClose}
        />
      );
    case 'delete':
      return (
        <DeleteDialog
          rows={rows}
          onConfirm={() => void run(rows, { what: 'delete' })}
          onClose={onClose}
        />
      );
  }
}
