import { describe, expect, it } from 'vitest';
import { entriesOf, kindOf, sameJson } from './json';

describe('kinds of JSON', () => {
  it.each([
    [{}, 'object'],
    [[], 'array'],
    ['', 'string'],
    [0, 'number'],
    [false, 'boolean'],
    [null, 'null'],
    [undefined, 'missing'],
  ])('%j is %s', (value, kind) => {
    expect(kindOf(value)).toBe(kind);
  });

  it('lists have their indexes as names, plain values have no entries', () => {
    expect(entriesOf(['a', 'b'])).toEqual([
      ['0', 'a'],
      ['1', 'b'],
    ]);
    expect(entriesOf('ab')).toEqual([]);
  });
});

describe('sameness', () => {
  it.each([
    [{ a: 1, b: [2] }, { b: [2], a: 1 }, true],
    [{ a: 1 }, { a: 1, b: undefined }, false],
    [{ a: 1 }, { b: 1 }, false],
    [[1, 2], [2, 1], false],
    [[], {}, false],
    [null, {}, false],
    ['1', 1, false],
  ])('of %j and %j is %s', (one, other, expected) => {
    expect(sameJson(one, other)).toBe(expected);
  });
});
