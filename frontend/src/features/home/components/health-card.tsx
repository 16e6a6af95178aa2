import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { SchemaHealthOut } from '@/generated/api';
import { cn } from '@/lib/cn';
import { duration } from '@/lib/format';
import { Skeleton } from '@/ui/skeleton';
import { successRate } from '../health';
import { Chart } from './chart';

function Figure({
  label,
  tone,
  children,
}: {
  label: string;
  tone?: string | undefined;
  children: ReactNode;
}) {
  return (
    <div className="flex min-w-0 flex-col gap-0.5 px-4 py-3">
      <dt className="truncate text-fg-2 text-xs">{label}</dt>
      <dd className={cn('font-semibold text-xl tabular-nums', tone)}>{children}</dd>
    </div>
  );
}

interface HealthCardProps {
  /** Null while it is not known. */
  health: SchemaHealthOut | null;
  /** How many wait for a person; null while that is not known. */
  waiting: number | null;
}

/** How it went in the last seven days, in four figures and a picture. */
export function HealthCard({ health, waiting }: HealthCardProps) {
  const { t, i18n } = useTranslation(['home', 'common']);
  const number = new Intl.NumberFormat(i18n.language);
  const percent = new Intl.NumberFormat(i18n.language, {
    style: 'percent',
    maximumFractionDigits: 1,
  });
  const none = t('common:none');
  const wait = <Skeleton className="mt-2 h-4 w-16" />;
  const rate = health === null ? null : successRate(health);
  const when = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' });
  return (
    <section aria-label={t('health')} className="flex flex-col gap-4">
      <dl className="grid grid-cols-2 divide-line overflow-hidden rounded-xl border border-line bg-panel shadow-1 max-sm:[&>*:nth-child(-n+2)]:border-b sm:grid-cols-4 sm:divide-x [&>*]:border-line">
        <Figure label={t('total')}>
          {health === null
            ? wait
            : `${number.format(health.total)}${health.since === null ? '' : '+'}`}
        </Figure>
        <Figure label={t('rate')} tone={rate !== null && rate < 0.9 ? 'text-bad' : undefined}>
          {health === null ? wait : rate === null ? none : percent.format(rate)}
        </Figure>
        <Figure label={t('p95')}>
          {health === null ? wait : health.p95_ms === null ? none : duration(health.p95_ms)}
        </Figure>
        <Figure
          label={t('waiting')}
          tone={waiting !== null && waiting > 0 ? 'text-warn' : undefined}
        >
          {waiting === null ? wait : number.format(waiting)}
        </Figure>
      </dl>
      <div className="rounded-xl border border-line bg-panel p-4 shadow-1">
        <div className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-1">
          <h2 className="font-semibold">{t('chart')}</h2>
          {health?.since != null && (
            <span className="text-fg-3 text-xs">
              {t('since', { since: when.format(new Date(health.since)) })}
            </span>
          )}
          <span className="ml-auto flex gap-3 text-fg-2 text-xs">
            <span className="flex items-center gap-1.5">
              <span className="size-2 rounded-full bg-accent" aria-hidden />
              {t('completed')}
            </span>
            <span className="flex items-center gap-1.5">
              <span className="size-2 rounded-full bg-bad" aria-hidden />
              {t('failed')}
            </span>
          </span>
        </div>
        {health === null ? <Skeleton className="h-[150px] w-full" /> : <Chart health={health} />}
      </div>
    </section>
  );
}
