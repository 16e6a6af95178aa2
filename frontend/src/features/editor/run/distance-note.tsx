import { History } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Distance } from './changes';

/** Says so where what is shown is not what the draft would do now. */
export function DistanceNote({ distance: { version, changes } }: { distance: Distance }) {
  const { t } = useTranslation('run');
  if (changes === 0) return null;
  const text =
    version !== null
      ? t('distance.version', { version, count: changes ?? 0 })
      : changes === null
        ? t('distance.unknown')
        : t('distance.draft', { count: changes });
  return (
    <p
      role="status"
      className="flex shrink-0 items-center gap-2 border-line border-b bg-warn-soft px-3 py-1 text-warn text-xs"
    >
      <History className="size-3.5 shrink-0" aria-hidden />
      {text}
    </p>
  );
}
