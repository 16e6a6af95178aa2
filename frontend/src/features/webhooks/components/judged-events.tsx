import { useTranslation } from 'react-i18next';
import { cn } from '@/lib/cn';
import { TimeAgo } from '@/ui/time-ago';
import type { Judged } from '../events';
import { EventDot } from './event-status';

interface JudgedEventsProps {
  /** Undefined while nobody has judged them. */
  judged: readonly Judged[] | undefined;
  isStale: boolean;
}

/** Which of the last events would have passed, and what kept the others out. */
export function JudgedEvents({ judged, isStale }: JudgedEventsProps) {
  const { t } = useTranslation('webhooks');
  if (judged === undefined) return <p className="text-fg-3 text-xs">{t('filters.judging')}</p>;
  if (judged.length === 0) return <p className="text-fg-3 text-xs">{t('filters.no_events')}</p>;
  const count = judged.filter(({ status }) => status === 'accepted').length;
  const said = ({ status, reason }: Judged): string => {
    if (status === 'accepted') return t('filters.pass');
    return t(status === 'filtered' ? 'filters.kept_out' : 'filters.not_judged', { reason });
  };
  return (
    <section
      aria-label={t('events.title')}
      className={cn('rounded-lg border border-line bg-sunken px-3 py-2', isStale && 'opacity-60')}
    >
      <p role="status" className="pb-1 font-medium text-xs">
        {t('filters.judged', { count, all: judged.length })}
      </p>
      <ul>
        {judged.map((one) => (
          <li key={one.event_id} className="flex min-h-6 items-center gap-2 text-fg-2 text-xs">
            <EventDot status={one.status} />
            <TimeAgo at={one.created_at} className="shrink-0" />
            <span className="min-w-0 truncate" title={one.reason || undefined}>
              {said(one)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
