import { useTranslation } from 'react-i18next';
import type { Health } from '../health';

const HEIGHT = 128;

/** A round number that no bar exceeds. */
function ceiling(most: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, most)));
  return ([1, 2, 5, 10].find((step) => step * power >= most) ?? 10) * power;
}

function useWhen(health: Health): (at: number) => string {
  const { i18n } = useTranslation();
  const isLong = health.to - health.from > 2 * 86_400_000;
  const format = new Intl.DateTimeFormat(
    i18n.language,
    isLong ? { weekday: 'short', day: 'numeric' } : { hour: '2-digit', minute: '2-digit' },
  );
  return (at) => format.format(at);
}

/** Executions by time and outcome. In words for who does not see it; the numbers stand above it. */
export function Chart({ health }: { health: Health }) {
  const { t } = useTranslation('home');
  const when = useWhen(health);
  const most = ceiling(Math.max(...health.buckets.map((one) => one.completed + one.failed)));
  const marks = [0, 7, 14, 21].flatMap((index) => health.buckets[index]?.at ?? []);
  const height = (count: number): string => `${(count / most) * HEIGHT}px`;
  return (
    <div
      role="img"
      aria-label={t('chart_says', {
        total: health.total,
        failed: health.failed,
        from: when(health.from),
      })}
    >
      <div className="relative flex items-end gap-[3px]" style={{ height: HEIGHT }}>
        <span className="absolute inset-x-0 top-0 border-line border-t text-2xs text-fg-3 tabular-nums">
          {most}
        </span>
        {health.buckets.map((bucket) => (
          <span
            key={bucket.at}
            className="relative flex h-full min-w-0 flex-1 flex-col justify-end gap-px"
            title={t('bar', {
              at: when(bucket.at),
              completed: bucket.completed,
              failed: bucket.failed,
            })}
          >
            {bucket.completed > 0 && (
              <span
                className="min-h-px rounded-t-sm bg-accent"
                style={{ height: height(bucket.completed) }}
              />
            )}
            {bucket.failed > 0 && (
              <span
                className="min-h-[3px] bg-bad first:rounded-t-sm"
                style={{ height: height(bucket.failed) }}
              />
            )}
          </span>
        ))}
      </div>
      <div className="mt-1 flex border-line border-t pt-1 text-2xs text-fg-3 tabular-nums">
        {marks.map((at) => (
          <span key={at} className="flex-1">
            {when(at)}
          </span>
        ))}
        <span>{t('now')}</span>
      </div>
    </div>
  );
}
