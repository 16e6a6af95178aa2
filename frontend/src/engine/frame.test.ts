import { expect, it } from 'vitest';
import { frameOf } from './frame';

it('a group stands around those of its nodes that are there', () => {
  const positions = new Map([
    ['a', { x: 0, y: 0 }],
    ['b', { x: 300, y: 100 }],
  ]);
  expect(frameOf(['a', 'b', 'gone'], positions)).toEqual({
    x: -20,
    y: -48,
    width: 548,
    height: 226,
  });
  expect(frameOf(['gone'], positions)).toBeNull();
});
