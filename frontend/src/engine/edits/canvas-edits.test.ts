import { describe, expect, it } from 'vitest';
import { apply } from './apply';
import { aligned, freePlace, nudged, settled, tidied } from './arrangement';
import {
  addedAfter,
  canConnect,
  connected,
  insertedOnEdge,
  reconnected,
  targetsOf,
} from './connecting';
import { grouped, groupsOf, grown, noteAdded, notesOf, ungrouped } from './frames';
import { normalised } from './normalised';
import {
  edgesOf,
  nodesOf,
  nodeWith,
  type Operation,
  placeOf,
  type RawDocument,
} from './operations';
import { deletedAndHealed } from './removal';
import { renamed, retyped, toggledDisabled } from './retyping';

const node = (id: string, x: number, y = 0, type = 'action:http') => ({
  id,
  type,
  position: { x, y },
  data: { name: `Node ${id}`, config: { url: 'https://a.test', method: 'GET' } },
});

/** start → check, which goes on by "true" to tell → end and by "false" to end. */
const DOCUMENT = normalised({
  nodes: [
    node('start', 0, 0, 'trigger:manual'),
    node('check', 272, 0, 'control:if'),
    node('tell', 544),
    node('end', 816),
  ],
  edges: [
    { id: 'sc', source: 'start', target: 'check' },
    { id: 'ct', source: 'check', target: 'tell', sourceHandle: 'true', label: 'yes' },
    { id: 'ce', source: 'check', target: 'end', sourceHandle: 'false' },
    { id: 'te', source: 'tell', target: 'end' },
  ],
});

function after(operations: readonly Operation[], document: RawDocument = DOCUMENT): RawDocument {
  const applied = apply({ name: '', description: '', definition: document }, operations);
  if (!applied.ok) throw new Error(JSON.stringify(applied.refusal));
  return applied.draft.definition;
}

const wires = (document: RawDocument): string[] =>
  edgesOf(document).map(
    ({ source, target, sourceHandle }) =>
      `${source}${typeof sourceHandle === 'string' ? `.${sourceHandle}` : ''} → ${target}`,
  );

const placesOf = (document: RawDocument): Record<string, unknown> =>
  Object.fromEntries(nodesOf(document).map((one) => [one.id, placeOf(one)]));

const ids = (...all: string[]): Set<string> => new Set(all);

describe('deleting', () => {
  it.each([
    [
      'a node between two others leads on past it, by the port that led to it',
      ['tell'],
      ['start → check', 'check.false → end', 'check.true → end'],
      1,
    ],
    ['several that are left by two edges lead nowhere', ['check', 'tell'], [], 0],
    ['a node with two ways out leads nowhere', ['check'], ['tell → end'], 0],
    [
      'a trigger takes its edge along',
      ['start'],
      ['check.true → tell', 'check.false → end', 'tell → end'],
      0,
    ],
    [
      'an edge leaves the nodes',
      ['te'],
      ['start → check', 'check.true → tell', 'check.false → end'],
      0,
    ],
    [
      'a node and the edge into it heals nothing',
      ['tell', 'ct'],
      ['start → check', 'check.false → end'],
      0,
    ],
  ])('%s', (_, chosen, left, healed) => {
    const removal = deletedAndHealed(DOCUMENT, ids(...chosen));

    expect(wires(after(removal.operations)).toSorted()).toEqual(left.toSorted());
    expect(removal.healed).toBe(healed);
  });

  it('what failed and was dealt with leads nowhere: its other way out is not the usual one', () => {
    const guarded = normalised({
      nodes: [node('a', 0), node('b', 1), node('c', 2)],
      edges: [
        { id: 'ab', source: 'a', target: 'b' },
        { id: 'bc', source: 'b', target: 'c', sourceHandle: 'error' },
      ],
    });

    expect(deletedAndHealed(guarded, ids('b')).healed).toBe(0);
  });

  it('a chain of two heals once', () => {
    const chain = normalised({
      nodes: [node('a', 0), node('b', 1), node('c', 2), node('d', 3)],
      edges: [
        { id: 'ab', source: 'a', target: 'b', sourceHandle: 'kept' },
        { id: 'bc', source: 'b', target: 'c' },
        { id: 'cd', source: 'c', target: 'd', targetHandle: 'in' },
      ],
    });
    const removal = deletedAndHealed(chain, ids('b', 'c'));

    expect(removal.healed).toBe(1);
    expect(edgesOf(after(removal.operations, chain))).toEqual([
      { id: 'ab', source: 'a', target: 'd', sourceHandle: 'kept', targetHandle: 'in' },
    ]);
  });

  it('takes nodes out of their groups, an empty group too, and notes that are chosen', () => {
    const { id, operations } = grouped(DOCUMENT, ['tell', 'end'], 'Answer');
    const note = noteAdded({ x: 5, y: 5 });
    const noted = after(note.operations, after(operations));

    expect(groupsOf(after(deletedAndHealed(noted, ids('tell')).operations, noted))).toMatchObject([
      { id, title: 'Answer', nodeIds: ['end'] },
    ]);
    const bare = after(deletedAndHealed(noted, ids('tell', 'end', note.id)).operations, noted);
    expect(groupsOf(bare)).toEqual([]);
    expect(notesOf(bare)).toEqual([]);
  });
});

