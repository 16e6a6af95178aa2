import { describe, expect, it } from 'vitest';
import { changesOf, shownAs, wordsOf } from './changes';
import { queryOf } from './filters';

describe('what an entry changed', () => {
  it('names the fields that differ, those inside of others by their path', () => {
    const before = { role: 'viewer', kept: 1, limits: { runs: 2, old: true } };
    const after = { role: 'editor', kept: 1, limits: { runs: 5 }, roles: ['Releaser'] };

    expect(changesOf(before, after)).toEqual([
      { field: 'role', before: 'viewer', after: 'editor' },
      { field: 'limits.runs', before: 2, after: 5 },
      { field: 'limits.old', before: true, after: undefined },
      { field: 'roles', before: undefined, after: ['Releaser'] },
    ]);
  });

  it('shows what was made or deleted as a whole, and nothing where nothing is told', () => {
    expect(changesOf(null, { name: 'a', tags: {} })).toEqual([
      { field: 'name', before: undefined, after: 'a' },
      { field: 'tags', before: undefined, after: {} },
    ]);
    expect(changesOf(null, null)).toEqual([]);
    expect(changesOf({ a: [1] }, { a: [1] })).toEqual([]);
  });

  it('writes text as it is and all else as JSON', () => {
    expect(shownAs('plain')).toBe('plain');
    expect(shownAs(['a', 1])).toBe('["a",1]');
    expect(shownAs(null)).toBe('null');
  });

  it('says an action in words', () => {
    expect(wordsOf('api_key.revoked')).toBe('API key revoked');
  });
});

describe('the filters of the address', () => {
  it('become what the API asks for; days are those of the person', () => {
    const asked = queryOf(
      new URLSearchParams('q=acme&outcome=failure&since=2026-11-01&until=2026-11-02'),
    );

    expect(asked).toEqual({
      text: 'acme',
      outcome: 'failure',
      since: new Date(2026, 10, 1).toISOString(),
      until: new Date(2026, 10, 3).toISOString(),
    });
  });

  it('leave out what is no such word, so that a wrong address still shows a list', () => {
    const asked = queryOf(new URLSearchParams('category=nonsense&severity=loud&since=soon&actor='));

    expect(asked).toEqual({});
  });
});
