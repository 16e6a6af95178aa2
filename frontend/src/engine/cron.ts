/** What a schedule says in the words of the builder; what it cannot say is `custom`. */
export type Plan =
  | { every: 'minutes'; step: number }
  | { every: 'hour'; minute: number }
  | { every: 'day'; hour: number; minute: number }
  | { every: 'week'; hour: number; minute: number; days: readonly number[] }
  | { every: 'month'; hour: number; minute: number; day: number }
  | { every: 'custom' };

/** Steps that an hour holds without a rest, so that they are the same all day. */
export const STEPS = [1, 2, 5, 10, 15, 20, 30] as const;

const DESCRIPTORS: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
};

const NAMES = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const CUSTOM: Plan = { every: 'custom' };

function numberIn(text: string, low: number, high: number): number | null {
  const value = /^\d{1,2}$/.test(text) ? Number(text) : -1;
  return value >= low && value <= high ? value : null;
}

function dayOf(text: string): number | null {
  const named = NAMES.indexOf(text.toLowerCase());
  return named === -1 ? numberIn(text, 0, 7) : named;
}

/** The weekdays of a list of days and ranges, Sunday as 0; null where it says more than that. */
function daysOf(text: string): number[] | null {
  const found = new Set<number>();
  for (const part of text.split(',')) {
    const [first = '', last = first, ...rest] = part.split('-');
    const from = dayOf(first);
    const to = dayOf(last);
    if (from === null || to === null || from > to || rest.length > 0) return null;
    for (let day = from; day <= to; day += 1) found.add(day % 7);
  }
  return [...found].sort((one, other) => one - other);
}

function stepOf(minute: string): number | null {
  const given = minute === '*' ? '1' : (/^\*\/(\d{1,2})$/.exec(minute)?.[1] ?? '');
  return STEPS.find((step) => String(step) === given) ?? null;
}

/** What a cron expression says, as far as the builder has words for it. */
export function readPlan(cron: string): Plan {
  const written = cron.trim();
  const parts = (DESCRIPTORS[written] ?? written).split(/\s+/);
  const [minutes = '', hours = '', day = '', month = '', weekday = ''] = parts;
  if (parts.length !== 5 || month !== '*') return CUSTOM;
  if (hours === '*' && day === '*' && weekday === '*') {
    const step = stepOf(minutes);
    if (step !== null) return { every: 'minutes', step };
  }
  const minute = numberIn(minutes, 0, 59);
  if (minute === null) return CUSTOM;
  if (hours === '*') return day === '*' && weekday === '*' ? { every: 'hour', minute } : CUSTOM;
  const hour = numberIn(hours, 0, 23);
  if (hour === null) return CUSTOM;
  if (weekday === '*') {
    if (day === '*') return { every: 'day', hour, minute };
    const date = numberIn(day, 1, 31);
    return date === null ? CUSTOM : { every: 'month', hour, minute, day: date };
  }
  const days = day === '*' ? daysOf(weekday) : null;
  return days === null ? CUSTOM : { every: 'week', hour, minute, days };
}

/** The days of a week as cron writes them: a run of three or more as a range. */
function written(days: readonly number[]): string {
  const [first] = days;
  const last = days.at(-1);
  const isRun = days.length > 2 && days.every((day, index) => day === (first ?? 0) + index);
  return isRun ? `${first ?? 0}-${last ?? 0}` : days.join(',');
}

/** The cron expression of a plan; null where the builder has none to write. */
export function writePlan(plan: Plan): string | null {
  switch (plan.every) {
    case 'minutes':
      return plan.step === 1 ? '* * * * *' : `*/${plan.step} * * * *`;
    case 'hour':
      return `${plan.minute} * * * *`;
    case 'day':
      return `${plan.minute} ${plan.hour} * * *`;
    case 'week':
      return plan.days.length === 0
        ? null
        : `${plan.minute} ${plan.hour} * * ${written(plan.days)}`;
    case 'month':
      return `${plan.minute} ${plan.hour} ${plan.day} * *`;
    case 'custom':
      return null;
  }
}

/** Another kind of plan that keeps what both can say. */
export function asPlan(plan: Plan, every: Plan['every']): Plan {
  const minute = 'minute' in plan ? plan.minute : 0;
  const hour = 'hour' in plan ? plan.hour : 9;
  switch (every) {
    case 'minutes':
      return { every, step: 15 };
    case 'hour':
      return { every, minute };
    case 'day':
      return { every, hour, minute };
    case 'week':
      return { every, hour, minute, days: [1, 2, 3, 4, 5] };
    case 'month':
      return { every, hour, minute, day: 1 };
    case 'custom':
      return CUSTOM;
  }
}
