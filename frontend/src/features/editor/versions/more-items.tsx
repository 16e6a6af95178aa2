import { Copy, Download, FileJson2, FileUp, Trash2, Users } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useDeleteWorkflow } from '@/features/workflows/facade';
import { save } from '@/lib/save';
import { tell } from '@/lib/toast';
import { MenuItem, MenuSeparator } from '@/ui/menu';
import { useMayHere } from '../may';
import { useEditor, useEditorNow } from '../provider';
import { exported, fileName } from './export';

function useBin(): () => void {
  const { t } = useTranslation('workflows');
  const { id } = useEditor((state) => state.workflow);
  const navigate = useNavigate();
  const bin = useDeleteWorkflow();
  return () =>
    bin.mutate(id, {
      onSuccess: () => {
        tell.done(t('page.deleted'));
        void navigate('/workflows');
      },
      onError: tell.failed,
    });
}

interface MoreItemsProps {
  onShare: () => void;
  onJson: () => void;
  onImport: () => void;
}

/** What is seldom done with the whole of a workflow. */
export default function MoreItems({ onShare, onJson, onImport }: MoreItemsProps) {
  const { t } = useTranslation(['versions', 'workflows']);
  const now = useEditorNow();
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const mayShare = useMayHere('workflow.share');
  const mayDelete = useMayHere('workflow.delete');
  const bin = useBin();
  const text = (): string => exported(now().workflow);
  const copy = (): void => {
    // Without a secure context there is no clipboard.
    const clipboard = (navigator as { clipboard?: Clipboard }).clipboard;
    const copied =
      clipboard?.writeText(text()) ?? Promise.reject(new Error(t('export.no_clipboard')));
    copied.then(
      () => tell.done(t('export.copied')),
      (reason: unknown) =>
        tell.failed(reason instanceof Error ? reason : new Error(String(reason))),
    );
  };
  return (
    <>
      {mayShare && (
        <MenuItem onSelect={onShare}>
          <Users aria-hidden />
          {t('workflows:share.open')}
        </MenuItem>
      )}
      {!isReadOnly && (
        <MenuItem onSelect={onJson}>
          <FileJson2 aria-hidden />
          {t('edit_json')}
        </MenuItem>
      )}
      {!isReadOnly && (
        <MenuItem onSelect={onImport}>
          <FileUp aria-hidden />
          {t('import')}
        </MenuItem>
      )}
      <MenuSeparator />
      <MenuItem onSelect={() => save(fileName(now().workflow.name, null), text())}>
        <Download aria-hidden />
        {t('export.download')}
      </MenuItem>
      <MenuItem onSelect={copy}>
        <Copy aria-hidden />
        {t('export.copy')}
      </MenuItem>
      {mayDelete && (
        <>
          <MenuSeparator />
          <MenuItem onSelect={bin}>
            <Trash2 aria-hidden />
            {t('workflows:page.delete')}
          </MenuItem>
        </>
      )}
    </>
  );
}
