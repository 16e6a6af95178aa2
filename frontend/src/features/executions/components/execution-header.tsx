import { ChevronRight, CircleStop, SquarePen } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { StatusBadge } from '@/canvas/status-badge';
import { useMay } from '@/features/accounts/facade';
import { RunAgain, useWorkflowName } from '@/features/workflows/facade';
import { shortId } from '@/lib/format';
import { useTitle } from '@/lib/title';
import { tell } from '@/lib/toast';
import { Button, buttonClass } from '@/ui/button';
import { PageHeader } from '@/ui/page-header';
import { TimeAgo } from '@/ui/time-ago';
import { useCancelExecution } from '../api';
import { CompareMenu } from '../compare/compare-menu';
import type { Point } from '../retrying';
import { type Execution, isFinal } from '../types';
import { DurationOf } from './duration-of';
import { ExportMenu } from './export-menu';
import { HoldButton } from './hold-button';
import { RetryMenu } from './retry-menu';

function CancelButton({ execution }: { execution: Execution }) {
  const { t } = useTranslation('executions');
  const cancel = useCancelExecution();
  const mayCancel = useMay('execution.cancel');
  if (isFinal(execution.status) || !mayCancel) return null;
  return (
    <Button
      look="danger"
      size="sm"
      isBusy={cancel.isPending || execution.status === 'cancelling'}
      onClick={() =>
        cancel.mutate(execution.id, {
          onSuccess: () => tell.done(t('page.cancel_asked')),
          onError: tell.failed,
        })
      }
    >
      <CircleStop aria-hidden />
      {t('page.cancel')}
    </Button>
  );
}

interface FactsProps {
  execution: Execution;
  /** Null: not known, or a snapshot of a draft. */
  version: number | null;
}

interface ExecutionHeaderProps extends FactsProps {
  /** The nodes that a retry may begin at. */
  points: readonly Point[];
}

function Facts({ execution, version }: FactsProps) {
  const { t } = useTranslation('executions');
  return (
    <span className="flex shrink-0 items-center gap-x-1.5 whitespace-nowrap text-fg-2 text-xs tabular-nums">
      <TimeAgo at={execution.started_at ?? execution.created_at} />
      <span aria-hidden>·</span>
      <span>
        <DurationOf timed={execution} />
      </span>
      {version !== null && (
        <>
          <span aria-hidden>·</span>
          <span>{t('page.version', { version })}</span>
        </>
      )}
      {execution.retry_of !== null && (
        <>
          <span aria-hidden>·</span>
          <Link to={`/executions/${execution.retry_of}`} className="hover:text-fg">
            {t('page.retry_of')} {shortId(execution.retry_of)}
          </Link>
        </>
      )}
    </span>
  );
}

export function ExecutionHeader({ execution, version, points }: ExecutionHeaderProps) {
  const { t } = useTranslation('executions');
  const nameOf = useWorkflowName();
  useTitle(`${nameOf(execution.workflow_id)} · ${t('page.title', { id: shortId(execution.id) })}`);
  return (
    <PageHeader
      title={
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1 md:flex-nowrap">
          <nav className="flex min-w-0 items-center gap-1.5 text-base">
            <Link
              to={`/workflows/${execution.workflow_id}`}
              title={nameOf(execution.workflow_id)}
              className="min-w-0 truncate text-fg-2 hover:text-fg"
            >
              {nameOf(execution.workflow_id)}
            </Link>
            <ChevronRight className="size-4 shrink-0 text-fg-3" aria-hidden />
            <h1 className="whitespace-nowrap font-semibold">
              {t('page.title', { id: shortId(execution.id) })}
            </h1>
          </nav>
          <StatusBadge status={execution.status} hadErrors={execution.had_errors} />
          <Facts execution={execution} version={version} />
        </div>
      }
    >
      <Link
        to={`/workflows/${execution.workflow_id}?execution=${execution.id}`}
        className={buttonClass({
          size: 'sm',
          look: execution.status === 'failed' ? 'primary' : 'secondary',
        })}
      >
        <SquarePen aria-hidden />
        <span className="max-sm:sr-only">{t('page.open_editor')}</span>
      </Link>
      <CompareMenu execution={execution} />
      <ExportMenu executionId={execution.id} />
      <HoldButton execution={execution} />
      <CancelButton execution={execution} />
      <RetryMenu execution={execution} points={points} />
      {isFinal(execution.status) && (
        <RunAgain
          workflowId={execution.workflow_id}
          input={execution.trigger}
          triggerNode={execution.trigger_node}
        />
      )}
    </PageHeader>
  );
}
