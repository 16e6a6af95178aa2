import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { StatusBadge } from '@/canvas/status-badge';
import { Skeleton } from '@/ui/skeleton';
import { TimeAgo } from '@/ui/time-ago';
import { useLatest } from '../api';
import { DurationOf } from './duration-of';

const SHOWN = 6;

/** The last few executions of one workflow, for its page. */
export function LatestExecutions({ workflowId }: { workflowId: string }) {
  const { t } = useTranslation('workflows');
  const { data } = useLatest(workflowId, SHOWN);
  if (data === undefined) return <Skeleton className="m-4 w-40" />;
  if (data.length === 0) return <p className="px-4 pb-4 text-fg-3">{t('page.executions_empty')}</p>;
  return (
    <>
      <ul>
        {data.map((execution) => (
          <li key={execution.id}>
            <Link
              to={`/executions/${execution.id}`}
              className="flex h-10 items-center gap-3 px-4 hover:bg-hover focus-visible:-outline-offset-2"
            >
              <StatusBadge status={execution.status} hadErrors={execution.had_errors} />
              <TimeAgo
                at={execution.created_at}
                className="min-w-0 flex-1 truncate text-fg-2 text-xs"
              />
              <span className="text-fg-2 text-xs tabular-nums">
                <DurationOf timed={execution} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
      <Link
        to={`/executions?workflow=${workflowId}`}
        className="block px-4 py-2 text-accent text-xs hover:underline"
      >
        {t('page.executions_all')}
      </Link>
    </>
  );
}
