import { describe, expect, it } from 'vitest';
import { placeOfHint, readHint } from './hints';

describe('reading a hint', () => {
  it('takes what it knows and leaves out the rest', () => {
    const message = {
      execution: 'x1',
      workflow: 'w1',
      before: 3,
      seq: 5,
      status: 'running',
      steps: [
        { node_id: 'a', scope: '', status: 'completed' },
        { node_id: 'b', status: 'dancing' },
        7,
      ],
    };

    expect(readHint(message)).toEqual({
      execution: 'x1',
      before: 3,
      seq: 5,
      status: 'running',
      steps: [{ node_id: 'a', scope: '', status: 'completed' }],
    });
  });

  it.each([null, 'pong', {}, { execution: 'x1', seq: '5', status: 'running' }])(
    '%j is no hint',
    (message) => {
      expect(readHint(message)).toBeNull();
    },
  );
});

describe('the place of a hint', () => {
  it.each([
    ['old', 5, { before: 4, seq: 5 }],
    ['next', 5, { before: 5, seq: 6 }],
    ['next', 5, { before: 3, seq: 8 }],
    ['gap', 5, { before: 6, seq: 7 }],
  ] as const)('is %s after %i for %j', (expected, known, hint) => {
    expect(placeOfHint(known, hint)).toBe(expected);
  });
});
