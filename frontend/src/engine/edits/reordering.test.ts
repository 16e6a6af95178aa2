import { describe, expect, it } from 'vitest';
import { apply } from './apply';
import type { RawDocument } from './operations';
import { movedEarlier, onlyNext } from './reordering';

const node = (id: string, x: number) => ({ id, type: 'action:set', position: { x, y: 0 } });
const edge = (source: string, target: string, rest: object = {}) => ({
  id: `${source}-${target}`,
  source,
  target,
  ...rest,
});

const chain: RawDocument = {
  nodes: [node('a', 0), node('b', 100), node('c', 200), node('d', 300)],
  edges: [edge('a', 'b', { sourceHandle: 'true' }), edge('b', 'c'), edge('c', 'd')],
};

function after(document: RawDocument, id: string, port = ''): string[] {
  const draft = { name: '', description: '', definition: document };
  const applied = apply(draft, movedEarlier(document, id, port));
  if (!applied.ok) throw new Error(applied.refusal.code);
  return applied.draft.definition.edges.map((one) => {
    const { source, target, sourceHandle = '' } = one as Record<string, string>;
    return `${source}${sourceHandle}>${target}`;
  });
}

describe('a node that is put before the one before it', () => {
  it('takes its edges along, and its place', () => {
    expect(after(chain, 'c')).toEqual(['atrue>c', 'b>d', 'c>b']);
    expect(movedEarlier(chain, 'c', '')).toContainEqual({ op: 'node.move', id: 'c', x: 100, y: 0 });
  });

  it('leaves by its own port where nothing came after it', () => {
    expect(after(chain, 'd', 'done')).toEqual(['atrue>b', 'b>d', 'ddone>c']);
  });

  it('stays where it is first, or where ways part or meet', () => {
    expect(movedEarlier(chain, 'b', '')).toEqual([]);
    expect(movedEarlier(chain, 'a', '')).toEqual([]);
    const fork = { ...chain, edges: [...chain.edges, edge('b', 'd')] };
    expect(movedEarlier(fork, 'c', '')).toEqual([]);
    expect(movedEarlier(fork, 'd', '')).toEqual([]);
  });

  it('knows the one that comes after it', () => {
    expect(onlyNext(chain, 'b')).toBe('c');
    expect(onlyNext(chain, 'd')).toBeNull();
  });
});