describe('a note', () => {
  it('is made larger and smaller, but not smaller than a note may be', () => {
    const { id, operations } = noteAdded({ x: 5, y: 5 });
    const noted = after(operations);
    const sizeOf = (document: RawDocument) =>
      notesOf(document).map(({ width, height }) => [width, height]);

    const larger = after(grown(noted, ids(id), { x: 20, y: 0 }), noted);
    expect(sizeOf(larger)).toEqual([[260, 120]]);
    expect(sizeOf(after(grown(larger, ids(id), { x: -900, y: -900 }), larger))).toEqual([
      [120, 60],
    ]);
    expect(grown(noted, ids('other'), { x: 20, y: 20 })).toEqual([]);
  });
});

describe('a wire', () => {
  it.each([
    ['to the node that it leaves', 'tell', 'tell', '', 'same_node'],
    ['to a trigger', 'tell', 'start', '', 'no_input'],
    ['that is there', 'check', 'tell', 'true', 'exists'],
    ['by another port', 'check', 'tell', 'false', null],
    ['that would go round', 'end', 'check', '', 'cycle'],
    ['to a node that is gone', 'end', 'nobody', '', 'gone'],
    ['that goes forward', 'start', 'end', '', null],
  ])('%s', (_, source, target, port, refusal) => {
    expect(canConnect(DOCUMENT, { source, target, port })).toBe(refusal);
  });

  it('that is led elsewhere does not stand in its own way', () => {
    const wire = { source: 'check', target: 'tell', port: 'true' };
    expect(canConnect(DOCUMENT, wire, 'ct')).toBeNull();
    expect(wires(after(reconnected('ct', { source: 'start', target: 'end', port: '' })))).toContain(
      'start → end',
    );
  });

  it('is there however the usual port is written', () => {
    const main = normalised({
      nodes: [node('a', 0), node('b', 1)],
      edges: [{ id: 'ab', source: 'a', target: 'b', sourceHandle: 'main' }],
    });

    expect(canConnect(main, { source: 'a', target: 'b', port: '' })).toBe('exists');
  });

  it.each([
    ['start', ''],
    ['check', 'true'],
    ['check', 'false'],
    ['tell', ''],
    ['end', ''],
  ])('from %s by “%s” leads to all that it may lead to', (source, port) => {
    const may = nodesOf(DOCUMENT)
      .map(({ id }) => id)
      .filter((target) => canConnect(DOCUMENT, { source, target, port }) === null);

    expect([...targetsOf(DOCUMENT, source, port)]).toEqual(may);
  });

  it('is drawn with the port that it leaves by', () => {
    const drawn = after(connected(DOCUMENT, { source: 'check', target: 'tell', port: 'false' }));
    expect(wires(drawn)).toContain('check.false → tell');
  });
});

describe('a new node', () => {
  const fresh = { id: 'wait', type: 'control:delay' };

  it('in an edge takes over its end, and what follows makes room', () => {
    const document = after(insertedOnEdge(DOCUMENT, 'ct', fresh, { port: '' }));

    expect(wires(document)).toEqual([
      'start → check',
      'check.true → wait',
      'check.false → end',
      'tell → end',
      'wait → tell',
    ]);
    expect(placesOf(document)).toEqual({
      start: { x: 0, y: 0 },
      check: { x: 272, y: 0 },
      wait: { x: 544, y: 0 },
      tell: { x: 816, y: 0 },
      end: { x: 1_088, y: 0 },
    });
  });

  it('goes nowhere as a trigger in an edge', () => {
    expect(insertedOnEdge(DOCUMENT, 'ct', { id: 't', type: 'trigger:webhook' })).toEqual([]);
  });

  it('after another stands right of it, below what stands there already', () => {
    const document = after(addedAfter(DOCUMENT, fresh, { id: 'check', port: 'true' }));

    expect(wires(document)).toContain('check.true → wait');
    expect(placesOf(document).wait).toEqual({ x: 544, y: 98 });
    expect(freePlace(DOCUMENT, { x: 0, y: 500 })).toEqual({ x: 0, y: 500 });
  });
});

