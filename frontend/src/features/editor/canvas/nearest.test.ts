import { expect, it } from 'vitest';
import { nearest } from './nearest';

const PLACES = new Map([
  ['right', { x: 300, y: 10 }],
  ['far right', { x: 600, y: 0 }],
  ['below', { x: 10, y: 100 }],
  ['left', { x: -300, y: 0 }],
]);
const HERE = { x: 0, y: 0 };

it.each([
  ['right', 'right'],
  ['left', 'left'],
  ['down', 'below'],
  ['any', 'below'],
  ['up', null],
] as const)('an arrow %s comes to the node that is %s', (aim, found) => {
  expect(nearest(PLACES, HERE, aim)).toBe(found);
});
