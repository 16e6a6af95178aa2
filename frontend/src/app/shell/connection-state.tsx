import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '@/lib/cn';
import { useConnection } from '@/lib/socket';

function subscribe(listener: () => void): () => void {
  addEventListener('online', listener);
  addEventListener('offline', listener);
  return () => {
    removeEventListener('online', listener);
    removeEventListener('offline', listener);
  };
}

const DOTS = {
  idle: 'bg-line-strong',
  connecting: 'bg-warn',
  open: 'bg-ok',
  lost: 'bg-warn pulse-dot',
  offline: 'bg-bad',
} as const;

/** Says whether the page hears of changes by itself. Silent where no page listens and all is well. */
export function ConnectionState({ isRail }: { isRail: boolean }) {
  const { t } = useTranslation();
  const isOnline = useSyncExternalStore(subscribe, () => navigator.onLine);
  const socket = useConnection((connection) => connection.state);
  const state = isOnline ? socket : 'offline';
  return (
    <p role="status" className={cn('min-h-6 text-fg-3 text-xs', !isRail && 'px-2')}>
      {state !== 'idle' && (
        <span
          className="flex h-6 items-center gap-2"
          title={
            state === 'connecting' ? t('connection.connecting') : t(`connection.${state}_hint`)
          }
        >
          <span className={cn('size-1.5 rounded-full', DOTS[state])} aria-hidden />
          <span className={cn(isRail && 'sr-only')}>{t(`connection.${state}`)}</span>
        </span>
      )}
    </p>
  );
}
