import { describe, expect, it } from 'vitest';
import { filesIn } from './files';

const ID = '01a22976-1baa-73e5-8ea2-b6ad5a148244';
const OTHER = '01a22976-1baa-73e5-8ea2-b6ad5a148245';

describe('files in a value', () => {
  it('are found wherever they stand, each once', () => {
    const file = { $blob: ID, filename: 'a.png', size_bytes: 3 };
    const value = { body: file, all: [file, { $blob: OTHER, filename: '' }] };

    expect(filesIn(value)).toEqual([
      { id: ID, name: 'a.png', size: 3 },
      { id: OTHER, name: OTHER, size: null },
    ]);
  });

  it('are named by an id and nothing that leads elsewhere', () => {
    expect(filesIn([{ $blob: '../../admin' }, { $blob: 7 }, { $blob: `${ID}?x` }, null])).toEqual(
      [],
    );
  });

  it('are looked for in the beginning of a very large value only', () => {
    const many = Array.from({ length: 200_000 }, (_, index) => index);

    expect(filesIn({ many, last: { deep: { $blob: ID } } })).toEqual([]);
    expect(
      filesIn(Array.from({ length: 60 }, (_, n) => ({ $blob: `${ID.slice(0, -2)}${n + 10}` }))),
    ).toHaveLength(50);
  });
});
