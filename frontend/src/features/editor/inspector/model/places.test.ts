import { describe, expect, it } from 'vitest';
import { extraKeys, readFields, waiting } from './fields';
import { clearing, moved, pointerOf, valueAt, withName } from './places';
import { behaviourProblems, problemsBeside, problemsOf } from './problems';

const problem = (path: string) => ({
  code: 'x',
  edge_id: null,
  field: null,
  message: '',
  node_id: 'a',
  path,
  severity: 'error' as const,
});

describe('a place', () => {
  it('is a pointer into the node, with what pointers reserve', () => {
    expect(pointerOf(['headers', 'a/b~c', 0])).toBe('/data/config/headers/a~1b~0c/0');
  });

  it('is cleared by unsetting, and inside of a list by setting its item without it', () => {
    expect(clearing({}, ['headers', 'a'])).toEqual({ unset: ['/data/config/headers/a'] });
    expect(clearing({ cases: [{ a: 1, b: { c: 2, d: 3 } }] }, ['cases', 0, 'b', 'c'])).toEqual({
      set: { '/data/config/cases/0': { a: 1, b: { d: 3 } } },
    });
  });

  it('is looked up through objects and lists', () => {
    expect(valueAt({ a: [{ b: 1 }] }, ['a', 0, 'b'])).toBe(1);
    expect(valueAt({ a: 'text' }, ['a', 'length'])).toBeUndefined();
  });

  it('changes order and names without losing anything', () => {
    expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a']);
    expect(moved(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b']);
    expect(Object.entries(withName({ a: 1, b: 2 }, 'a', 'c'))).toEqual([
      ['c', 1],
      ['b', 2],
    ]);
  });
});

describe('problems', () => {
  const all = [
    '/nodes/3/data/config/url',
    '/nodes/3/data/config/cases/0/when',
    '/nodes/3/data/retry/attempts',
    '/nodes/3',
  ].map(problem);

  it('stand at their field, and at one with parts only what is said of it as a whole', () => {
    expect(problemsOf(all, ['url'], false)).toEqual([all[0]]);
    expect(problemsOf(all, ['cases'], true)).toEqual([]);
    expect(problemsOf(all, ['cases'], false)).toEqual([all[1]]);
    expect(problemsOf(all, ['cases', 0, 'when'], false)).toEqual([all[1]]);
    expect(problemsOf([problem('/nodes/0/data/config/url2')], ['url'], false)).toEqual([]);
  });

  it('of no field that is shown stand above the form', () => {
    expect(behaviourProblems(all)).toEqual([all[2]]);
    expect(problemsBeside(all, ['url'])).toEqual([all[1], all[3]]);
  });
});

describe('the fields of a long form', () => {
  const fields = readFields([
    ...Array.from({ length: 12 }, (_, index) => ({ name: `f${index}`, kind: 'text' })),
    { name: 'needed', kind: 'text', required: true },
    { name: 'asked', kind: 'text', depends_on: { field: 'f1', values: ['x'] } },
  ]);

  it('wait if they are neither first, nor required, nor set, nor asked for', () => {
    expect([...waiting(fields, { f1: 'x', f9: 'set' })]).toEqual(['f8', 'f10', 'f11']);
    expect([...waiting(fields.slice(0, 10), {})]).toEqual([]);
  });

  it('do not have every name in a config', () => {
    expect(extraKeys({ f1: 1, odd: 2, on_error: 'stop' }, fields)).toEqual(['odd']);
  });

  it('of a kind that is new are any JSON', () => {
    expect(readFields([{ name: 'a', kind: 'colour' }])[0]?.kind).toBe('json');
    expect(readFields('nothing')).toEqual([]);
  });
});
