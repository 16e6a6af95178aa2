import { describe, expect, it } from 'vitest';
import { apply } from './apply';
import { normalised } from './normalised';
import type { Draft, Operation } from './operations';

const draftOf = (definition: unknown): Draft => ({
  name: 'Refunds',
  description: '',
  definition: normalised(definition),
});

const node = (id: string, x = 0) => ({
  id,
  type: 'action:http',
  position: { x, y: 0 },
  data: { name: id, config: { url: 'https://a.test' } },
});

const TWO = {
  nodes: [node('a'), node('b', 300)],
  edges: [{ id: 'ab', source: 'a', target: 'b' }],
  settings: { timeout_s: 60 },
};

function done(definition: unknown, operations: Operation[]): Draft {
  const applied = apply(draftOf(definition), operations);
  if (!applied.ok) throw new Error(JSON.stringify(applied.refusal));
  return applied.draft;
}

const back = (definition: unknown, operations: Operation[]): Draft => {
  const applied = apply(draftOf(definition), operations);
  if (!applied.ok) throw new Error(JSON.stringify(applied.refusal));
  const undone = apply(applied.draft, applied.inverse);
  if (!undone.ok) throw new Error(JSON.stringify(undone.refusal));
  return undone.draft;
};

describe('apply', () => {
  it('touches nothing but what the operation names', () => {
    const before = draftOf(TWO);
    const applied = apply(before, [{ op: 'node.move', id: 'b', x: 5, y: 6 }]);

    const after = applied.ok ? applied.draft : before;
    expect(after.definition.nodes[1]).toMatchObject({ id: 'b', position: { x: 5, y: 6 } });
    expect(after.definition.nodes[0]).toBe(before.definition.nodes[0]);
    expect(after.definition.edges).toBe(before.definition.edges);
  });

  it('takes the edges of a removed node along, and puts all of it back where it was', () => {
    const operations: Operation[] = [{ op: 'node.remove', id: 'a' }];

    expect(done(TWO, operations).definition).toMatchObject({ nodes: [{ id: 'b' }], edges: [] });
    expect(back(TWO, operations)).toEqual(draftOf(TWO));
  });

  it('makes the objects on the way to a place, and takes them back', () => {
    const operations: Operation[] = [
      { op: 'node.patch', id: 'a', set: { '/data/retry/max': 3, '/data/retry/wait_s': 1 } },
    ];

    expect(done(TWO, operations).definition.nodes[0]).toMatchObject({
      data: { retry: { max: 3, wait_s: 1 } },
    });
    expect(back(TWO, operations)).toEqual(draftOf(TWO));
  });

  it('gives back each value of a patch whose places lie within each other', () => {
    const operations: Operation[] = [
      {
        op: 'node.patch',
        id: 'a',
        set: { '/data/config': { method: 'GET' }, '/data/config/url': 'https://b.test' },
        unset: ['/data/config/method', '/data/name'],
      },
    ];

    expect(back(TWO, operations)).toEqual(draftOf(TWO));
  });

  it('names the workflow and takes the old name back', () => {
    const operations: Operation[] = [{ op: 'workflow.patch', set: { name: 'Returns' } }];

    expect(done(TWO, operations).name).toBe('Returns');
    expect(back(TWO, operations).name).toBe('Refunds');
  });

  it('says which of several operations does not fit, and does none of them', () => {
    const applied = apply(draftOf(TWO), [
      { op: 'node.move', id: 'a', x: 1, y: 1 },
      { op: 'edge.add', edge: { id: 'x', source: 'a', target: 'nobody' } },
    ]);

    expect(applied).toEqual({
      ok: false,
      refusal: { code: 'edge_end_unknown', index: 1, member: 'target' },
    });
  });
});
