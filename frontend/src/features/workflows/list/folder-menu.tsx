import { Download, Ellipsis, FolderInput, FolderPlus, PencilLine, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/ui/button';
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu';
import type { Folder } from './tree';

/** What is asked of folders in a dialog. */
export type FolderQuestion =
  | { what: 'new'; parent: string | null }
  | { what: 'rename' | 'move' | 'remove'; folder: Folder };

/** What is asked of folders. */
export type FolderAsk = FolderQuestion | { what: 'export'; folder: Folder };

/** What can be done with one folder. */
export function FolderMenu({ folder, onAsk }: { folder: Folder; onAsk: (ask: FolderAsk) => void }) {
  const { t } = useTranslation('workflows');
  return (
    <Menu
      align="end"
      trigger={
        <Button look="quiet" size="icon-sm" aria-label={t('folder.more', { name: folder.name })}>
          <Ellipsis aria-hidden />
        </Button>
      }
    >
      <MenuItem onSelect={() => onAsk({ what: 'new', parent: folder.id })}>
        <FolderPlus aria-hidden />
        {t('folder.new_inside')}
      </MenuItem>
      <MenuItem onSelect={() => onAsk({ what: 'rename', folder })}>
        <PencilLine aria-hidden />
        {t('folder.rename')}
      </MenuItem>
      <MenuItem onSelect={() => onAsk({ what: 'move', folder })}>
        <FolderInput aria-hidden />
        {t('folder.move')}
      </MenuItem>
      <MenuItem onSelect={() => onAsk({ what: 'export', folder })}>
        <Download aria-hidden />
        {t('export.folder')}
      </MenuItem>
      <MenuSeparator />
      <MenuItem onSelect={() => onAsk({ what: 'remove', folder })}>
        <Trash2 aria-hidden />
        {t('folder.remove')}
      </MenuItem>
    </Menu>
  );
}
