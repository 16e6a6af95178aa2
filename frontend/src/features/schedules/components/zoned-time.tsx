import { useTranslation } from 'react-i18next';
import { isZone } from '@/engine/zones';

/** When, by the clocks of a zone, with the weekday: "Mon, Nov 30, 09:00 GMT+1"; another year is named. */
export function ZonedTime({
  at,
  zone,
  className,
}: {
  at: string;
  zone: string;
  className?: string;
}) {
  const { i18n } = useTranslation();
  const isThisYear = at.slice(0, 4) === new Date().toISOString().slice(0, 4);
  const shown = new Intl.DateTimeFormat(i18n.language, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    ...(isThisYear ? {} : { year: 'numeric' }),
    hour: '2-digit',
    minute: '2-digit',
    // As the server's words and cron say it.
    hourCycle: 'h23',
    timeZone: isZone(zone) ? zone : 'UTC',
    timeZoneName: 'short',
  });
  return (
    <time dateTime={at} className={className}>
      {shown.format(Date.parse(at))}
    </time>
  );
}
