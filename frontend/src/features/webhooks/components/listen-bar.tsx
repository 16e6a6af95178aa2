import { CheckCircle2, Radio } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/ui/button';
import { TimeAgo } from '@/ui/time-ago';
import type { useListening } from '../events';
import { EventBadge } from './event-status';

interface ListenBarProps {
  listening: ReturnType<typeof useListening>;
  onShow: (eventId: string) => void;
}

/** Waits for the next event in plain sight, and says so as soon as it is there. */
export function ListenBar({ listening, onShow }: ListenBarProps) {
  const { t } = useTranslation('webhooks');
  const { isListening, heard, start, stop } = listening;
  if (!isListening && heard === undefined) return null;
  return (
    <div
      role="status"
      className="mb-4 flex flex-wrap items-center gap-x-3 gap-y-2 rounded-xl border border-accent bg-accent-soft px-4 py-3"
    >
      {heard === undefined ? (
        <>
          <Radio className="pulse-dot size-4 shrink-0 text-accent" aria-hidden />
          <span className="min-w-0 flex-1 basis-56">
            <span className="block font-medium">{t('listen.waiting')}</span>
            <span className="block text-fg-2 text-xs">{t('listen.hint')}</span>
          </span>
          <Button size="sm" onClick={stop}>
            {t('listen.stop')}
          </Button>
        </>
      ) : (
        <>
          <CheckCircle2 className="size-4 shrink-0 text-ok" aria-hidden />
          <span className="flex min-w-0 flex-1 basis-56 flex-wrap items-center gap-2">
            <span className="font-medium">{t('listen.heard')}</span>
            <EventBadge status={heard.status} />
            <TimeAgo at={heard.created_at} className="text-fg-2 text-xs" />
          </span>
          <Button size="sm" onClick={start}>
            {t('listen.again')}
          </Button>
          <Button size="sm" look="primary" onClick={() => onShow(heard.id)}>
            {t('listen.show')}
          </Button>
        </>
      )}
    </div>
  );
}
