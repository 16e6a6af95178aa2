import {
  Copy,
  Download,
  FileJson2,
  FileUp,
  History,
  MoreHorizontal,
  Rocket,
  Trash2,
  Users,
} from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import {
  FileImport,
  JsonDialog,
  ShareDialog,
  useDeleteWorkflow,
} from '@/features/workflows/facade';

import { useShortcut } from '@/lib/keys';
import { patient } from '@/lib/patient';
import { save } from '@/lib/save';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu';
import { useMayHere, useWhyReadOnly } from '../may';
import { useEditor, useEditorActions, useEditorNow } from '../provider';
import { ActiveSwitch } from './active-switch';
import { useAdding } from './adding';
import { exported, fileName } from './export';
import { ProblemsMenu } from './problems';

const PublishSheet = lazy(() => patient(() => import('./publish-sheet')));

type Open = 'publish' | 'share' | 'json' | null;

const asError = (reason: unknown): Error =>
  reason instanceof Error ? reason : new Error(String(reason));

/** What needs the draft as the server has it first saves what waits; where that fails, it says why and stays. */
function useAfterFlush(): (action: () => void) => void {
  const actions = useEditorActions();
  return (action) =>
    void actions.flush().then(action, (reason: unknown) => tell.failed(asError(reason)));
}

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

interface MoreProps {
  onOpen: (open: Open) => void;
  onImport: () => void;
}

function More({ onOpen, onImport }: MoreProps) {
  const { t } = useTranslation(['versions', 'workflows']);
  const now = useEditorNow();
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const mayShare = useMayHere('workflow.share');
  const mayDelete = useMayHere('workflow.delete');
  const afterFlush = useAfterFlush();
  const bin = useBin();
  const text = (): string => exported(now().workflow);
  const copy = (): void =>
    void navigator.clipboard.writeText(text()).then(
      () => tell.done(t('export.copied')),
      (reason: unknown) => tell.failed(asError(reason)),
    );
  return (
    <Menu
      align="end"
      trigger={
        <Button look="quiet" size="icon-sm" aria-label={t('workflows:page.more')}>
          <MoreHorizontal aria-hidden />
        </Button>
      }
    >
      {mayShare && (
        <MenuItem onSelect={() => onOpen('share')}>
          <Users aria-hidden />
          {t('workflows:share.open')}
        </MenuItem>
      )}
      {!isReadOnly && (
        <MenuItem onSelect={() => afterFlush(() => onOpen('json'))}>
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
    </Menu>
  );
}

/** In the top bar, left of Run: problems, the switch, versions, sharing, publishing, and the menu of the rest. Reads the store. */
export function TopBarActions() {
  const { t } = useTranslation(['versions', 'workflows']);
  const workflow = useEditor((state) => state.workflow);
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const mayShare = useMayHere('workflow.share');
  const whyReadOnly = useWhyReadOnly();
  const navigate = useNavigate();
  const afterFlush = useAfterFlush();
  const add = useAdding();
  const [open, setOpen] = useState<Open>(null);
  const close = (): void => setOpen(null);
  const versions = (): void =>
    afterFlush(() => void navigate(`/workflows/${workflow.id}/versions`));
  useShortcut('publish', () => setOpen('publish'), !isReadOnly && open === null);
  useShortcut('versions', versions);
  return (
    <>
      <ProblemsMenu />
      <ActiveSwitch />
      <Button
        look="quiet"
        size="icon-sm"
        aria-label={t('title')}
        title={t('title')}
        onClick={versions}
      >
        <History aria-hidden />
      </Button>
      {mayShare && (
        <Button size="sm" className="max-lg:hidden" onClick={() => setOpen('share')}>
          {t('share')}
        </Button>
      )}
      <Button
        size="sm"
        disabled={isReadOnly}
        title={whyReadOnly}
        onClick={() => setOpen('publish')}
      >
        <Rocket aria-hidden className="sm:hidden" />
        <span className="max-sm:sr-only">{t('workflows:page.publish')}</span>
      </Button>
      <FileImport isOn={!isReadOnly && open === null} onAdd={add}>
        {(onImport) => <More onOpen={setOpen} onImport={onImport} />}
      </FileImport>
      <Suspense>
        {open === 'publish' && <PublishSheet onClose={close} />}
        {open === 'share' && <ShareDialog workflow={workflow} onClose={close} />}
        {open === 'json' && <JsonDialog workflow={workflow} onClose={close} />}
      </Suspense>
    </>
  );
}
