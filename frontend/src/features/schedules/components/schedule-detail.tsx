import { Pencil } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMay } from '@/features/accounts/facade';
import { shortId } from '@/lib/format';
import { Badge, type Tone } from '@/ui/badge';
import { Button } from '@/ui/button';
import { Skeleton } from '@/ui/skeleton';
import { type Firing, type Schedule, useFirings, usePreview } from '../api';
import { stateOf } from '../state';
import { Upcoming } from './upcoming';
import { ZonedTime } from './zoned-time';

export const TONES: Record<Firing['status'], Tone> = {
  started: 'ok',
  filtered: 'neutral',
  filter_error: 'bad',
  missed: 'warn',
};

const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <section aria-label={title} className="min-w-0">
    <h3 className="mb-1 font-medium text-fg-2 text-xs">{title}</h3>
    {children}
  </section>
);

function Past({ schedule }: { schedule: Schedule }) {
  const { t } = useTranslation('schedules');
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useFirings(schedule.id);
  const rows = data?.pages.flatMap((page) => page.results);
  if (rows === undefined) {
    if (error !== null) return <p className="text-bad text-xs">{error.message}</p>;
    return <Skeleton className="w-48" />;
  }
  if (rows.length === 0) return <p className="text-fg-3 text-xs">{t('detail.no_past')}</p>;
  return (
    <>
      <ol className="flex flex-col text-xs tabular-nums">
        {rows.map((firing) => (
          <li key={firing.id} className="flex min-h-6 flex-wrap items-center gap-x-2">
            <ZonedTime at={firing.fire_at} zone={schedule.timezone} />
            <span title={firing.reason || undefined} className="inline-flex">
              <Badge tone={TONES[firing.status]}>{t(`firing.${firing.status}`)}</Badge>
            </span>
            {firing.execution_id !== null && (
              <Link
                to={`/executions/${firing.execution_id}`}
                aria-label={t('detail.execution', { id: shortId(firing.execution_id) })}
                className="font-mono text-accent hover:underline"
              >
                {shortId(firing.execution_id)}
              </Link>
            )}
          </li>
        ))}
      </ol>
      {hasNextPage && (
        <Button
          size="sm"
          look="quiet"
          className="-ml-2.5"
          isBusy={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          {t('detail.more')}
        </Button>
      )}
    </>
  );
}

function Next({ schedule }: { schedule: Schedule }) {
  const { t } = useTranslation('schedules');
  const { data, error } = usePreview(schedule.cron, schedule.timezone);
  if (error !== null) return <p className="text-bad text-xs">{error.message}</p>;
  if (data === undefined) return <Skeleton className="w-48" />;
  return (
    <>
      <Upcoming times={data.times} zone={schedule.timezone} />
      {stateOf(schedule) !== 'on' && (
        <p className="pt-1 text-fg-3 text-xs">{t('detail.not_now')}</p>
      )}
    </>
  );
}

/** What an open row shows: how it is written, its next times, those that came, and the way to change it. */
export function ScheduleDetail({ schedule, onEdit }: { schedule: Schedule; onEdit: () => void }) {
  const { t } = useTranslation('schedules');
  const mayUpdate = useMay('workflow.update');
  const { condition, filtered_count: filtered } = schedule;
  return (
    <div className="col-span-full grid gap-x-8 gap-y-4 pt-2 pb-1 md:grid-cols-[minmax(0,1fr)_minmax(0,1fr)] xl:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_minmax(0,1fr)]">
      <Part title={t('detail.next')}>
        <Next schedule={schedule} />
      </Part>
      <Part title={t('detail.past')}>
        <Past schedule={schedule} />
      </Part>
      <div className="flex min-w-0 flex-col gap-2 text-xs">
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1">
          <dt className="text-fg-3">{t('detail.cron')}</dt>
          <dd>
            <code className="font-mono">{schedule.cron}</code>
          </dd>
          <dt className="text-fg-3">{t('detail.zone')}</dt>
          <dd>{schedule.timezone}</dd>
          {condition !== '' && (
            <>
              <dt className="text-fg-3">{t('detail.condition')}</dt>
              <dd>
                <code className="break-words font-mono">{condition}</code>
                {filtered > 0 && (
                  <span className="block text-fg-3">
                    {t('detail.filtered', { count: filtered })}
                  </span>
                )}
              </dd>
            </>
          )}
        </dl>
        <p className="text-fg-3">{t('detail.belongs')}</p>
        <p className="flex flex-wrap items-center gap-3">
          <Button size="sm" why={mayUpdate ? undefined : t('no_permission')} onClick={onEdit}>
            <Pencil aria-hidden />
            {t('detail.edit')}
          </Button>
          <Link to={`/workflows/${schedule.workflow_id}`} className="text-accent hover:underline">
            {t('detail.workflow')}
          </Link>
        </p>
      </div>
    </div>
  );
}
