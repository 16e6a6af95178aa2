import { useTranslation } from 'react-i18next';
import { useNow } from '@/lib/clock';
import { absolute, relative } from '@/lib/format';

/** "3 min ago", renewed by itself, with the exact instant on hover. */
export function TimeAgo({ at, className }: { at: string; className?: string }) {
  const { i18n } = useTranslation();
  const now = useNow();
  return (
    <time dateTime={at} title={absolute(at, i18n.language)} className={className}>
      {relative(at, now, i18n.language)}
    </time>
  );
}
