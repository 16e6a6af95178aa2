import { useTranslation } from 'react-i18next';
import { useNow } from '@/lib/clock';
import { cn } from '@/lib/cn';
import { relative, sizeOf } from '@/lib/format';
import { Failure } from '@/ui/failure';
import { Panel } from '@/ui/panel';
import { Skeleton } from '@/ui/skeleton';
import { useMonths, useUsage } from '../api';

type Limit = NonNullable<ReturnType<typeof useUsage>['data']>['limits'][number];

const KNOWN = ['workflows', 'executions_per_day', 'running', 'api_calls_per_min'] as const;
/** From here on a limit is near enough to be seen at a glance. */
const NEAR = 0.8;

function Bar({ limit }: { limit: Limit }) {
  const { t, i18n } = useTranslation('settings');
  const now = useNow();
  const number = new Intl.NumberFormat(i18n.language);
  const { name, used, limit: most, resets_in_s: resets } = limit;
  const known = KNOWN.find((one) => one === name);
  const share = most === null || most === 0 ? 0 : Math.min(1, used / most);
  const words =
    most === null
      ? t('usage.unlimited', { used: number.format(used) })
      : t('usage.used', { used: number.format(used), limit: number.format(most) });
  return (
    <div>
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <span className="font-medium">
          {known === undefined ? name : t(`usage.limit.${known}`)}
        </span>
        <span className="text-fg-2 tabular-nums">{words}</span>
      </div>
      {most !== null && (
        <div className="mt-1.5 h-1.5 overflow-hidden rounded-full bg-sunken inset-ring inset-ring-line">
          <div
            className={cn('h-full rounded-full', share >= NEAR ? 'bg-warn' : 'bg-accent')}
            style={{ width: `${share * 100}%` }}
          />
        </div>
      )}
      {resets !== null && most !== null && (
        <p className="mt-1 text-fg-3 text-xs">
          {t('usage.resets', {
            when: relative(new Date(now + resets * 1_000).toISOString(), now, i18n.language),
          })}
        </p>
      )}
    </div>
  );
}

const CELL = 'h-9 border-line border-b px-3 tabular-nums';
const NUMBER = `${CELL} whitespace-nowrap text-right`;

function Months() {
  const { t, i18n } = useTranslation('settings');
  const { data, error } = useMonths();
  const number = new Intl.NumberFormat(i18n.language);
  const name = new Intl.DateTimeFormat(i18n.language, {
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
  if (error !== null) return <p className="text-bad">{error.message}</p>;
  if (data === undefined) return <Skeleton className="h-24" />;
  if (data.length === 0) return <p className="text-fg-3">{t('usage.none')}</p>;
  return (
    <div>
      <div
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- WCAG 2.1.1: what scrolls must be reachable by keyboard
        tabIndex={0}
        role="region"
        aria-label={t('usage.months')}
        className="overflow-x-auto rounded-md border border-line"
      >
        <table className="w-full border-separate border-spacing-0 [&_tr:last-child>*]:border-b-0">
          <caption className="sr-only">{t('usage.months')}</caption>
          <thead>
            <tr className="bg-sunken text-fg-2 text-xs">
              <th scope="col" className={`${CELL} text-left font-medium`}>
                {t('usage.month')}
              </th>
              {(['executions', 'steps', 'stored', 'seats', 'calls'] as const).map((head) => (
                <th key={head} scope="col" className={`${NUMBER} font-medium`}>
                  {t(`usage.${head}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data.map((one) => (
              <tr key={one.month}>
                <th scope="row" className={`${CELL} whitespace-nowrap text-left font-normal`}>
                  {name.format(Date.parse(one.month))}
                </th>
                <td className={NUMBER}>{number.format(one.executions)}</td>
                <td className={NUMBER}>{number.format(one.steps)}</td>
                <td className={NUMBER}>{sizeOf(one.stored_bytes)}</td>
                <td className={NUMBER}>{number.format(one.seats)}</td>
                <td className={NUMBER}>{number.format(one.api_calls)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="mt-1.5 text-fg-3 text-xs">{t('usage.months_hint')}</p>
    </div>
  );
}

/** What the plan allows, how much of it is used, and how it was before. */
export function UsagePanel() {
  const { t } = useTranslation('settings');
  const { data, error, refetch } = useUsage();
  if (error !== null)
    return (
      <div className="rounded-xl border border-line bg-panel shadow-1">
        <Failure error={error} onRetry={() => void refetch()} />
      </div>
    );
  if (data === undefined) return <Skeleton className="h-64 rounded-xl" />;
  return (
    <Panel title={t('usage.title')} text={t('usage.plan', { plan: data.plan })}>
      <div className="grid gap-x-8 gap-y-4 sm:grid-cols-2">
        {data.limits.map((limit) => (
          <Bar key={limit.name} limit={limit} />
        ))}
      </div>
      <Months />
    </Panel>
  );
}
