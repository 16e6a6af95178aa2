import { useTranslation } from 'react-i18next';
import type { Trend } from '@/features/executions/facade';
import { Skeleton } from '@/ui/skeleton';

const WIDTH = 84;
const HEIGHT = 22;
const GAP = 1.5;
/** What has happened at all is seen. */
const LEAST = 2;

/** Fourteen days as bars: what was completed, and on it what failed. In words for who does not see it. */
export function Sparkline({ trend }: { trend: Trend | undefined }) {
  const { t } = useTranslation('workflows');
  if (trend === undefined) return <Skeleton className="w-20" />;
  const { days } = trend;
  const sum = (name: 'completed' | 'failed'): number =>
    days.reduce((total, day) => total + day[name], 0);
  const most = Math.max(1, ...days.map(({ completed, failed }) => completed + failed));
  const step = WIDTH / days.length;
  const high = (count: number): number =>
    count === 0 ? 0 : Math.max(LEAST, (count / most) * HEIGHT);
  const words = t('trend', { completed: sum('completed'), failed: sum('failed') });
  return (
    <svg
      role="img"
      aria-label={words}
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      className="shrink-0"
    >
      <title>{words}</title>
      {days.map(({ date, completed, failed }, index) => {
        const bad = high(failed);
        const good = Math.min(high(completed), HEIGHT - bad);
        const place = { x: index * step, width: step - GAP };
        return completed + failed === 0 ? (
          <rect key={date} {...place} y={HEIGHT - 1} height={1} className="fill-line-strong" />
        ) : (
          <g key={date}>
            <rect {...place} y={HEIGHT - good} height={good} className="fill-accent" />
            <rect {...place} y={HEIGHT - good - bad} height={bad} className="fill-bad" />
          </g>
        );
      })}
    </svg>
  );
}
