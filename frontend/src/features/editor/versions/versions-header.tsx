import { ChevronRight, Download, FlaskConical, History, Play } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { RunDialog, useMayWith, type Workflow } from '@/features/workflows/facade';
import { save } from '@/lib/save';
import { Button, buttonClass } from '@/ui/button';
import { PageHeader } from '@/ui/page-header';
import { useSideName } from './against';
import { exported, fileName } from './export';
import { useRestoring } from './restore';
import type { Side } from './sides';

const TrialDialog = lazy(() => import('./trial-dialog'));

export function Header({ workflow, children }: { workflow: Workflow; children: ReactNode }) {
  const { t } = useTranslation(['versions', 'workflows']);
  return (
    <PageHeader
      title={
        <nav className="flex min-w-0 items-center gap-1.5 text-base">
          <Link to="/workflows" className="text-fg-2 hover:text-fg max-sm:hidden">
            {t('workflows:title')}
          </Link>
          <ChevronRight className="size-4 shrink-0 text-fg-3 max-sm:hidden" aria-hidden />
          <Link
            to={`/workflows/${workflow.id}`}
            className="min-w-0 truncate text-fg-2 hover:text-fg"
            title={workflow.name}
          >
            {workflow.name}
          </Link>
          <ChevronRight className="size-4 shrink-0 text-fg-3" aria-hidden />
          <h1 className="font-semibold">{t('title')}</h1>
        </nav>
      }
    >
      {children}
    </PageHeader>
  );
}

interface ActionsProps {
  workflow: Workflow;
  show: Side;
  definition: unknown;
  onRestored: () => void;
}

/** What can be done with the version that is looked at. */
export function Actions({ workflow, show, definition, onRestored }: ActionsProps) {
  const { t } = useTranslation('versions');
  const name = useSideName()(show);
  const mayUpdate = useMayWith(workflow, 'workflow.update');
  const mayRun = useMayWith(workflow, 'workflow.execute');
  const [isTrying, setTrying] = useState(false);
  const [isRunning, setRunning] = useState(false);
  const { restore, isRestoring } = useRestoring(workflow, onRestored);
  const number = typeof show === 'number' ? show : null;
  const keep = (): void =>
    save(fileName(workflow.name, number), exported({ ...workflow, definition }));
  return (
    <>
      <Button size="icon-sm" look="quiet" aria-label={t('export.download')} onClick={keep}>
        <Download aria-hidden />
      </Button>
      {mayRun && (
        <Button size="sm" onClick={() => setTrying(true)}>
          <FlaskConical aria-hidden />
          {t('trial.open')}
        </Button>
      )}
      {number !== null && mayRun && (
        <Button size="sm" onClick={() => setRunning(true)}>
          <Play aria-hidden />
          {t('run')}
        </Button>
      )}
      {number !== null && (
        <Button
          size="sm"
          disabled={!mayUpdate}
          title={mayUpdate ? t('restore_hint') : t('no_permission')}
          isBusy={isRestoring}
          onClick={() => restore(number)}
        >
          <History aria-hidden />
          {t('restore')}
        </Button>
      )}
      <Link
        to={`/workflows/${workflow.id}`}
        className={buttonClass({ look: 'primary', size: 'sm' })}
      >
        {t('back')}
      </Link>
      <Suspense>
        {isTrying && (
          <TrialDialog
            workflowId={workflow.id}
            version={number}
            definition={definition}
            title={t('trial.title', { version: name })}
            onClose={() => setTrying(false)}
          />
        )}
        {isRunning && number !== null && (
          <RunDialog workflow={workflow} version={number} onClose={() => setRunning(false)} />
        )}
      </Suspense>
    </>
  );
}
