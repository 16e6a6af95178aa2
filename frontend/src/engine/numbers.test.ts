import { expect, it } from 'vitest';
import { lostNumber } from './numbers';

it.each([
  ['{"id": 9007199254740993}', '9007199254740993'],
  ['[1, -9007199254740993]', '-9007199254740993'],
  ['{"a": [{"b":1000000000000000000000000}]}', '1000000000000000000000000'],
  ['123456789012345678901', '123456789012345678901'],
])('of %s, %s is not kept', (json, lost) => {
  expect(lostNumber(json)).toBe(lost);
});

it.each([
  '{"id": 9007199254740992, "zero": 0, "less": -1}',
  '{"id": "9007199254740993"}',
  '{"9007199254740993": "a \\" 9007199254740993 \\\\"}',
  '[0.1234567890123456789, 1e30, 1.0, -2.5E+10]',
  'null',
])('every number of %s is kept', (json) => {
  expect(lostNumber(json)).toBeNull();
});

it('a text of megabytes is passed over', () => {
  expect(lostNumber(JSON.stringify({ text: '\\"1'.repeat(1_000_000), n: 1 }))).toBeNull();
});
