import { describe, expect, it } from 'vitest';
import { makeExecution } from '@/testing/makers';
import { freshOf, renewed, rereadMs } from './fresh';
import { inOrder, nodeStatesOf, settledCount, urgentStep } from './node-states';
import { readError, readExecution } from './read';
import type { Step } from './types';

const [old, shown, newer] = [
  makeExecution(),
  makeExecution({ status: 'running' }),
  makeExecution(),
];

function step(node_id: string, status: Step['status'], more: Partial<Step> = {}): Step {
  const base = {
    node_id,
    status,
    scope: '',
    node_type: 'action:http',
    port: '',
    seq: 1,
    attempt: 1,
  };
  const times = { started_at: null, ended_at: null, wake_at: null, waits_for: null };
  return {
    ...base,
    ...times,
    attempts: [],
    input: null,
    item: null,
    output: null,
    output_omitted: false,
    copied_from: null,
    is_pinned: false,
    has_log: false,
    error: null,
    decision: null,
    ...more,
  };
}

describe('a list that stays still', () => {
  it('counts what is newer than its first row', () => {
    expect(freshOf([shown, old], [newer, shown])).toEqual([newer]);
    expect(freshOf([], [newer])).toEqual([newer]);
    expect(freshOf([newer], [newer, shown])).toEqual([]);
  });

  it('takes over what is newly known of its rows, in their places', () => {
    const ended = { ...shown, status: 'completed' as const };

    expect(renewed([shown, old], [newer, ended])).toEqual([ended, old]);
  });
});

describe('the state of nodes', () => {
  it('is the most urgent one where a node ran several times', () => {
    const states = nodeStatesOf([
      step('a', 'completed', { scope: 'loop[0]/' }),
      step('a', 'failed', { scope: 'loop[1]/' }),
      step('a', 'completed', { scope: 'loop[2]/' }),
    ]);

    expect(states.get('a')?.status).toBe('failed');
  });

  it('tells how long a node took, but not of one that was skipped', () => {
    const times = { started_at: '2026-03-01T12:00:00Z', ended_at: '2026-03-01T12:00:01.500Z' };

    expect(nodeStatesOf([step('a', 'completed', times)]).get('a')?.ms).toBe(1_500);
    expect(nodeStatesOf([step('a', 'skipped', times)]).get('a')?.ms).toBeNull();
  });
});

describe('steps', () => {
  it('stand in the order of the graph; passes in the order of their numbers', () => {
    const steps = [
      step('gone', 'completed'),
      step('b', 'completed', { scope: 'l[10]/' }),
      step('b', 'completed', { scope: 'l[9]/' }),
      step('a', 'completed'),
    ];

    expect(inOrder(steps, ['a', 'b']).map((one) => one.scope + one.node_id)).toEqual([
      'a',
      'l[9]/b',
      'l[10]/b',
      'gone',
    ]);
  });

  it('name the one that needs a reader: what failed before what runs', () => {
    expect(urgentStep([step('a', 'running'), step('b', 'failed')])?.node_id).toBe('b');
    expect(urgentStep([step('a', 'completed')])).toBeNull();
  });

  it('count as done when nothing more can happen to them', () => {
    expect(settledCount([step('a', 'completed'), step('b', 'skipped'), step('c', 'waiting')])).toBe(
      2,
    );
  });
});

describe('what the API says of errors', () => {
  it('gets its shape here', () => {
    expect(readError({ code: 'http_503', message: 'No.', status: 503 })).toEqual({
      code: 'http_503',
      message: 'No.',
      node: null,
      status: 503,
    });
    expect(readError(null)).toBeNull();
    expect(readError('broken')).toBeNull();
  });

  it('is read in attempts too, and no attempts are an empty list', () => {
    const attempts = [
      { attempt: 1, ended_at: '2026-03-01T12:00:00Z', error: { code: 'x', message: 'y' } },
    ];
    const { steps } = readExecution(
      makeExecution({
        steps: [
          { ...step('a', 'failed'), attempts },
          { ...step('b', 'queued'), attempts: null },
        ],
      }),
    );

    expect(steps[0]?.attempts).toEqual([
      {
        attempt: 1,
        endedAt: '2026-03-01T12:00:00Z',
        error: { code: 'x', message: 'y', node: null, status: null },
      },
    ]);
    expect(steps[1]?.attempts).toEqual([]);
  });
});

it('reads a long list again seldom: each of its pages is a request', () => {
  expect([0, 1, 20].map(rereadMs)).toEqual([30_000, 30_000, 600_000]);
});
