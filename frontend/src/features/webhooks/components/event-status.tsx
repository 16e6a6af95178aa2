import { CircleCheck, CircleHelp, Funnel } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { cn } from '@/lib/cn';
import { Badge, type Tone } from '@/ui/badge';
import type { EventStatus } from '../events';

const LOOKS: Record<EventStatus, { tone: Tone; text: string; icon: typeof Funnel }> = {
  accepted: { tone: 'ok', text: 'text-ok', icon: CircleCheck },
  filtered: { tone: 'neutral', text: 'text-fg-3', icon: Funnel },
  filter_error: { tone: 'bad', text: 'text-bad', icon: CircleHelp },
};

/** What became of an event: shape, word and colour. */
export function EventBadge({ status }: { status: EventStatus }) {
  const { t } = useTranslation('webhooks');
  const { tone, icon: Icon } = LOOKS[status];
  return (
    <Badge tone={tone}>
      <Icon aria-hidden />
      {t(`events.${status}`)}
    </Badge>
  );
}

/** The same where there is little room; its word is for who does not see it, and on hover. */
export function EventDot({ status }: { status: EventStatus }) {
  const { t } = useTranslation('webhooks');
  const { text, icon: Icon } = LOOKS[status];
  return (
    <span title={t(`events.${status}`)} className="inline-flex">
      <Icon className={cn('size-3.5', text)} aria-hidden />
      <span className="sr-only">{t(`events.${status}`)}</span>
    </span>
  );
}