describe('places', () => {
  const CROOKED = normalised({
    nodes: [node('a', 0, 0), node('b', 300, 31), node('c', 1_000, 90)],
    edges: [],
    editor: { notes: { n: { x: 10, y: 10, width: 100, height: 50, text: 'Why' } } },
  });

  it('are lined up', () => {
    const at = (how: Parameters<typeof aligned>[2]) =>
      placesOf(after(aligned(CROOKED, ids('a', 'b', 'c'), how), CROOKED));

    expect(at('top')).toMatchObject({ a: { y: 0 }, b: { y: 0 }, c: { y: 0 } });
    expect(at('middle')).toMatchObject({ a: { y: 45 }, b: { y: 45 }, c: { y: 45 } });
    expect(at('right')).toMatchObject({ a: { x: 1_000 }, b: { x: 1_000 }, c: { x: 1_000 } });
    expect(at('across')).toMatchObject({ a: { x: 0 }, b: { x: 500 }, c: { x: 1_000 } });
    expect(aligned(CROOKED, ids('a'), 'top')).toEqual([]);
  });

  it('are moved together, notes too', () => {
    const document = after(nudged(CROOKED, ids('a', 'n'), { x: 20, y: -20 }), CROOKED);

    expect(placesOf(document).a).toEqual({ x: 20, y: -20 });
    expect(notesOf(document)).toMatchObject([{ x: 30, y: -10, text: 'Why' }]);
  });

  it('of a selection are tidied where it stands', () => {
    const layout = new Map([
      ['a', { x: 0, y: 0 }],
      ['b', { x: 0, y: 100 }],
      ['c', { x: 0, y: 200 }],
    ]);

    expect(placesOf(after(tidied(CROOKED, layout, ids('b', 'c')), CROOKED))).toEqual({
      a: { x: 0, y: 0 },
      b: { x: 300, y: 31 },
      c: { x: 300, y: 131 },
    });
    expect(tidied(CROOKED, layout)).toHaveLength(2);
  });

  it('are given to those that have none', () => {
    const document = normalised({ nodes: [{ id: 'a', type: 't' }, node('b', 5)], edges: [] });
    const shown = new Map([
      ['a', { x: 7, y: 8 }],
      ['b', { x: 9, y: 9 }],
    ]);

    expect(settled(document, shown)).toEqual([{ op: 'node.move', id: 'a', x: 7, y: 8 }]);
  });
});

describe('groups', () => {
  it('hold a node once, and go without their nodes', () => {
    const first = grouped(DOCUMENT, ['tell', 'end'], 'One');
    const one = after(first.operations);
    const two = after(grouped(one, ['end', 'check'], 'Two').operations, one);

    expect(groupsOf(two).map(({ title, nodeIds }) => [title, ...nodeIds])).toEqual([
      ['One', 'tell'],
      ['Two', 'end', 'check'],
    ]);
    const none = after(ungrouped(two, ids('tell', 'end')), two);
    expect(groupsOf(none)).toEqual([]);
    expect(nodesOf(none)).toHaveLength(4);
  });
});

describe('a node', () => {
  it('of another type keeps its name, its place and the fields that the new type knows', () => {
    const to = { type: 'control:switch', fields: ['url'], ports: ['case_1', 'fallback'] };
    const document = after(retyped(DOCUMENT, 'check', to));

    expect(nodeWith(document, 'check')).toEqual({
      ...node('check', 272, 0, 'control:switch'),
      data: { name: 'Node check', config: { url: 'https://a.test' } },
    });
    expect(wires(document)).toContain('check.case_1 → tell');
  });

  it('that becomes a trigger lets nothing in', () => {
    const to = { type: 'trigger:webhook', fields: [], ports: [''] };
    expect(wires(after(retyped(DOCUMENT, 'tell', to)))).not.toContain('check.true → tell');
  });

  it('is called otherwise, and switched off and on with others', () => {
    const off = after(toggledDisabled(DOCUMENT, ids('tell', 'end')));
    expect(nodeWith(off, 'end')).toMatchObject({ data: { disabled: true } });
    expect(nodeWith(after(toggledDisabled(off, ids('tell', 'end')), off), 'end')).toMatchObject({
      data: { disabled: false },
    });
    expect(nodeWith(after(renamed('end', 'Done')), 'end')).toMatchObject({
      data: { name: 'Done' },
    });
  });
});
