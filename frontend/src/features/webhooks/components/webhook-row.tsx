import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { cn } from '@/lib/cn';
import { CopyButton } from '@/ui/copy-button';
import { ROW_GRID, ROW_OPENER } from '@/ui/list';
import { TimeAgo } from '@/ui/time-ago';
import type { Webhook } from '../api';
import { isAuthType, pageOf, pathOf } from '../state';
import { EventDot } from './event-status';
import { WebhookState } from './state-badge';

function LastEvent({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation('webhooks');
  const last = webhook.last_event;
  if (last === null) return <span className="text-fg-3">{t('never')}</span>;
  return (
    <span className="flex items-center gap-2 text-fg-2">
      <EventDot status={last.status} />
      <TimeAgo at={last.created_at} />
    </span>
  );
}

function Day({ webhook }: { webhook: Webhook }) {
  const { t, i18n } = useTranslation('webhooks');
  const { accepted, filtered, filter_error: errors, is_capped: isCapped } = webhook.day;
  if (accepted + filtered + errors === 0) return <span className="text-fg-3">{t('day_none')}</span>;
  const number = (value: number): string => value.toLocaleString(i18n.language);
  const parts = [
    accepted > 0 ? t('day_accepted', { number: number(accepted) }) : '',
    filtered > 0 ? t('day_filtered', { number: number(filtered) }) : '',
  ].filter(Boolean);
  return (
    <span
      className="text-fg-2 tabular-nums max-lg:block max-lg:text-right"
      title={isCapped ? t('day_more') : undefined}
    >
      {isCapped && '≥ '}
      {parts.join(' · ')}
      {errors > 0 && (
        <span className="block text-bad text-xs">
          {t('day_errors', { number: number(errors) })}
        </span>
      )}
    </span>
  );
}

interface WebhookRowProps {
  webhook: Webhook;
}

/** One webhook. Its name's link covers the row; the address can be copied without opening it. */
export function WebhookRow({ webhook }: WebhookRowProps) {
  const { t } = useTranslation('webhooks');
  const { name, auth_type: auth, workflow_name: workflow } = webhook;
  const path = pathOf(webhook);
  return (
    <li
      className={cn(
        'relative grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 border-line border-b px-4 py-2.5 last:border-b-0 hover:bg-hover lg:gap-x-6',
        ROW_GRID,
      )}
    >
      <span className="min-w-0">
        <Link
          data-row={webhook.id}
          to={pageOf(webhook.id)}
          title={name}
          className={cn('block max-w-full truncate font-medium', ROW_OPENER)}
        >
          {name}
        </Link>
        <code className="block truncate font-mono text-fg-3 text-xs" title={webhook.url}>
          {path}
        </code>
      </span>
      <span className="min-w-0 truncate text-fg-2 max-lg:hidden" title={workflow}>
        {workflow}
      </span>
      <span className="text-fg-2 max-lg:hidden">{isAuthType(auth) ? t(`auth.${auth}`) : auth}</span>
      <span className="justify-self-end lg:justify-self-start">
        <WebhookState webhook={webhook} />
      </span>
      <span className="max-lg:text-xs">
        <LastEvent webhook={webhook} />
      </span>
      <span className="max-lg:justify-self-end max-lg:text-xs">
        <Day webhook={webhook} />
      </span>
      <span className="relative z-1 flex justify-end max-lg:hidden">
        <CopyButton label={t('copy_url', { name })} text={() => webhook.url} />
      </span>
    </li>
  );
}
