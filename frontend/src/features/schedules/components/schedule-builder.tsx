import { useTranslation } from 'react-i18next';
import { ApiError } from '@/lib/problem';
import { useSettled } from '@/lib/settled';
import { TextField } from '@/ui/field';
import { usePreview } from '../api';
import { ScheduleMeaning } from './schedule-meaning';
import { ScheduleWords } from './schedule-words';
import { ZonePicker } from './zone-picker';

export interface Timing {
  cron: string;
  timezone: string;
}

interface ScheduleBuilderProps extends Timing {
  onChange: (timing: Timing) => void;
}

/** A schedule in plain language and as cron, each the mirror of the other, with its zone and what it comes to. */
export function ScheduleBuilder({ cron, timezone, onChange }: ScheduleBuilderProps) {
  const { t } = useTranslation('schedules');
  const { error } = usePreview(useSettled(cron), timezone);
  const fault = (name: string): string | undefined =>
    error instanceof ApiError ? error.field(name) : undefined;
  return (
    <>
      <ScheduleWords cron={cron} onChange={(next) => onChange({ cron: next, timezone })} />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label={t('builder.cron')}
          hint={t('builder.cron_hint')}
          error={fault('cron')}
          value={cron}
          spellCheck={false}
          className="font-mono"
          onChange={(event) => onChange({ cron: event.target.value, timezone })}
        />
        <ZonePicker
          value={timezone}
          fault={fault('timezone')}
          onChoose={(zone) => onChange({ cron, timezone: zone })}
        />
      </div>
      <ScheduleMeaning cron={cron} timezone={timezone} />
    </>
  );
}
