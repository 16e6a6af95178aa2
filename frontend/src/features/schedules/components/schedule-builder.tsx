import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asPlan, type Plan, readPlan, writePlan } from '@/engine/cron';
import { ApiError } from '@/lib/problem';
import { useSettled } from '@/lib/settled';
import { SelectField, TextField } from '@/ui/field';
import { Skeleton } from '@/ui/skeleton';
import { usePreview } from '../api';
import { PlanFields } from './plan-fields';
import { Upcoming } from './upcoming';
import { ZonePicker } from './zone-picker';

const KINDS = ['minutes', 'hour', 'day', 'week', 'month', 'custom'] as const;

export interface Timing {
  cron: string;
  timezone: string;
}

interface ScheduleBuilderProps extends Timing {
  onChange: (timing: Timing) => void;
}

/** What the server makes of it: words, the next times, or what is wrong. */
function Meaning({ cron, timezone }: Timing) {
  const { t } = useTranslation('schedules');
  const settled = useSettled(cron);
  const preview = usePreview(settled, timezone);
  if (preview.error !== null || settled === '') return null;
  return (
    <section
      aria-label={t('detail.next')}
      className="rounded-lg border border-line bg-sunken px-3 py-2"
    >
      {preview.data === undefined ? (
        <Skeleton className="my-2 w-48" />
      ) : (
        <>
          <p role="status" className="pb-1 font-medium">
            {preview.data.description}
          </p>
          <Upcoming times={preview.data.times} zone={timezone} />
        </>
      )}
    </section>
  );
}

/** A schedule in plain language and as cron, each the mirror of the other, with its zone and what it comes to. */
export function ScheduleBuilder({ cron, timezone, onChange }: ScheduleBuilderProps) {
  const { t } = useTranslation('schedules');
  const [isCustom, setCustom] = useState(false);
  // A week without days has no cron: it is kept here until a day is chosen.
  const [unwritten, setUnwritten] = useState<Plan | null>(null);
  const plan = unwritten ?? (isCustom ? ({ every: 'custom' } as const) : readPlan(cron));
  const { error } = usePreview(useSettled(cron), timezone);
  const fault = (name: string): string | undefined =>
    error instanceof ApiError ? error.field(name) : undefined;
  const write = (next: Plan): void => {
    const written = writePlan(next);
    setCustom(next.every === 'custom');
    setUnwritten(written === null && next.every !== 'custom' ? next : null);
    if (written !== null) onChange({ cron: written, timezone });
  };
  return (
    <>
      <div className="flex flex-wrap items-start gap-x-6 gap-y-4">
        <SelectField
          label={t('builder.every')}
          value={plan.every}
          onChange={(event) => write(asPlan(plan, event.target.value as Plan['every']))}
        >
          {KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {t(`builder.${kind}`)}
            </option>
          ))}
        </SelectField>
        <PlanFields plan={plan} onChange={write} />
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label={t('builder.cron')}
          hint={t('builder.cron_hint')}
          error={fault('cron')}
          value={cron}
          spellCheck={false}
          className="font-mono"
          onChange={(event) => {
            setCustom(false);
            setUnwritten(null);
            onChange({ cron: event.target.value, timezone });
          }}
        />
        <ZonePicker
          value={timezone}
          fault={fault('timezone')}
          onChoose={(zone) => onChange({ cron, timezone: zone })}
        />
      </div>
      <Meaning cron={cron} timezone={timezone} />
    </>
  );
}
