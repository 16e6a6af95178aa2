import { Workflow } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { StatusBadge } from '@/canvas/status-badge';
import { useWorkflowName } from '@/features/workflows/facade';
import { shortId } from '@/lib/format';
import { useChildren } from '../api';
import type { Execution } from '../types';

const SHOWN = 10;
const CALLER = 'control:sub_workflow';
const LINK =
  'inline-flex min-h-6 items-center rounded-sm font-medium text-fg underline-offset-2 hover:underline';

function Children({ execution }: { execution: Execution }) {
  const { t } = useTranslation('executions');
  const nameOf = useWorkflowName();
  const calls = execution.steps.some((step) => step.node_type === CALLER);
  const { data } = useChildren(execution.id, SHOWN, calls);
  if (data === undefined || data.results.length === 0) return null;
  return (
    <>
      <span>{t('family.children')}</span>
      {data.results.map((child) => (
        <span key={child.id} className="flex items-center gap-1.5">
          <Link to={`/executions/${child.id}`} className={LINK}>
            {nameOf(child.workflow_id)} {shortId(child.id)}
          </Link>
          <StatusBadge status={child.status} hadErrors={child.had_errors} />
        </span>
      ))}
      {data.next !== null && <span>{t('family.more')}</span>}
    </>
  );
}

/** Who called this execution, and the newest of those that it has called. */
export function Family({ execution }: { execution: Execution }) {
  const { t } = useTranslation('executions');
  const nameOf = useWorkflowName();
  const { parent } = execution;
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-line border-b px-4 py-1.5 text-fg-2 text-xs empty:hidden">
      {parent !== null && (
        <span className="flex items-center gap-1.5">
          <Workflow className="size-3.5 shrink-0 text-fg-3" aria-hidden />
          {t('family.parent')}
          <Link to={`/executions/${parent.execution_id}`} className={LINK}>
            {nameOf(parent.workflow_id)} {shortId(parent.execution_id)}
          </Link>
        </span>
      )}
      <Children execution={execution} />
    </div>
  );
}
