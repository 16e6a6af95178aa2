import { describe, expect, it } from 'vitest';
import { faultOf } from './json-fault';

const GOOD = [
  '{}',
  ' [ ] ',
  '"a\\u00e9\\n"',
  '-1.5e+10',
  '{"a": [1, {"b": null}], "c": {"d": [[]]}}',
  `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
];

const BAD = [
  ['', 0],
  ['{', 1],
  ['{"a" 1}', 5],
  ['{"a": 1,}', 8],
  ['[1 2]', 3],
  ['[,]', 1],
  ['[1}', 2],
  ['{} {}', 3],
  ['01', 0],
  ['[tru]', 1],
  ['"a\nb"', 0],
  ['{a: 1}', 1],
  ["['a']", 1],
  ['[NaN]', 1],
] as const;

describe('the place where a text stops being JSON', () => {
  it.each(GOOD)('is nowhere in %.60s', (text) => {
    expect(faultOf(text)).toBe(-1);
  });

  it.each(BAD)('of %j is %i', (text, place) => {
    expect(faultOf(text)).toBe(place);
  });

  it('agrees with the browser on what is JSON', () => {
    for (const text of [...GOOD.slice(0, -1), ...BAD.map(([bad]) => bad)]) {
      let isJson = true;
      try {
        JSON.parse(text);
      } catch {
        isJson = false;
      }
      expect([text, faultOf(text) === -1]).toEqual([text, isJson]);
    }
  });
});
