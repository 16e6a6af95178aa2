import { describe, expect, it } from 'vitest';
import {
  type FilterRow,
  listOf,
  matching,
  matchOf,
  pathsIn,
  readFilters,
  typedList,
  typedOf,
  valueFor,
  valueOf,
  writeFilters,
} from './filters';

const row = (more: Partial<FilterRow> = {}): FilterRow => ({
  path: '$.body.ref',
  operator: 'equals',
  value: 'main',
  group: 0,
  isOn: true,
  ...more,
});

describe('the filters of a config', () => {
  it('are read and written the same', () => {
    const config = [
      { path: '$.body.ref', operator: 'equals', value: 'main' },
      { path: '$.body.n', operator: 'exists', group: 1 },
      { path: '$.body.n', operator: 'in', value: [1, 2], enabled: false },
    ];
    const rows = readFilters(config);

    expect(rows).toHaveLength(3);
    expect(writeFilters(rows ?? [])).toEqual(config);
  });

  it.each([undefined, null, ''])('that are %j are none', (config) => {
    expect(readFilters(config)).toEqual([]);
  });

  it.each([
    '{{ trigger }}',
    [null],
    [{ path: 1, operator: 'equals' }],
    [{ path: '$.a', operator: 'smells' }],
    [{ path: '$.a', operator: 'exists', group: 'a' }],
  ])('%j cannot be shown as rows', (config) => {
    expect(readFilters(config)).toBeNull();
  });

  it('write null where a value is wanted and nobody gave one', () => {
    expect(writeFilters([row({ value: undefined })])[0]?.value).toBeNull();
  });
});

describe('all or any', () => {
  it('is told by the groups', () => {
    expect(matchOf([])).toBe('all');
    expect(matchOf([row(), row()])).toBe('all');
    expect(matchOf([row(), row({ group: 1 })])).toBe('any');
    expect(matchOf([row(), row({ group: 1 }), row({ group: 1 })])).toBe('groups');
  });

  it('puts each row into a group of its own, or all into one', () => {
    const rows = [row(), row({ group: 1 }), row({ group: 1 })];

    expect(matching(rows, 'any').map(({ group }) => group)).toEqual([0, 1, 2]);
    expect(matching(rows, 'all').map(({ group }) => group)).toEqual([0, 0, 0]);
    expect(matching(rows, 'groups')).toEqual(rows);
  });
});

describe('values as people type them', () => {
  it.each<[string, unknown]>([
    ['main', 'main'],
    ['12', 12],
    ['-1.5', -1.5],
    ['true', true],
    ['null', null],
    ['"12"', '12'],
    ['', ''],
    ['1.2.3', '1.2.3'],
    ['refs/heads/main', 'refs/heads/main'],
  ])('%s means %j', (typed, value) => {
    expect(valueOf(typed)).toEqual(value);
    expect(typedOf(value)).toBe(typed);
  });

  it('take a text that only begins like one in quotes as it is', () => {
    expect(valueOf('"a" or "b"')).toBe('"a" or "b"');
  });

  it.each<[string, unknown[]]>([
    ['open, closed', ['open', 'closed']],
    ['1, 2', [1, 2]],
    ['', []],
    ['["a,b","c"]', ['a,b', 'c']],
  ])('the list %s means %j', (typed, value) => {
    expect(listOf(typed)).toEqual(value);
    expect(typedList(value)).toBe(typed);
  });

  it('that are no list yet are read as far as they go', () => {
    expect(listOf('["a", ')).toEqual(['["a"']);
    expect(typedList('a')).toBe('a');
  });

  it('keep what fits when the operator changes', () => {
    expect(valueFor('in', 'main')).toEqual(['main']);
    expect(valueFor('in', '')).toEqual([]);
    expect(valueFor('equals', ['a', 'b'])).toBe('a');
    expect(valueFor('equals', { min: 1, max: 2 })).toBe('');
    expect(valueFor('between', 'a')).toEqual({ min: 0, max: 0 });
    expect(valueFor('exists', 'a')).toBeUndefined();
  });
});

describe('paths into what arrived', () => {
  it('come nearest first, and of a list the first entry', () => {
    const trigger = {
      headers: { 'x-github-event': 'push', 'a b': 1, "o'clock": 1 },
      body: { commits: [{ id: 1 }, { id: 2 }] },
    };

    expect(pathsIn(trigger)).toEqual([
      '$.headers',
      '$.body',
      '$.headers.x-github-event',
      "$.headers['a b']",
      '$.body.commits',
      '$.body.commits[0]',
      '$.body.commits[0].id',
    ]);
  });
});
