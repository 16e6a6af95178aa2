import { act, renderHook } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { between, useSelection } from './selection';

describe('a range of rows', () => {
  const ids = ['a', 'b', 'c', 'd'];

  it.each([
    ['b', 'd', ['b', 'c', 'd']],
    ['d', 'b', ['b', 'c', 'd']],
    ['c', 'c', ['c']],
    [null, 'c', ['c']],
    ['gone', 'c', ['c']],
  ])('from %s to %s is %j', (from, to, expected) => {
    expect(between(ids, from, to)).toEqual(expected);
  });
});

type Rows = { id: string }[];

describe('a choice', () => {
  const rowsOf = (...ids: string[]) => ids.map((id) => ({ id }));
  const show = (...ids: string[]) =>
    renderHook((rows: Rows | undefined) => useSelection(rows ?? [], rows !== undefined), {
      initialProps: rowsOf(...ids),
    });

  it('leaves the rows that a filter takes away, and does not get them back', () => {
    const { result, rerender } = show('a', 'b', 'c');
    act(() => result.current.toggleAll());

    rerender(rowsOf('b'));
    rerender(rowsOf('a', 'b', 'c'));

    expect(result.current.chosen).toEqual([{ id: 'b' }]);
    expect(result.current.has('a')).toBe(false);
  });

  it('stays while the list loads, and while new rows come in from above', () => {
    const { result, rerender } = show('b', 'c');
    act(() => result.current.toggle('c', false));

    rerender(undefined);
    rerender(rowsOf('a', 'b', 'c'));

    expect(result.current.chosen).toEqual([{ id: 'c' }]);
  });

  it('leaves those it is told to leave', () => {
    const { result } = show('a', 'b', 'c');
    act(() => result.current.toggleAll());

    act(() => result.current.leave(['a', 'c']));

    expect(result.current.chosen).toEqual([{ id: 'b' }]);
  });
});
