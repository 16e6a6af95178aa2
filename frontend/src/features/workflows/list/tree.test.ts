import { expect, it } from 'vitest';
import { type Folder, liesIn, nameOf, pathOf, treeOf } from './tree';

const folder = (id: string, parent_id: string | null): Folder => ({
  id,
  name: id.toUpperCase(),
  parent_id,
  workflow_count: 0,
});
const FOLDERS = [
  folder('a', null),
  folder('a1', 'a'),
  folder('a11', 'a1'),
  folder('b', null),
  folder('lost', 'gone'),
];

it('puts each folder below its own, and one without a place at the top', () => {
  const shown = treeOf(FOLDERS).map(({ folder: { id }, depth, hasChildren }) => [
    id,
    depth,
    hasChildren,
  ]);

  expect(shown).toEqual([
    ['a', 0, true],
    ['a1', 1, true],
    ['a11', 2, false],
    ['b', 0, false],
    ['lost', 0, false],
  ]);
});

it('tells the way to a folder, and what lies in it', () => {
  expect(pathOf(FOLDERS, 'a11').map(({ id }) => id)).toEqual(['a', 'a1', 'a11']);
  expect(pathOf(FOLDERS, null)).toEqual([]);
  expect(nameOf(FOLDERS, 'a1')).toBe('A / A1');
  expect(liesIn(FOLDERS, 'a11', 'a')).toBe(true);
  expect(liesIn(FOLDERS, 'a', 'a')).toBe(true);
  expect(liesIn(FOLDERS, 'a', 'a11')).toBe(false);
  expect(liesIn(FOLDERS, null, 'a')).toBe(false);
});

it('does not go round in a circle', () => {
  expect(pathOf([folder('x', 'y'), folder('y', 'x')], 'x').map(({ id }) => id)).toEqual(['y', 'x']);
});
