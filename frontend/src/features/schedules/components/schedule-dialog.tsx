import { Unlink } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DraftMovedError, useChangeDraftConfig, useDraftConfig } from '@/features/workflows/facade';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { Failure } from '@/ui/failure';
import { FormError } from '@/ui/form-error';
import { Notice } from '@/ui/notice';
import { Skeleton } from '@/ui/skeleton';
import { type Schedule, usePreview } from '../api';
import { ScheduleBuilder, type Timing } from './schedule-builder';

type Config = Readonly<Record<string, unknown>>;

const textOf = (value: unknown, instead: string): string =>
  typeof value === 'string' && value !== '' ? value : instead;

interface FormProps {
  schedule: Schedule;
  config: Config;
  onReload: () => void;
  onClose: () => void;
}

function Form({ schedule, config, onReload, onClose }: FormProps) {
  const { t } = useTranslation(['schedules', 'common']);
  const isExpression = textOf(config.cron, '').includes('{{');
  const first = { cron: textOf(config.cron, ''), timezone: textOf(config.timezone, 'UTC') };
  const [timing, setTiming] = useState<Timing>(first);
  const save = useChangeDraftConfig(schedule.workflow_id);
  const { error } = usePreview(timing.cron, timing.timezone);
  const moved = save.error instanceof DraftMovedError ? save.error : null;
  const submit = (): void =>
    save.mutate(
      {
        nodeId: schedule.node_id,
        from: config,
        // A zone that nobody has set stays unset.
        to: timing.timezone === first.timezone ? { cron: timing.cron } : { ...timing },
      },
      {
        onSuccess: () => {
          tell.done(t('dialog.saved'));
          onClose();
        },
      },
    );
  return (
    <>
      <DialogBody>
        {moved !== null && (
          <FormError>
            {t(moved.isGone ? 'dialog.gone' : 'dialog.conflict')}{' '}
            {!moved.isGone && (
              <button type="button" className="font-medium underline" onClick={onReload}>
                {t('dialog.theirs')}
              </button>
            )}
          </FormError>
        )}
        {moved === null && save.error !== null && <FormError>{save.error.message}</FormError>}
        {isExpression ? (
          <p className="text-fg-2">{t('dialog.expression')}</p>
        ) : (
          <ScheduleBuilder {...timing} onChange={setTiming} />
        )}
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>{t('common:cancel')}</Button>
        <Button
          look="primary"
          isBusy={save.isPending}
          disabled={isExpression || timing.cron.trim() === '' || error !== null}
          onClick={submit}
        >
          {t('dialog.save')}
        </Button>
      </DialogActions>
    </>
  );
}

/** Edits when the draft's trigger fires. What others save meanwhile is told when this is saved, and not overwritten. */
export default function ScheduleDialog({
  schedule,
  onClose,
}: {
  schedule: Schedule;
  onClose: () => void;
}) {
  const { t } = useTranslation('schedules');
  const draft = useDraftConfig(schedule.workflow_id, schedule.node_id);
  const [opened, setOpened] = useState<Config | null>(null);
  const { config } = draft;
  if (opened === null && config !== undefined) setOpened(config);
  const isWaiting = opened === null && !draft.isGone && draft.error === null;
  return (
    <Dialog
      isOpen
      isWide
      onClose={onClose}
      title={t('dialog.title', { name: schedule.name })}
      description={t('dialog.text')}
    >
      {opened !== null && (
        <Form
          key={JSON.stringify([opened.cron, opened.timezone])}
          schedule={schedule}
          config={opened}
          onReload={() => setOpened(config ?? null)}
          onClose={onClose}
        />
      )}
      {opened === null && draft.isGone && (
        <Notice icon={Unlink} title={t('dialog.gone')}>
          <Button onClick={onClose}>{t('dialog.close')}</Button>
        </Notice>
      )}
      {isWaiting && (
        <DialogBody>
          <Skeleton className="w-64" />
          <Skeleton className="w-48" />
        </DialogBody>
      )}
      {opened === null && draft.error !== null && (
        <Failure error={draft.error} onRetry={() => void draft.refetch()} />
      )}
    </Dialog>
  );
}
