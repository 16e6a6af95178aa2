import { RotateCw } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { holdsMasked, kindOf, readJson, sameJson } from '@/engine/json';
import type { SchemaEventOut } from '@/generated/api';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { DialogActions, DialogBody } from '@/ui/dialog';
import { TextArea } from '@/ui/field';
import { Refused } from '@/ui/form-error';
import { useReplay } from '../events';

const written = (value: unknown): string =>
  value === undefined || value === null ? '' : JSON.stringify(value, null, 2);

const read = (source: string) =>
  source.trim() === '' ? { ok: true as const, value: null } : readJson(source);

interface ReplayFormProps {
  event: SchemaEventOut;
  onBack: () => void;
}

/** An event's data to be changed and run; only what was changed is sent, the rest is taken as it arrived. */
export function ReplayForm({ event, onBack }: ReplayFormProps) {
  const { t } = useTranslation(['webhooks', 'common']);
  const navigate = useNavigate();
  const { trigger } = event;
  const [bodySource, setBody] = useState(() => written(trigger.body));
  const [headerSource, setHeaders] = useState(() => written(trigger.headers));
  const [isFiltering, setFiltering] = useState(false);
  const replay = useReplay();
  const body = read(bodySource);
  const headers = readJson(headerSource.trim() === '' ? '{}' : headerSource);
  const isNamed = headers.ok && kindOf(headers.value) === 'object';
  const fault = t('trial.body_fault');
  const submit = (): void => {
    if (!body.ok || !headers.ok || !isNamed) return;
    const changes = {
      ...(sameJson(body.value, trigger.body ?? null) ? {} : { body: body.value }),
      ...(sameJson(headers.value, trigger.headers)
        ? {}
        : { headers: headers.value as Record<string, unknown> }),
      ...(isFiltering ? { apply_filters: true } : {}),
    };
    replay.mutate(
      { id: event.id, changes },
      {
        onSuccess: ({ execution_id: id }) => {
          if (id === undefined) tell.done(t('replay.kept_out'));
          else void navigate(`/executions/${id}`);
        },
      },
    );
  };
  return (
    <>
      <DialogBody>
        <p className="text-fg-2">{t('replay.edit_text')}</p>
        <Refused error={replay.error} />
        <TextArea
          label={t('trial.body')}
          hint={holdsMasked(bodySource) ? t('trial.masked') : undefined}
          error={body.ok ? undefined : fault}
          value={bodySource}
          onChange={(change) => setBody(change.target.value)}
          rows={10}
        />
        <TextArea
          label={t('trial.headers')}
          error={isNamed ? undefined : t('replay.headers_fault')}
          value={headerSource}
          onChange={(change) => setHeaders(change.target.value)}
          rows={5}
        />
        <label className="flex items-center gap-2">
          <input
            type="checkbox"
            className="size-4 accent-accent"
            checked={isFiltering}
            onChange={(change) => setFiltering(change.target.checked)}
          />
          {t('replay.filters')}
        </label>
      </DialogBody>
      <DialogActions>
        <Button onClick={onBack}>{t('common:cancel')}</Button>
        <Button
          look="primary"
          isBusy={replay.isPending}
          disabled={!body.ok || !isNamed}
          onClick={submit}
        >
          <RotateCw aria-hidden />
          {t('replay.submit')}
        </Button>
      </DialogActions>
    </>
  );
}
