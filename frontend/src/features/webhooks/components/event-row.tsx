import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { cn } from '@/lib/cn';
import { shortId, sizeOf } from '@/lib/format';
import { Choice } from '@/ui/choice';
import { ROW_GRID, ROW_OPENER } from '@/ui/list';
import { TimeAgo } from '@/ui/time-ago';
import type { WebhookEvent } from '../events';
import { EventBadge } from './event-status';

interface EventRowProps {
  event: WebhookEvent;
  isChosen: boolean;
  /** Undefined where nothing can be done with what is chosen. */
  onChoose: ((isRange: boolean) => void) | undefined;
  onOpen: () => void;
}

/** One thing that arrived: what became of it, when, how it is known again, and its execution. */
export function EventRow({ event, isChosen, onChoose, onOpen }: EventRowProps) {
  const { t } = useTranslation('webhooks');
  const id = shortId(event.id);
  const [, key = event.delivery_key] = /^[a-z-]+:(.*)$/.exec(event.delivery_key) ?? [];
  return (
    <li
      className={cn(
        'relative grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-1 border-line border-b px-4 py-2 last:border-b-0 lg:gap-x-6',
        isChosen ? 'bg-accent-soft' : 'hover:bg-hover',
        ROW_GRID,
      )}
    >
      <span className="min-w-0">
        {onChoose !== undefined && (
          <Choice label={t('events.choose', { id })} isOn={isChosen} onChange={onChoose} />
        )}
      </span>
      <span className="min-w-0">
        <button
          type="button"
          data-row={event.id}
          aria-label={t('events.open', { id, status: t(`events.${event.status}`) })}
          title={event.reason || undefined}
          onClick={onOpen}
          className={cn('flex', ROW_OPENER)}
        >
          <EventBadge status={event.status} />
        </button>
      </span>
      <TimeAgo at={event.created_at} className="text-fg-2 tabular-nums max-lg:text-xs" />
      <span
        className="min-w-0 truncate font-mono text-fg-2 text-xs max-lg:hidden"
        title={event.delivery_key || undefined}
      >
        {key === '' ? <span className="font-sans text-fg-3">{t('events.no_key')}</span> : key}
      </span>
      <span className="text-fg-2 text-xs tabular-nums max-lg:hidden">
        {sizeOf(event.size_bytes)}
      </span>
      <span className="relative z-1 max-lg:hidden">
        {event.execution_id === null ? (
          <span className="text-fg-3 text-xs">–</span>
        ) : (
          <Link
            to={`/executions/${event.execution_id}`}
            aria-label={t('events.execution', { id: shortId(event.execution_id) })}
            className="font-mono text-accent text-xs hover:underline"
          >
            {shortId(event.execution_id)}
          </Link>
        )}
      </span>
    </li>
  );
}
