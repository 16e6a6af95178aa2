import { History, Rocket } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { JsonDialog, ShareDialog } from '@/features/workflows/facade';
import { useShortcut } from '@/lib/keys';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { Late } from '../components/late';
import { useMayHere, useWhyReadOnly } from '../may';
import { useEditor, useEditorActions } from '../provider';
import { ActiveSwitch } from './active-switch';
import { MoreButton } from './more-button';
import { ProblemsMenu } from './problems';

const ImportMenu = lazy(() => import('./import-menu'));
const PublishSheet = lazy(() => import('./publish-sheet'));

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
      <Late frame={<MoreButton aria-busy />}>
        <ImportMenu
          isOn={!isReadOnly && open === null}
          onShare={() => setOpen('share')}
          onJson={() => afterFlush(() => setOpen('json'))}
        />
      </Late>
      <Suspense>
        {open === 'publish' && <PublishSheet onClose={close} />}
        {open === 'share' && <ShareDialog workflow={workflow} onClose={close} />}
        {open === 'json' && <JsonDialog workflow={workflow} onClose={close} />}
      </Suspense>
    </>
  );
}
