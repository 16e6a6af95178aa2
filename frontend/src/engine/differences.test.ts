import { describe, expect, it } from 'vitest';
import { differencesOf, pathName } from './differences';

const named = (before: unknown, after: unknown): string[] =>
  differencesOf(before, after).list.map(({ tone, path }) => `${tone} ${pathName(path)}`);

describe('the differences of two values', () => {
  it('names what came, went and changed by its way', () => {
    const before = { status: 500, body: { ok: false, old: [1], same: { deep: [null] } } };
    const after = { status: 200, body: { ok: true, same: { deep: [null] }, fresh: {} } };

    expect(named(before, after)).toEqual([
      'changed status',
      'changed body.ok',
      'added body.fresh',
      'removed body.old',
    ]);
    expect(differencesOf(before, after).list[0]).toEqual({
      tone: 'changed',
      path: ['status'],
      before: 500,
      after: 200,
    });
  });

  it('is none where only the order of names differs', () => {
    expect(named({ a: 1, b: [{ c: 1, d: 2 }] }, { b: [{ d: 2, c: 1 }], a: 1 })).toEqual([]);
  });

  it('sees one item that came at the front of a list as one', () => {
    const items = Array.from({ length: 50 }, (_, id) => ({ id }));

    expect(named(items, [{ id: 99 }, ...items])).toEqual(['added [0]']);
    expect(named(items, items.slice(1))).toEqual(['removed [0]']);
    expect(named(items, [...items.slice(0, 20), { id: 0 }, ...items.slice(21)])).toEqual([
      'changed [20].id',
    ]);
  });

  it('takes a value of another kind as one change, and null for something', () => {
    expect(named({ a: [1] }, { a: { 0: 1 } })).toEqual(['changed a']);
    expect(named({ a: null }, {})).toEqual(['removed a']);
    expect(named(undefined, null)).toEqual(['added ']);
    expect(named(1, 1)).toEqual([]);
  });

  it('knows a file by its bytes', () => {
    const file = (id: string, sha256: string) => ({ $blob: id, filename: 'a.csv', sha256 });

    expect(named({ file: file('1', 'ab') }, { file: file('2', 'ab') })).toEqual([]);
    expect(named({ file: file('1', 'ab') }, { file: file('2', 'cd') })).toEqual([
      'changed file.$blob',
      'changed file.sha256',
    ]);
  });

  it('stops after five hundred and says that there are more', () => {
    const numbers = Array.from({ length: 501 }, (_, index) => index);
    const other = numbers.map((number) => number + 0.5);

    expect(differencesOf(numbers.slice(1), other.slice(1)).isCut).toBe(false);
    const all = differencesOf(numbers, other);
    expect([all.list.length, all.isCut]).toEqual([500, true]);
  });
});

describe('a path', () => {
  it('is written as people read it', () => {
    expect(pathName(['body', 'items', '2', 'x-y', 'a b'])).toBe('body.items[2].x-y["a b"]');
    expect(pathName([])).toBe('');
  });
});
