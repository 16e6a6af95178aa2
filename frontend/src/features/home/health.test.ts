import { describe, expect, it } from 'vitest';
import { makeExecution } from '@/testing/makers';
import { DAY_MS, dayPart, failuresOf, healthOf } from './health';

const NOW = Date.parse('2026-11-30T12:00:00Z');
const at = (daysAgo: number, status: 'completed' | 'failed' | 'running', ms = 1_000) => {
  const start = NOW - daysAgo * DAY_MS;
  return makeExecution({
    workflow_id: 'w1',
    status,
    created_at: new Date(start).toISOString(),
    started_at: new Date(start).toISOString(),
    ended_at: status === 'running' ? null : new Date(start + ms).toISOString(),
  });
};

describe('health', () => {
  it('counts seven days where all executions are known, and passes over what is older', () => {
    const health = healthOf(
      [at(0.1, 'running'), at(1, 'completed', 400), at(1, 'failed', 9_000), at(9, 'failed')],
      true,
      NOW,
    );

    expect(health.total).toBe(3);
    expect(health.failed).toBe(1);
    expect(health.successRate).toBe(0.5);
    expect(health.p95Ms).toBe(9_000);
    expect(health.from).toBe(NOW - 7 * DAY_MS);
    expect(health.buckets).toHaveLength(28);
    expect(health.buckets[24]).toEqual({ at: NOW - DAY_MS, completed: 1, failed: 1 });
  });

  it('begins with the oldest that is known where there are more', () => {
    const health = healthOf([at(0.49, 'completed'), at(1, 'completed')], false, NOW);

    expect(health.from).toBe(NOW - DAY_MS);
    expect(health.buckets[0]?.completed).toBe(1);
    expect(health.buckets[14]?.completed).toBe(1);
  });

  it('has no rate and no duration where nothing is over', () => {
    const health = healthOf([], true, NOW);

    expect([health.total, health.successRate, health.p95Ms]).toEqual([0, null, null]);
  });
});

it('failures are counted by workflow and a week back', () => {
  const last = at(1, 'failed');
  const failed = [
    last,
    at(2, 'failed'),
    { ...at(2, 'failed'), workflow_id: 'w2' },
    at(8, 'failed'),
  ];

  expect(failuresOf(failed, NOW).map(({ workflowId, count }) => [workflowId, count])).toEqual([
    ['w1', 2],
    ['w2', 1],
  ]);
  expect(failuresOf(failed, NOW)[0]?.last).toBe(last);
});

it('greets by the hour', () => {
  expect([4, 5, 11, 12, 17, 18].map(dayPart)).toEqual([
    'evening',
    'morning',
    'morning',
    'afternoon',
    'afternoon',
    'evening',
  ]);
});
