import { Command } from 'cmdk';
import { Check, Folder as FolderIcon, Inbox, Search } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Dialog, DialogBody } from '@/ui/dialog';
import { Refused } from '@/ui/form-error';
import { type Folder, nameOf, treeOf } from './tree';

interface PlaceDialogProps {
  title: string;
  folders: readonly Folder[];
  /** Where it lies now; undefined where they lie in several places. */
  here: string | null | undefined;
  error?: Error | null;
  isBusy?: boolean;
  onChoose: (folder: string | null) => void;
  onClose: () => void;
}

const ITEM =
  'flex h-9 cursor-default items-center gap-2.5 rounded-md px-2 data-[selected=true]:bg-hover';

/** By the names alone: letters of an id mean nothing. */
const fit = (_: string, typed: string, names: string[] = []): number =>
  names.join(' ').toLowerCase().includes(typed.toLowerCase()) ? 1 : 0;

/** Who has asked by a key goes on typing: a dialog leaves the focus where it is, if that is inside. */
const focus = (field: HTMLInputElement | null): void => field?.focus();

/** Chooses a folder by typing some of its name, or of one around it. */
export function PlaceDialog(props: PlaceDialogProps) {
  const { title, folders, here, error = null, isBusy = false, onChoose, onClose } = props;
  const { t } = useTranslation('workflows');
  const choose = (place: string | null) => (): void => {
    if (!isBusy) onChoose(place);
  };
  return (
    <Dialog isOpen onClose={onClose} title={title}>
      <DialogBody>
        <Refused error={error} />
        <Command label={title} loop filter={fit} className="flex min-h-0 flex-col gap-2">
          <div className="flex h-9 items-center gap-2 rounded-md border border-line-strong/60 px-3">
            <Search className="size-4 shrink-0 text-fg-3" aria-hidden />
            <Command.Input
              ref={focus}
              placeholder={t('folder.search')}
              className="h-full min-w-0 flex-1 bg-transparent outline-none placeholder:text-fg-3"
            />
          </div>
          <Command.List label={title} className="max-h-72 overflow-y-auto" aria-busy={isBusy}>
            <Command.Empty className="px-2 py-6 text-center text-fg-2">
              {t('folder.nothing')}
            </Command.Empty>
            <Command.Item
              value="none"
              keywords={[t('folder.none')]}
              onSelect={choose(null)}
              className={ITEM}
            >
              <Inbox className="size-4 shrink-0 text-fg-3" aria-hidden />
              <span className="flex-1">{t('folder.none')}</span>
              {here === null && <Check className="size-4 text-accent" aria-hidden />}
            </Command.Item>
            {treeOf(folders).map(({ folder: { id } }) => (
              <Command.Item
                key={id}
                value={id}
                keywords={[nameOf(folders, id)]}
                onSelect={choose(id)}
                className={ITEM}
              >
                <FolderIcon className="size-4 shrink-0 text-fg-3" aria-hidden />
                <span className="min-w-0 flex-1 truncate">{nameOf(folders, id)}</span>
                {here === id && <Check className="size-4 text-accent" aria-hidden />}
              </Command.Item>
            ))}
          </Command.List>
        </Command>
      </DialogBody>
    </Dialog>
  );
}
