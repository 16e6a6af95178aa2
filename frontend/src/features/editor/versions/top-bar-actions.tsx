import { History, MoreHorizontal, Rocket } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { FileImport, JsonDialog, ShareDialog } from '@/features/workflows/facade';
import { useShortcut } from '@/lib/keys';
import { patient } from '@/lib/patient';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { Menu } from '@/ui/menu';
import { useMayHere, useWhyReadOnly } from '../may';
import { useEditor, useEditorActions } from '../provider';
import { ActiveSwitch } from './active-switch';
import { useAdding } from './adding';
import { ProblemsMenu } from './problems';

const MoreItems = lazy(() => patient(() => import('./more-items')));
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
        {(onImport) => (
          <Menu
            align="end"
            trigger={
              <Button look="quiet" size="icon-sm" aria-label={t('workflows:page.more')}>
                <MoreHorizontal aria-hidden />
              </Button>
            }
          >
            <Suspense>
              <MoreItems
                onShare={() => setOpen('share')}
                onJson={() => afterFlush(() => setOpen('json'))}
                onImport={onImport}
              />
            </Suspense>
          </Menu>
        )}
      </FileImport>
      <Suspense>
        {open === 'publish' && <PublishSheet onClose={close} />}
        {open === 'share' && <ShareDialog workflow={workflow} onClose={close} />}
        {open === 'json' && <JsonDialog workflow={workflow} onClose={close} />}
      </Suspense>
    </>
  );
}
