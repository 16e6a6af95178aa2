import { describe, expect, it } from 'vitest';
import { changesOf, countOf, overlayOf } from './changes';
import { fieldChanges } from './field-changes';

const node = (id: string, config: object, more: object = {}, x = 0) => ({
  id,
  type: 'action:http',
  position: { x, y: 0 },
  data: { name: id.toUpperCase(), config, ...more },
});
const edge = (id: string, source: string, target: string, more: object = {}) => ({
  id,
  source,
  target,
  ...more,
});

describe('the fields that differ', () => {
  it('are named down to the last place, and what is not there is undefined', () => {
    expect(
      fieldChanges(
        { url: 'a', headers: { accept: 'x', from: 'y' }, same: [1] },
        { url: 'b', headers: { accept: 'z' }, same: [1], retry: true },
      ),
    ).toEqual([
      { path: ['url'], before: 'a', after: 'b' },
      { path: ['headers', 'accept'], before: 'x', after: 'z' },
      { path: ['headers', 'from'], before: 'y', after: undefined },
      { path: ['retry'], before: undefined, after: true },
    ]);
  });

  it('take a list apart only where it kept its length', () => {
    expect(fieldChanges({ to: ['a', 'b'] }, { to: ['a', 'c'] })).toEqual([
      { path: ['to', '1'], before: 'b', after: 'c' },
    ]);
    expect(fieldChanges({ to: ['a'] }, { to: ['a', 'c'] })).toEqual([
      { path: ['to'], before: ['a'], after: ['a', 'c'] },
    ]);
  });
});

describe('the changes between two documents', () => {
  const before = {
    nodes: [node('a', { url: 'one' }), node('b', {}), node('c', {})],
    edges: [edge('e1', 'a', 'b'), edge('e2', 'b', 'c')],
    settings: { timeout_s: 60 },
  };
  const after = {
    nodes: [node('a', { url: 'two' }, {}, 40), node('c', {}), node('d', { url: 'new' })],
    edges: [edge('e2', 'a', 'c'), edge('e9', 'c', 'd', { sourceHandle: 'true', label: 'yes' })],
    settings: { timeout_s: 90 },
  };

  it('name nodes, edges and settings, in the newer one’s order and what is gone last', () => {
    const changes = changesOf(before, after);

    expect(changes.nodes.map(({ tone, id }) => `${tone} ${id}`)).toEqual([
      'changed a',
      'added d',
      'removed b',
    ]);
    expect(changes.nodes[0]?.fields).toEqual([
      { path: ['config', 'url'], before: 'one', after: 'two' },
    ]);
    expect(
      changes.edges.map(({ tone, sourceName, targetName }) => `${tone} ${sourceName}${targetName}`),
    ).toEqual(['added AC', 'added CD', 'removed AB', 'removed BC']);
    expect(changes.settings).toEqual([{ path: ['settings', 'timeout_s'], before: 60, after: 90 }]);
    expect(changes.movedCount).toBe(1);
    expect(countOf(changes)).toBe(8);
  });

  it('are none where only ids of edges, places, or what the server fills in differ', () => {
    const one = { nodes: [node('a', {}), node('b', {})], edges: [edge('e1', 'a', 'b')] };
    const other = {
      nodes: [node('a', {}, { disabled: false, notes: '' }, 20), node('b', {})],
      edges: [edge('edge-0', 'a', 'b')],
      settings: {},
      editor: { notes: { n: { text: 'hello' } } },
    };

    const changes = changesOf(one, other);

    expect(countOf(changes)).toBe(0);
    expect(changes.movedCount).toBe(1);
    expect(changes.hasOtherNotes).toBe(true);
  });

  it('see an edge whose label changed, and a node of another type', () => {
    const one = { nodes: [node('a', {}), node('b', {})], edges: [edge('e', 'a', 'b')] };
    const other = {
      nodes: [node('a', {}), { ...node('b', {}), type: 'action:email' }],
      edges: [edge('e', 'a', 'b', { label: 'late' })],
    };

    const changes = changesOf(one, other);

    expect(changes.edges[0]?.fields).toEqual([{ path: ['label'], before: '', after: 'late' }]);
    expect(changes.nodes[0]?.fields).toEqual([
      { path: ['type'], before: 'action:http', after: 'action:email' },
    ]);
  });

  it('stand in one picture, where what is gone keeps its place and never takes an id that came', () => {
    const { document, nodeTones, edgeTones } = overlayOf(before, after, changesOf(before, after));

    expect(document.nodes.map(({ id }) => id)).toEqual(['a', 'c', 'd', 'b']);
    expect(document.edges.map(({ id }) => id)).toEqual(['e2', 'e9', 'e1', 'gone:e2']);
    expect([...nodeTones]).toEqual([
      ['a', 'changed'],
      ['d', 'added'],
      ['b', 'removed'],
    ]);
    expect([...edgeTones]).toEqual([
      ['e2', 'added'],
      ['e9', 'added'],
      ['e1', 'removed'],
      ['gone:e2', 'removed'],
    ]);
  });
});
