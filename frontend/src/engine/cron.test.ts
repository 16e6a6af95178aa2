import { describe, expect, it } from 'vitest';
import { asPlan, type Plan, readPlan, writePlan } from './cron';

const weekly = (days: number[]): Plan => ({ every: 'week', hour: 9, minute: 0, days });

describe('a cron expression in the words of the builder', () => {
  it.each<[string, Plan]>([
    ['* * * * *', { every: 'minutes', step: 1 }],
    ['*/15 * * * *', { every: 'minutes', step: 15 }],
    ['5 * * * *', { every: 'hour', minute: 5 }],
    ['30 2 * * *', { every: 'day', hour: 2, minute: 30 }],
    ['0 9 * * 1-5', weekly([1, 2, 3, 4, 5])],
    ['0 9 * * 1,3', weekly([1, 3])],
    ['0 6 31 * *', { every: 'month', hour: 6, minute: 0, day: 31 }],
  ])('%s is read and written the same', (cron, plan) => {
    expect(readPlan(cron)).toEqual(plan);
    expect(writePlan(plan)).toBe(cron);
  });

  it.each<[string, Plan]>([
    ['@hourly', { every: 'hour', minute: 0 }],
    [' @daily ', { every: 'day', hour: 0, minute: 0 }],
    ['@weekly', { every: 'week', hour: 0, minute: 0, days: [0] }],
    ['@monthly', { every: 'month', hour: 0, minute: 0, day: 1 }],
    ['0  9 * * MON-fri', weekly([1, 2, 3, 4, 5])],
    ['0 9 * * 7,6', weekly([0, 6])],
  ])('%s is another way to write it', (cron, plan) => {
    expect(readPlan(cron)).toEqual(plan);
  });

  it.each([
    '*/7 * * * *',
    '0 9 * jan *',
    '0 9 1 * 1',
    '0 9-17 * * *',
    '0 * 1 * *',
    '0 9 * * 5-1',
    '0 9 * * 1-2-3',
    '0 9 L * *',
    '30 0 9 * * 1',
    '@yearly',
    'soon',
    '',
  ])('%s says more than the builder can', (cron) => {
    expect(readPlan(cron)).toEqual({ every: 'custom' });
  });

  it('is not written where it would never fire, or where nobody has built it', () => {
    expect(writePlan(weekly([]))).toBeNull();
    expect(writePlan({ every: 'custom' })).toBeNull();
  });

  it('keeps its time when it comes on other days', () => {
    const daily: Plan = { every: 'day', hour: 17, minute: 45 };

    expect(asPlan(daily, 'month')).toEqual({ every: 'month', hour: 17, minute: 45, day: 1 });
    expect(asPlan(daily, 'hour')).toEqual({ every: 'hour', minute: 45 });
    expect(asPlan(daily, 'week')).toEqual({ ...daily, every: 'week', days: [1, 2, 3, 4, 5] });
    expect(asPlan({ every: 'minutes', step: 5 }, 'day')).toEqual({
      every: 'day',
      hour: 9,
      minute: 0,
    });
    expect(asPlan(daily, 'minutes')).toEqual({ every: 'minutes', step: 15 });
    expect(asPlan(daily, 'custom')).toEqual({ every: 'custom' });
  });
});
