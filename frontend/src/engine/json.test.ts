import { describe, expect, it } from 'vitest';
import { entriesOf, glimpseOf, holdsMasked, kindOf, sameJson } from './json';

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

describe('a glimpse', () => {
  it('tells in one line what a closed branch holds, and nothing of its depths', () => {
    expect(glimpseOf({ sku: 'LAMP-3', pieces: 2, box: { a: 1 }, tags: [] })).toBe(
      'sku: "LAMP-3", pieces: 2, box: {…}, tags: []',
    );
    expect(glimpseOf([1, [2], null, {}, 5])).toBe('1, […], null, {}');
    expect(glimpseOf({ text: 'x'.repeat(1_000) })).toBe(`text: "${'x'.repeat(40)}"`);
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

describe('a place where a secret was kept out', () => {
  it.each([
    ['{"token": "[REDACTED]"}', true],
    ['{"header": "Bearer [REDACTED]"}', true],
    ['{"header": "REDACTED"}', false],
  ])('is seen in %s: %s', (text, expected) => {
    expect(holdsMasked(text)).toBe(expected);
  });
});
