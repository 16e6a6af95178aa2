import { expect, it } from 'vitest';
import { readDocument } from './document';
import { isPass, passName } from './passes';

const document = readDocument({
  nodes: [
    { id: 'each', type: 'control:loop' },
    { id: 'guard', type: 'control:try' },
    { id: 'both', type: 'control:parallel', data: { config: { branches: ['shop', 'stock'] } } },
  ],
});

it.each([
  ['', ''],
  ['each[0]', '#1'],
  ['each[1]/guard[0]', '#2 › try'],
  ['each[1]/guard[1]', '#2 › catch'],
  ['guard[2]/both[1]', 'finally › stock'],
  ['gone[3]', '#4'],
])('the scope “%s” is called “%s”', (scope, name) => {
  expect(passName(document, scope)).toBe(name);
});

it('a pass is told apart from its container and from what runs in it', () => {
  expect(isPass({ node_id: 'guard', scope: 'each[1]/guard[0]' })).toBe(true);
  expect(isPass({ node_id: 'guard', scope: 'each[1]' })).toBe(false);
  expect(isPass({ node_id: 'book', scope: 'each[1]/guard[0]' })).toBe(false);
});
