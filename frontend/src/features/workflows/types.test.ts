import { describe, expect, it } from 'vitest';
import { makeWorkflow } from '@/testing/makers';
import { byNode, marksOf, type Problem, saidOf, stateOf } from './types';

const problem = (node_id: string | null, severity: Problem['severity'], message = ''): Problem => ({
  node_id,
  severity,
  message,
  code: 'x',
  path: '',
  edge_id: null,
  field: null,
});

describe('the state of a workflow', () => {
  it.each([
    ['live', { is_active: true, live_version: 3 }],
    ['inactive', { is_active: false, live_version: 3 }],
    ['draft', { is_active: false, live_version: null }],
  ] as const)('is %s with %j', (state, facts) => {
    expect(stateOf(makeWorkflow(facts))).toBe(state);
  });
});

describe('problems by node', () => {
  it("put the document's own first, then nodes with errors, and errors before warnings", () => {
    const groups = byNode([
      problem('a', 'warning', '1'),
      problem('b', 'warning', '2'),
      problem('b', 'error', '3'),
      problem(null, 'warning', '4'),
    ]);

    expect(groups.map((group) => group.nodeId)).toEqual([null, 'b', 'a']);
    expect(groups[1]?.problems.map((one) => one.message)).toEqual(['3', '2']);
  });
});

describe('a problem under the name of its node', () => {
  it('does not say the name once more', () => {
    expect(saidOf(problem('a', 'error', '“Call”: “Address” is empty.'), 'Call')).toBe(
      '“Address” is empty.',
    );
    expect(saidOf(problem('a', 'warning', '“Call” is done again.'), 'Call')).toBe(
      '“Call” is done again.',
    );
  });

  it('marks the node by its worst one', () => {
    const problems = [
      problem('a', 'warning'),
      problem('a', 'error'),
      problem('a', 'warning'),
      problem('b', 'warning'),
      problem(null, 'error'),
    ];

    expect([...marksOf(problems)]).toEqual([
      ['a', 'error'],
      ['b', 'warning'],
    ]);
  });
});
