import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { StatusBadge } from '@/canvas/status-badge';
import { DurationOf } from '@/features/executions/facade';
import { useWorkflowName } from '@/features/workflows/facade';
import type { SchemaExecutionListed } from '@/generated/api';
import { TimeAgo } from '@/ui/time-ago';
import { Card } from './card';
import { Waiting } from './needs-you';

/** What ran last; null while it is not known. */
export function Recent({ executions }: { executions: readonly SchemaExecutionListed[] | null }) {
  const { t } = useTranslation('home');
  const nameOf = useWorkflowName();
  return (
    <Card title={t('recent.title')} more={{ to: '/executions', label: t('recent.all') }}>
      {executions === null && <Waiting />}
      {executions?.length === 0 && <p className="px-4 py-5 text-fg-2">{t('recent.nothing')}</p>}
      <ul>
        {executions?.map((execution) => (
          <li key={execution.id} className="border-line border-b last:border-b-0">
            <Link
              to={`/executions/${execution.id}`}
              className="flex h-11 items-center gap-3 px-4 hover:bg-hover focus-visible:-outline-offset-2"
            >
              <span className="min-w-0 flex-1 truncate" title={nameOf(execution.workflow_id)}>
                {nameOf(execution.workflow_id)}
              </span>
              <StatusBadge status={execution.status} hadErrors={execution.had_errors} />
              <span className="w-14 text-right text-fg-2 text-xs tabular-nums">
                <DurationOf timed={execution} />
              </span>
              <TimeAgo
                at={execution.created_at}
                className="w-20 truncate text-right text-fg-3 text-xs max-sm:hidden"
              />
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}
