import {
  CircleOff,
  FileJson2,
  MoreHorizontal,
  Play,
  Rocket,
  Trash2,
  Users,
  Zap,
} from 'lucide-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useShortcut } from '@/lib/keys';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { Kbd } from '@/ui/kbd';
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu';
import { type Change, useChangeWorkflow, useDeleteWorkflow } from '../api';
import { useHasChanges } from '../hooks';
import { useMayWith } from '../may';
import { isError, type Workflow } from '../types';

const JsonDialog = lazy(() => import('./json-dialog'));
const RunDialog = lazy(() => import('./run-dialog'));
const ShareDialog = lazy(() => import('./share-dialog'));

function useChanges(workflow: Workflow) {
  const { t } = useTranslation('workflows');
  const navigate = useNavigate();
  const change = useChangeWorkflow(workflow.id);
  const bin = useDeleteWorkflow();
  const onError = tell.failed;
  const saidOf = (after: Workflow): Record<Change, string> => ({
    publish: t('page.published', { version: after.live_version }),
    activate: t('page.activated'),
    deactivate: t('page.deactivated'),
  });
  return {
    pending: change.isPending ? change.variables : null,
    apply: (what: Change): void =>
      change.mutate(what, {
        onSuccess: (after) => tell.done(saidOf(after)[what]),
        onError,
      }),
    remove: (): void =>
      bin.mutate(workflow.id, {
        onSuccess: () => {
          tell.done(t('page.deleted'));
          void navigate('/workflows');
        },
        onError,
      }),
  };
}

interface MoreProps {
  workflow: Workflow;
  onEdit: () => void;
  onShare: () => void;
  onDeactivate: () => void;
  onDelete: () => void;
}

function More({ workflow, onEdit, onShare, onDeactivate, onDelete }: MoreProps) {
  const { t } = useTranslation('workflows');
  const mayShare = useMayWith(workflow, 'workflow.share');
  const mayDelete = useMayWith(workflow, 'workflow.delete');
  return (
    <Menu
      align="end"
      trigger={
        <Button look="quiet" size="icon-sm" aria-label={t('page.more')}>
          <MoreHorizontal aria-hidden />
        </Button>
      }
    >
      <MenuItem onSelect={onEdit}>
        <FileJson2 aria-hidden />
        {t('page.edit')}
      </MenuItem>
      {mayShare && (
        <MenuItem onSelect={onShare}>
          <Users aria-hidden />
          {t('share.open')}
        </MenuItem>
      )}
      {workflow.is_active && (
        <MenuItem onSelect={onDeactivate}>
          <CircleOff aria-hidden />
          {t('page.deactivate')}
        </MenuItem>
      )}
      {mayDelete && (
        <>
          <MenuSeparator />
          <MenuItem onSelect={onDelete}>
            <Trash2 aria-hidden />
            {t('page.delete')}
          </MenuItem>
        </>
      )}
    </Menu>
  );
}

/** What can be done with a workflow; the likeliest next step is the coloured one. */
export function WorkflowActions({ workflow, demo }: { workflow: Workflow; demo: ReactNode }) {
  const { t } = useTranslation('workflows');
  const { apply, remove, pending } = useChanges(workflow);
  const hasChanges = useHasChanges(workflow);
  const [dialog, setDialog] = useState<'run' | 'json' | 'share' | null>(null);
  const mayUpdate = useMayWith(workflow, 'workflow.update');
  const mayRun = useMayWith(workflow, 'workflow.execute');
  const canRun = mayRun && workflow.live_version !== null;
  const canPublish = mayUpdate && (workflow.live_version === null || hasChanges);
  const canActivate = mayUpdate && !workflow.is_active && workflow.live_version !== null;
  const isBlocked = workflow.problems.some(isError);
  useShortcut('run', () => setDialog('run'), canRun && dialog === null);
  return (
    <>
      {mayUpdate && (
        <More
          workflow={workflow}
          onEdit={() => setDialog('json')}
          onShare={() => setDialog('share')}
          onDeactivate={() => apply('deactivate')}
          onDelete={remove}
        />
      )}
      {canPublish && (
        <Button
          size="sm"
          look={canRun ? 'secondary' : 'primary'}
          disabled={isBlocked}
          title={isBlocked ? t('json.publish_blocked') : undefined}
          isBusy={pending === 'publish'}
          onClick={() => apply('publish')}
        >
          <Rocket aria-hidden />
          {t('page.publish')}
        </Button>
      )}
      {canActivate && (
        <Button size="sm" isBusy={pending === 'activate'} onClick={() => apply('activate')}>
          <Zap aria-hidden />
          {t('page.activate')}
        </Button>
      )}
      {demo}
      <Button
        size="sm"
        look={canRun ? 'primary' : 'secondary'}
        disabled={!canRun}
        title={mayRun ? undefined : t('no_permission_run')}
        onClick={() => setDialog('run')}
      >
        <Play aria-hidden />
        {t('run')}
        {canRun && <Kbd id="run" isOnAccent className="max-md:hidden" />}
      </Button>
      <Suspense>
        {dialog === 'run' && <RunDialog workflow={workflow} onClose={() => setDialog(null)} />}
        {dialog === 'share' && <ShareDialog workflow={workflow} onClose={() => setDialog(null)} />}
        {dialog === 'json' && <JsonDialog workflow={workflow} onClose={() => setDialog(null)} />}
      </Suspense>
    </>
  );
}
