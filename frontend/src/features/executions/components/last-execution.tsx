import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { StatusBadge } from '@/canvas/status-badge';
import { Skeleton } from '@/ui/skeleton';
import { TimeAgo } from '@/ui/time-ago';
import type { Trend } from '../trends';

/** How the last execution of a workflow ended, and when; leads to it. */
export function LastExecution({ trend }: { trend: Trend | undefined }) {
  const { t } = useTranslation('workflows');
  if (trend === undefined) return <Skeleton className="w-24" />;
  const { last } = trend;
  if (last === null) return <span className="text-fg-3">{t('never')}</span>;
  return (
    <Link
      to={`/executions/${last.id}`}
      className="relative z-1 inline-flex max-w-full items-center gap-2 rounded-md hover:underline"
    >
      <StatusBadge status={last.status} hadErrors={last.had_errors} />
      <TimeAgo at={last.created_at} className="truncate text-fg-2 text-xs tabular-nums" />
    </Link>
  );
}
