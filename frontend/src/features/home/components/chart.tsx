import { useTranslation } from 'react-i18next';
import type { SchemaHealthOut } from '@/generated/api';
import { ceiling } from '../health';

const HEIGHT = 128;

/** Executions by day (UTC) and outcome. In words for who does not see it; the numbers stand above it. */
export function Chart({ health }: { health: SchemaHealthOut }) {
  const { t, i18n } = useTranslation('home');
  const format = new Intl.DateTimeFormat(i18n.language, {
    weekday: 'short',
    day: 'numeric',
    timeZone: 'UTC',
  });
  const { days } = health;
  const nameOf = (date: string): string => format.format(new Date(`${date}T00:00:00Z`));
  const most = ceiling(Math.max(...days.map((one) => one.completed + one.failed)));
  const height = (count: number): string => `${(count / most) * HEIGHT}px`;
  return (
    <div
      role="img"
      aria-label={t('chart_says', {
        total: health.total,
        failed: days.reduce((sum, { failed }) => sum + failed, 0),
      })}
    >
      <div className="relative flex items-end gap-3 sm:gap-6" style={{ height: HEIGHT }}>
        <span className="absolute inset-x-0 top-0 border-line border-t text-2xs text-fg-3 tabular-nums">
          {most}
        </span>
        {days.map(({ date, completed, failed }) => (
          <span
            key={date}
            className="relative flex h-full min-w-0 flex-1 flex-col justify-end gap-px"
            title={t('bar', { at: nameOf(date), completed, failed })}
          >
            {failed > 0 && (
              <span
                className="min-h-[3px] rounded-t-sm bg-bad"
                style={{ height: height(failed) }}
              />
            )}
            {completed > 0 && (
              <span
                className="min-h-px bg-accent first:rounded-t-sm"
                style={{ height: height(completed) }}
              />
            )}
          </span>
        ))}
      </div>
      <div className="mt-1 flex gap-3 border-line border-t pt-1 text-2xs text-fg-3 tabular-nums sm:gap-6">
        {days.map(({ date }) => (
          <span key={date} className="min-w-0 flex-1 truncate text-center">
            {nameOf(date)}
          </span>
        ))}
      </div>
    </div>
  );
}
