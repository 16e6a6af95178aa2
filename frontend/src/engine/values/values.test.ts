import { describe, expect, it } from 'vitest';
import { cutLarge } from './cut';
import { pathText, placeOf, valueAt } from './path';
import { search } from './search';
import { shapeOf } from './shape';
import { tableOf } from './table';

describe('a path', () => {
  it('is written as expressions read it', () => {
    expect(pathText(['steps', 'order', 'items', 0, 'id'])).toBe('steps.order.items[0].id');
    expect(pathText(['trigger', 'headers', 'x-github-event'])).toBe(
      'trigger.headers.x-github-event',
    );
  });

  it('puts into brackets what is no name', () => {
    expect(pathText(['steps', 'a b', 'c"d', '2nd', 'x-1'])).toBe(
      'steps["a b"]["c\\"d"]["2nd"]["x-1"]',
    );
  });

  it('leads to its value, or nowhere', () => {
    const value = { list: [{ id: 7 }] };
    expect(valueAt(value, ['list', 0, 'id'])).toBe(7);
    expect(valueAt(value, ['list', 1, 'id'])).toBeUndefined();
    expect(valueAt(value, [])).toBe(value);
  });
});

describe('a search', () => {
  const value = { order: { id: 'ord_1', lines: [{ sku: 'LAMP' }, { sku: 'DESK' }] }, ok: true };

  it('shows what fits and the way to it', () => {
    const { places, count } = search(value, 'lamp');
    expect(count).toBe(1);
    expect([...places]).toEqual(
      [[], ['order'], ['order', 'lines'], ['order', 'lines', 0], ['order', 'lines', 0, 'sku']].map(
        placeOf,
      ),
    );
  });

  it('finds names as well as values, and truths by their words', () => {
    expect(search(value, 'SKU').count).toBe(2);
    expect(search(value, 'true').count).toBe(1);
    expect(search(value, 'nothing').places.size).toBe(0);
  });
});

describe('a table', () => {
  it('has a column for each name that a row has', () => {
    const table = tableOf([{ id: 1 }, { id: 2, name: 'b' }]);
    expect(table?.columns).toEqual(['id', 'name']);
    expect(table?.rows[0]?.cells).toEqual([1, undefined]);
  });

  it('lists names and values of an object, and items that are no objects', () => {
    expect(tableOf({ a: 1, b: [2] })).toEqual({
      kind: 'plain',
      columns: [],
      rows: [
        { key: 'a', cells: [1] },
        { key: 'b', cells: [[2]] },
      ],
    });
    expect(tableOf([1, { a: 2 }])?.kind).toBe('plain');
    expect(tableOf('text')).toBeNull();
  });
});

describe('a shape', () => {
  it('tells types, and of a list what its items have together', () => {
    const shape = shapeOf([{ id: 1, note: null }, { id: 'x' }]);
    expect(shape.length).toBe(2);
    expect(shape.items?.fields).toMatchObject([
      { name: 'id', isOptional: false, shape: { kinds: ['number', 'string'] } },
      { name: 'note', isOptional: true, shape: { kinds: ['null'] } },
    ]);
  });
});

describe('a large value', () => {
  it('is cut to two hundred rows of each list', () => {
    const rows = Array.from({ length: 5_000 }, (_, id) => ({ id, text: 'x'.repeat(100) }));
    const { value, isCut } = cutLarge({ rows });
    expect(isCut).toBe(true);
    expect((value as { rows: unknown[] }).rows).toHaveLength(200);
  });

  it('stays as it is below that', () => {
    const value = { rows: [1, undefined, null] };
    expect(cutLarge(value)).toEqual({ value, isCut: false });
    expect(cutLarge(value).value).toBe(value);
  });
});
