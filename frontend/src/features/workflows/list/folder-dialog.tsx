import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/lib/problem';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { TextField } from '@/ui/field';
import { Refused } from '@/ui/form-error';
import { useRemoveFolder, useSaveFolder } from './api';
import type { FolderQuestion } from './folder-menu';
import { PlaceDialog } from './place-dialog';
import { type Folder, liesIn } from './tree';

interface NameDialogProps {
  /** The folder that gets another name; without it a new one is made. */
  folder?: Folder;
  /** Where the new one lies. */
  parent: string | null;
  onClose: () => void;
}

function NameDialog({ folder, parent, onClose }: NameDialogProps) {
  const { t } = useTranslation(['workflows', 'common']);
  const save = useSaveFolder();
  const [isMissing, setMissing] = useState(false);
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const written = new FormData(event.currentTarget).get('name');
    const name = typeof written === 'string' ? written.trim() : '';
    setMissing(name === '');
    if (name === '' || save.isPending) return;
    const order = folder === undefined ? { name, parent_id: parent } : { id: folder.id, name };
    save.mutate(order, { onSuccess: onClose });
  };
  const isTaken = save.error instanceof ApiError && save.error.code === 'folder_name_taken';
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={folder === undefined ? t('folder.new') : t('folder.rename_title', { ...folder })}
    >
      <form onSubmit={submit} className="contents" noValidate>
        <DialogBody>
          {!isTaken && <Refused error={save.error} />}
          <TextField
            label={t('folder.name')}
            name="name"
            defaultValue={folder?.name}
            maxLength={100}
            autoComplete="off"
            error={isMissing ? t('folder.name_missing') : isTaken ? save.error?.message : undefined}
          />
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button type="submit" look="primary" isBusy={save.isPending}>
            {folder === undefined ? t('folder.make') : t('folder.rename')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function RemoveDialog({ folder, onClose }: { folder: Folder; onClose: () => void }) {
  const { t } = useTranslation(['workflows', 'common']);
  const remove = useRemoveFolder();
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t('folder.remove_title', { name: folder.name })}
      description={t('folder.remove_says')}
    >
      {remove.error !== null && (
        <DialogBody>
          <Refused error={remove.error} />
        </DialogBody>
      )}
      <DialogActions>
        <Button onClick={onClose}>{t('common:cancel')}</Button>
        <Button
          look="danger"
          isBusy={remove.isPending}
          onClick={() =>
            remove.mutate(folder.id, {
              onSuccess: () => {
                tell.done(t('folder.removed'));
                onClose();
              },
            })
          }
        >
          {t('folder.remove')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

interface FolderDialogProps {
  ask: FolderQuestion;
  folders: readonly Folder[];
  onClose: () => void;
}

/** Makes, renames, moves or removes a folder. */
export default function FolderDialog({ ask, folders, onClose }: FolderDialogProps) {
  const { t } = useTranslation('workflows');
  const save = useSaveFolder();
  switch (ask.what) {
    case 'new':
      return <NameDialog parent={ask.parent} onClose={onClose} />;
    case 'rename':
      return <NameDialog folder={ask.folder} parent={null} onClose={onClose} />;
    case 'remove':
      return <RemoveDialog folder={ask.folder} onClose={onClose} />;
    case 'move': {
      const { id, name, parent_id } = ask.folder;
      return (
        <PlaceDialog
          title={t('folder.move_title', { name })}
          // It cannot lie in itself.
          folders={folders.filter((other) => !liesIn(folders, other.id, id))}
          here={parent_id}
          error={save.error}
          isBusy={save.isPending}
          onChoose={(place) => save.mutate({ id, parent_id: place }, { onSuccess: onClose })}
          onClose={onClose}
        />
      );
    }
  }
}
