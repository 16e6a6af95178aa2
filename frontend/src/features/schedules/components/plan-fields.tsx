import { useTranslation } from 'react-i18next';
import { type Plan, STEPS } from '@/engine/cron';
import { SelectField, TextField } from '@/ui/field';

const two = (value: number): string => String(value).padStart(2, '0');

/** A Sunday: its days give the names of the week. */
const SUNDAY = Date.UTC(2024, 0, 7);
const DAY_MS = 86_400_000;
/** Weeks are shown from Monday on; cron counts from Sunday. */
const WEEK = [1, 2, 3, 4, 5, 6, 0] as const;

interface TimeProps {
  plan: { hour: number; minute: number };
  onChange: (time: { hour: number; minute: number }) => void;
}

function TimeField({ plan, onChange }: TimeProps) {
  const { t } = useTranslation('schedules');
  return (
    <TextField
      type="time"
      label={t('builder.time')}
      value={`${two(plan.hour)}:${two(plan.minute)}`}
      className="w-36 tabular-nums"
      onChange={(event) => {
        const [hour, minute] = event.target.value.split(':').map(Number);
        if (hour !== undefined && minute !== undefined) onChange({ hour, minute });
      }}
    />
  );
}

function DaysField({
  days,
  onChange,
}: {
  days: readonly number[];
  onChange: (days: number[]) => void;
}) {
  const { t, i18n } = useTranslation('schedules');
  const name = (day: number, weekday: 'short' | 'long'): string =>
    new Intl.DateTimeFormat(i18n.language, { weekday, timeZone: 'UTC' }).format(
      SUNDAY + day * DAY_MS,
    );
  const toggle = (day: number): void =>
    onChange(
      (days.includes(day) ? days.filter((one) => one !== day) : [...days, day]).sort(
        (one, other) => one - other,
      ),
    );
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1.5 font-medium">{t('builder.days')}</legend>
      <div className="flex flex-wrap gap-1">
        {WEEK.map((day) => (
          <button
            key={day}
            type="button"
            aria-pressed={days.includes(day)}
            title={name(day, 'long')}
            onClick={() => toggle(day)}
            className="h-8 min-w-11 rounded-md border border-line bg-panel px-2 font-medium text-xs shadow-1 hover:bg-sunken aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent"
          >
            {name(day, 'short')}
          </button>
        ))}
      </div>
      {days.length === 0 && <p className="text-bad text-xs">{t('builder.days_missing')}</p>}
    </fieldset>
  );
}

function numberOf(text: string, low: number, high: number): number {
  return Math.min(high, Math.max(low, Math.trunc(Number(text)) || low));
}

/** The fields of one kind of plan; a plan that only cron can say has none. */
export function PlanFields({ plan, onChange }: { plan: Plan; onChange: (plan: Plan) => void }) {
  const { t } = useTranslation('schedules');
  switch (plan.every) {
    case 'minutes':
      return (
        <SelectField
          label={t('builder.steps')}
          value={plan.step}
          onChange={(event) => onChange({ ...plan, step: Number(event.target.value) })}
        >
          {STEPS.map((step) => (
            <option key={step} value={step}>
              {t('builder.step', { count: step })}
            </option>
          ))}
        </SelectField>
      );
    case 'hour':
      return (
        <TextField
          type="number"
          min={0}
          max={59}
          label={t('builder.minute')}
          value={plan.minute}
          className="w-28 tabular-nums"
          onChange={(event) => onChange({ ...plan, minute: numberOf(event.target.value, 0, 59) })}
        />
      );
    case 'day':
      return <TimeField plan={plan} onChange={(time) => onChange({ ...plan, ...time })} />;
    case 'week':
      return (
        <>
          <DaysField days={plan.days} onChange={(days) => onChange({ ...plan, days })} />
          <TimeField plan={plan} onChange={(time) => onChange({ ...plan, ...time })} />
        </>
      );
    case 'month':
      return (
        <>
          <TextField
            type="number"
            min={1}
            max={31}
            label={t('builder.date')}
            hint={plan.day > 28 ? t('builder.date_hint') : undefined}
            value={plan.day}
            className="w-28 tabular-nums"
            onChange={(event) => onChange({ ...plan, day: numberOf(event.target.value, 1, 31) })}
          />
          <TimeField plan={plan} onChange={(time) => onChange({ ...plan, ...time })} />
        </>
      );
    case 'custom':
      return null;
  }
}
