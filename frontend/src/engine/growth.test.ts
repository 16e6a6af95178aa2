import { describe, expect, it } from 'vitest';
import { readGrowth } from './growth';

const growth = {
  execution: 'x1',
  node_id: 'ask',
  scope: 'loop[3]',
  attempt: 1,
  text: 'Once',
  length: 4,
};

describe('reading a growing text', () => {
  it('takes what it knows and leaves out the rest', () => {
    expect(readGrowth({ ...growth, more: 7 })).toEqual(growth);
  });

  it.each([
    null,
    'pong',
    {},
    { execution: 'x1', before: 0, seq: 1, status: 'running', steps: [] },
    { ...growth, text: 7 },
    { ...growth, scope: undefined },
  ])('%j is none', (message) => {
    expect(readGrowth(message)).toBeNull();
  });
});
