import { describe, expect, it } from 'vitest';
import { apply } from './apply';
import { fitting } from './fitting';
import { groupsOf } from './frames';
import { normalised } from './normalised';
import { type Draft, edgesOf, nodesOf, nodeWith, type Operation } from './operations';
import { added, emptyQueue } from './queue';
import { refitted } from './refitting';
import { rebased } from './sending';

const node = (id: string, url = '') => ({
  id,
  type: 'action:http',
  position: { x: 0, y: 0 },
  data: { name: id, config: { url } },
});

const DRAFT: Draft = {
  name: '',
  description: '',
  definition: normalised({ nodes: [node('start')], edges: [] }),
};

function after(draft: Draft, operations: readonly Operation[]): Draft {
  const applied = apply(draft, operations);
  if (!applied.ok) throw new Error(JSON.stringify(applied.refusal));
  return applied.draft;
}

const add = (id: string, url = ''): Operation => ({ op: 'node.add', node: node(id, url) });

const MINE: readonly Operation[] = [
  add('http'),
  { op: 'edge.add', edge: { id: 'mine', source: 'start', target: 'http' } },
  { op: 'node.patch', id: 'http', set: { '/data/config/url': 'mine' } },
  add('http-2', '{{ steps.http.body }} {{ steps.http-1 }}'),
  { op: 'edge.add', edge: { id: 'on', source: 'http', target: 'http-2' } },
  {
    op: 'meta.patch',
    set: { '/editor/groups/g': { title: 'Both', node_ids: ['http', 'http-2'] } },
  },
  { op: 'node.move', id: 'http', x: 5, y: 6 },
];

describe('a node whose id somebody else has taken meanwhile', () => {
  const theirs = after(DRAFT, [add('http', 'theirs')]);

  it('gets another one, and all that follows is about it', () => {
    const { operations, ids, lost } = refitted(theirs, MINE, new Map());
    const { definition } = after(theirs, operations);

    expect(lost).toBe(0);
    expect([...ids]).toEqual([
      ['http', 'http-2'],
      ['http-2', 'http-3'],
    ]);
    expect(nodeWith(definition, 'http')).toEqual(node('http', 'theirs'));
    expect(nodeWith(definition, 'http-2')).toMatchObject({
      position: { x: 5, y: 6 },
      data: { config: { url: 'mine' } },
    });
    expect(nodeWith(definition, 'http-3')).toMatchObject({
      data: { config: { url: '{{ steps.http-2.body }} {{ steps.http-2-1 }}' } },
    });
    expect(edgesOf(definition).map(({ source, target }) => `${source} ${target}`)).toEqual([
      'start http-2',
      'http-2 http-3',
    ]);
    expect(groupsOf(definition)[0]?.nodeIds).toEqual(['http-2', 'http-3']);
  });

  it('keeps that one in the edits that still wait, and undo takes away the right node', () => {
    const first = added(emptyQueue(DRAFT, 1), MINE);
    const second = first.ok && added(first.queue, [{ op: 'node.move', id: 'http', x: 9, y: 9 }]);
    if (second === false || !second.ok) throw new Error('does not fit');
    const { queue, renewed } = rebased(second.queue, theirs, 2);
    const [entry, moved] = queue.pending;

    expect(moved?.operations).toEqual([{ op: 'node.move', id: 'http-2', x: 9, y: 9 }]);
    const undone = after(queue.shown, [...(moved?.inverse ?? []), ...(entry?.inverse ?? [])]);
    expect(undone.definition).toMatchObject(theirs.definition);
    expect(nodesOf(undone.definition)).toHaveLength(2);
    expect(renewed.get(entry?.id ?? 0)).toBe(entry);
  });

  it('is the same node where it was stored after all', () => {
    const stored = after(DRAFT, MINE.slice(0, 2));
    const { operations, lost } = refitted(stored, MINE, new Map());

    expect(lost).toBe(0);
    expect(nodesOf(after(stored, operations).definition).map(({ id }) => id)).toEqual([
      'start',
      'http',
      'http-2',
    ]);
  });
});

describe('what no longer fits', () => {
  it('is left out and counted', () => {
    const lost: readonly Operation[] = [
      { op: 'node.move', id: 'nobody', x: 1, y: 1 },
      { op: 'edge.remove', id: 'nothing' },
      add('a'),
    ];
    expect(refitted(DRAFT, lost, new Map())).toMatchObject({ operations: [add('a')], lost: 2 });
  });

  it('stands at the end of a list that is shorter by now', () => {
    expect(fitting(DRAFT, [{ op: 'node.add', node: node('a'), at: 7 }])).toEqual([add('a')]);
  });
});
