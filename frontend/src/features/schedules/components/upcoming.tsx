import { Clock } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { isZone, shiftsIn } from '@/engine/zones';
import { useNow } from '@/lib/clock';
import { TimeAgo } from '@/ui/time-ago';
import { ZonedTime } from './zoned-time';

const MINUTE_MS = 60_000;

/** The next times of a schedule; where the clocks are changed before one of them, it says so. */
export function Upcoming({ times, zone }: { times: readonly string[]; zone: string }) {
  const { t } = useTranslation('schedules');
  const now = Math.floor(useNow() / MINUTE_MS) * MINUTE_MS;
  const shifts = isZone(zone) ? shiftsIn(times, zone, now) : [];
  if (times.length === 0) return <p className="text-fg-3 text-xs">{t('detail.none')}</p>;
  return (
    <ol className="flex flex-col text-xs tabular-nums">
      {times.map((time, index) => {
        const shift = shifts[index] ?? null;
        return (
          <li key={time} className="flex min-h-6 flex-wrap items-center gap-x-2">
            <ZonedTime at={time} zone={zone} />
            <TimeAgo at={time} className="text-fg-3" />
            {shift !== null && (
              <span className="inline-flex items-center gap-1 rounded-full bg-warn-soft px-2 text-2xs text-warn">
                <Clock className="size-3" aria-hidden />
                {t('dst', { ...shift })}
              </span>
            )}
          </li>
        );
      })}
    </ol>
  );
}
