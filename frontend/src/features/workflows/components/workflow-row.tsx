import { Play } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMay } from '@/features/accounts/facade';
import { cn } from '@/lib/cn';
import { Button } from '@/ui/button';
import { ROW_GRID, ROW_OPENER } from '@/ui/list';
import type { WorkflowSummary } from '../types';
import { StateBadge } from './state-badge';
import { TRIGGER_ICONS } from './trigger-icons';

function Trigger({ workflow }: { workflow: WorkflowSummary }) {
  const { t } = useTranslation('workflows');
  const [first, ...others] = workflow.triggers;
  if (first === undefined) return <span className="text-fg-3">{t('trigger.none')}</span>;
  const Icon = TRIGGER_ICONS[first.kind];
  return (
    <span className="flex items-center gap-1.5 text-fg-2">
      <Icon className="size-4 text-fg-3" aria-hidden />
      {t(`trigger.${first.kind}`)}
      {others.length > 0 && <span className="text-fg-3 tabular-nums">+{others.length}</span>}
    </span>
  );
}

/** The reason why Run is not possible, or undefined where it is. */
function useRunHindrance(workflow: WorkflowSummary): string | undefined {
  const { t } = useTranslation('workflows');
  const mayRun = useMay('workflow.execute');
  if (!mayRun) return t('no_permission_run');
  return workflow.live_version === null ? t('run_draft') : undefined;
}

interface RunButtonProps {
  workflow: WorkflowSummary;
  onRun: () => void;
}

function RunButton({ workflow, onRun }: RunButtonProps) {
  const { t } = useTranslation('workflows');
  const hindrance = useRunHindrance(workflow);
  return (
    <Button
      size="sm"
      aria-label={t('run_label', { name: workflow.name })}
      title={hindrance}
      disabled={hindrance !== undefined}
      onClick={onRun}
    >
      <Play aria-hidden />
      {t('run')}
    </Button>
  );
}

/** What other features show in a row. */
export interface RowSlots {
  last: ReactNode;
  demo: ReactNode;
}

interface WorkflowRowProps {
  workflow: WorkflowSummary;
  slots: RowSlots;
  onRun: () => void;
}

/** One workflow. The name's link covers the row; what else can be clicked lies above it. */
export function WorkflowRow({ workflow, slots, onRun }: WorkflowRowProps) {
  return (
    <li
      className={cn(
        'relative grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-2 lg:gap-x-6 border-line border-b px-4 py-2.5 last:border-b-0 hover:bg-hover',
        ROW_GRID,
      )}
    >
      <span className="flex min-w-0 items-baseline gap-2.5">
        <Link
          data-row={workflow.id}
          to={`/workflows/${workflow.id}`}
          title={workflow.name}
          className={cn('max-w-full shrink-0 truncate font-medium', ROW_OPENER)}
        >
          {workflow.name}
        </Link>
        {workflow.description !== '' && (
          <span className="min-w-0 truncate text-fg-3 max-lg:hidden">{workflow.description}</span>
        )}
      </span>
      <span className="max-lg:hidden">
        <Trigger workflow={workflow} />
      </span>
      <span className="flex justify-end lg:justify-start">
        <StateBadge workflow={workflow} />
      </span>
      <span className="flex min-w-0">{slots.last}</span>
      <span className="relative z-1 flex items-center justify-end gap-2 max-lg:contents">
        <span className="relative z-1 flex empty:hidden max-lg:order-last max-lg:col-span-2 max-lg:[&>button]:w-full">
          {slots.demo}
        </span>
        <span className="relative z-1 justify-self-end">
          <RunButton workflow={workflow} onRun={onRun} />
        </span>
      </span>
    </li>
  );
}
