import { expect, it } from 'vitest';
import { makeStep } from '@/testing/makers';
import { nodeStatesOf, settledCount, urgentStep } from './node-states';
import type { Step } from './types';

const step = (node_id: string, scope: string, status: Step['status'], port = ''): Step => ({
  ...makeStep({ node_id, scope, status, port }),
  attempts: [],
  error: null,
  decision: null,
});

/** A try whose call failed, which its catch took care of. */
const CAUGHT = [
  step('guard', '', 'completed', 'done'),
  step('guard', 'guard[0]', 'failed'),
  step('guard', 'guard[1]', 'completed'),
  step('book', 'guard[0]', 'failed'),
  step('note', 'guard[1]', 'completed'),
];

it('a try that caught everything has completed, whatever became of its passes', () => {
  const states = nodeStatesOf(CAUGHT);

  expect(states.get('guard')).toEqual({
    status: 'completed',
    port: 'done',
    ms: expect.any(Number) as number,
    hasPasses: true,
  });
  expect(states.get('book')?.status).toBe('failed');
});

it('what failed is the node in the pass, not the pass around it, and passes are no nodes that are done', () => {
  expect(urgentStep(CAUGHT)?.node_id).toBe('book');
  expect(settledCount(CAUGHT)).toBe(3);
});
