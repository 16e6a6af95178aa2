import { useTranslation } from 'react-i18next';
import { useSettled } from '@/lib/settled';
import { Skeleton } from '@/ui/skeleton';
import { usePreview } from '../api';
import { Upcoming } from './upcoming';

/** What the server makes of a schedule: words and the next times; nothing where it cannot be read. */
export function ScheduleMeaning({ cron, timezone }: { cron: string; timezone: string }) {
  const { t } = useTranslation('schedules');
  const settled = useSettled(cron);
  const preview = usePreview(settled, timezone);
  if (preview.error !== null || settled === '') return null;
  return (
    <section
      aria-label={t('detail.next')}
      className="rounded-lg border border-line bg-sunken px-3 py-2"
    >
      {preview.data === undefined ? (
        <Skeleton className="my-2 w-48" />
      ) : (
        <>
          <p role="status" className="pb-1 font-medium">
            {preview.data.description}
          </p>
          <Upcoming times={preview.data.times} zone={timezone} />
        </>
      )}
    </section>
  );
}
