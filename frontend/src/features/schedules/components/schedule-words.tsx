import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asPlan, type Plan, readPlan, writePlan } from '@/engine/cron';
import { SelectField } from '@/ui/field';
import { PlanFields } from './plan-fields';

const KINDS = ['minutes', 'hour', 'day', 'week', 'month', 'custom'] as const;

interface ScheduleWordsProps {
  cron: string;
  onChange: (cron: string) => void;
}

interface Kept {
  plan: Plan;
  /** The cron beside which it is kept; another one takes its place. */
  cron: string;
}

/** A cron expression in plain language; what the words say is written as cron at once. */
export function ScheduleWords({ cron, onChange }: ScheduleWordsProps) {
  const { t } = useTranslation('schedules');
  // A week without days has no cron, and what only cron can say has no words: both are kept here.
  const [kept, setKept] = useState<Kept | null>(null);
  const plan = kept?.cron === cron ? kept.plan : readPlan(cron);
  const write = (next: Plan): void => {
    // A week without days is no schedule; what only cron can say stands there already.
    const written = writePlan(next) ?? (next.every === 'custom' ? cron : '');
    setKept(written === '' || next.every === 'custom' ? { plan: next, cron: written } : null);
    if (written !== cron) onChange(written);
  };
  return (
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
  );
}
