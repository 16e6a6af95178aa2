import { expect, it } from 'vitest';
import { give, keyOf, settle } from './order';

it('an order keeps its key until it has succeeded', async () => {
  const keys: string[] = [];
  const send = (key: string): Promise<string> => {
    keys.push(key);
    return keys.length === 1 ? Promise.reject(new Error('lost')) : Promise.resolve('started');
  };
  const order = (): Promise<string> => give(['run', 'a', { input: 1 }], send);

  await expect(order()).rejects.toThrow('lost');
  expect(await order()).toBe('started');
  expect(await order()).toBe('started');

  expect(keys[1]).toBe(keys[0]);
  expect(keys[2]).not.toBe(keys[0]);
});

it('a changed order has a key of its own', () => {
  expect(keyOf(['run', 'b', { input: 1 }])).not.toBe(keyOf(['run', 'b', { input: 2 }]));
});

it('orders that are given together share a key, and each is settled alone', () => {
  expect(keyOf('c', 'shared')).toBe('shared');
  expect(keyOf('d', 'shared')).toBe('shared');
  settle('c');

  expect(keyOf('c', 'later')).toBe('later');
  expect(keyOf('d', 'later')).toBe('shared');
});
