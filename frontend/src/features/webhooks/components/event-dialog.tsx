import { Pencil, RotateCw } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { useMay } from '@/features/accounts/facade';
import type { SchemaEventOut } from '@/generated/api';
import { shortId, sizeOf } from '@/lib/format';
import { tell } from '@/lib/toast';
import { Button, buttonClass } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { Failure } from '@/ui/failure';
import { JsonTree } from '@/ui/json-view';
import { Segmented } from '@/ui/segmented';
import { Skeleton } from '@/ui/skeleton';
import { TimeAgo } from '@/ui/time-ago';
import { useEvent, useReplay } from '../events';
import { EventBadge } from './event-status';
import { ReplayForm } from './replay-form';

const PARTS = ['body', 'headers', 'query', 'all'] as const;

function Facts({ event }: { event: SchemaEventOut }) {
  const { t } = useTranslation('webhooks');
  const { method, path } = event.trigger;
  return (
    <div className="flex flex-col gap-1.5">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-fg-2 text-xs">
        <EventBadge status={event.status} />
        <TimeAgo at={event.created_at} />
        <span>{sizeOf(event.size_bytes)}</span>
        {event.caller !== '' && <span>{t('event.caller', { caller: event.caller })}</span>}
      </p>
      {event.reason !== '' && <p className="text-fg-2 text-xs">{event.reason}</p>}
      <code className="break-all font-mono text-xs">
        {t('event.request', { method: String(method), path: String(path) })}
      </code>
      {event.delivery_key !== '' && (
        <code className="break-all font-mono text-fg-3 text-xs">{event.delivery_key}</code>
      )}
    </div>
  );
}

function Data({ event }: { event: SchemaEventOut }) {
  const { t } = useTranslation('webhooks');
  const [part, setPart] = useState<(typeof PARTS)[number]>('body');
  const value = part === 'all' ? event.trigger : event.trigger[part];
  return (
    <section aria-label={t(`event.${part}`)} className="min-w-0">
      <header className="flex items-center gap-2 pb-2">
        <Segmented
          label={t('event.part')}
          value={part}
          onChoose={setPart}
          options={PARTS.map((one) => ({ value: one, label: t(`event.${one}`) }))}
        />
        <CopyButton
          label={t('event.copy')}
          text={() => JSON.stringify(value, null, 2)}
          className="-mr-1.5 ml-auto"
        />
      </header>
      <div className="max-h-[44dvh] overflow-auto rounded-lg border border-line bg-sunken p-3">
        {value == null ? (
          <p className="text-fg-3 text-xs">{t('event.nothing')}</p>
        ) : (
          <JsonTree value={value} />
        )}
      </div>
    </section>
  );
}

interface ActionsProps {
  event: SchemaEventOut;
  onEdit: () => void;
  onClose: () => void;
}

function Actions({ event, onEdit, onClose }: ActionsProps) {
  const { t } = useTranslation(['webhooks', 'common']);
  const navigate = useNavigate();
  const mayReplay = useMay('workflow.execute');
  const replay = useReplay();
  const again = (): void =>
    replay.mutate(
      { id: event.id },
      {
        onSuccess: ({ execution_id: id }) => {
          if (id !== undefined) void navigate(`/executions/${id}`);
        },
        onError: tell.failed,
      },
    );
  const hint = mayReplay ? undefined : t('no_permission_run');
  return (
    <DialogActions>
      {event.execution_id !== null && (
        <Link to={`/executions/${event.execution_id}`} className={`${buttonClass()} mr-auto`}>
          {t('event.execution')}
        </Link>
      )}
      <Button onClick={onClose}>{t('common:close')}</Button>
      <Button why={hint} onClick={onEdit}>
        <Pencil aria-hidden />
        {t('event.edit')}
      </Button>
      <Button look="primary" why={hint} isBusy={replay.isPending} onClick={again}>
        <RotateCw aria-hidden />
        {t('event.replay')}
      </Button>
    </DialogActions>
  );
}

/** One event with all that arrived, what became of it, and the ways to run it again. */
export default function EventDialog({
  eventId,
  onClose,
}: {
  eventId: string;
  onClose: () => void;
}) {
  const { t } = useTranslation('webhooks');
  const { data: event, error, refetch } = useEvent(eventId);
  const [isEditing, setEditing] = useState(false);
  return (
    <Dialog isOpen isWide onClose={onClose} title={t('event.title', { id: shortId(eventId) })}>
      {event === undefined && error === null && (
        <DialogBody>
          <Skeleton className="w-56" />
          <Skeleton className="h-40" />
        </DialogBody>
      )}
      {event === undefined && error !== null && (
        <Failure error={error} onRetry={() => void refetch()} />
      )}
      {event !== undefined && isEditing && (
        <ReplayForm event={event} onBack={() => setEditing(false)} />
      )}
      {event !== undefined && !isEditing && (
        <>
          <DialogBody>
            <Facts event={event} />
            <Data event={event} />
          </DialogBody>
          <Actions event={event} onEdit={() => setEditing(true)} onClose={onClose} />
        </>
      )}
    </Dialog>
  );
}
