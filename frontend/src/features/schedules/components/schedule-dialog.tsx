import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DraftDialog, DraftForm, type DraftNode } from '@/features/workflows/facade';
import { ApiError } from '@/lib/problem';
import { useSettled } from '@/lib/settled';
import { type Schedule, usePreview } from '../api';
import { ScheduleBuilder, type Timing } from './schedule-builder';

const textOf = (value: unknown, instead: string): string =>
  typeof value === 'string' && value !== '' ? value : instead;

function Form({ node }: { node: DraftNode }) {
  const { t } = useTranslation('schedules');
  const { config } = node;
  const first = { cron: textOf(config.cron, ''), timezone: textOf(config.timezone, 'UTC') };
  const isExpression = first.cron.includes('{{');
  const [timing, setTiming] = useState<Timing>(first);
  const { error } = usePreview(useSettled(timing.cron), timing.timezone);
  const why = (): string | undefined => {
    if (isExpression) return t('dialog.expression');
    // Whoever cannot be asked says nothing against it.
    const isRefused = error instanceof ApiError && error.errors.length > 0;
    return timing.cron.trim() === '' || isRefused ? t('dialog.faulty') : undefined;
  };
  return (
    <DraftForm
      node={node}
      // A zone that nobody has set stays unset.
      change={timing.timezone === first.timezone ? { cron: timing.cron } : { ...timing }}
      why={why()}
      saved={t('dialog.saved')}
    >
      {isExpression ? (
        <p className="text-fg-2">{t('dialog.expression')}</p>
      ) : (
        <ScheduleBuilder {...timing} onChange={setTiming} />
      )}
    </DraftForm>
  );
}

interface ScheduleDialogProps {
  schedule: Schedule;
  onClose: () => void;
}

/** Edits when the draft's trigger fires. */
export default function ScheduleDialog({ schedule, onClose }: ScheduleDialogProps) {
  const { t } = useTranslation('schedules');
  return (
    <DraftDialog
      workflowId={schedule.workflow_id}
      nodeId={schedule.node_id}
      title={t('dialog.title', { name: schedule.name })}
      description={t('dialog.text')}
      onClose={onClose}
    >
      {(node) => <Form node={node} />}
    </DraftDialog>
  );
}
