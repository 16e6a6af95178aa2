import { describe, expect, it } from 'vitest';
import { readDocument, type WorkflowDocument } from './document';
import {
  edgeState,
  type NodeState,
  neighboursById,
  portsOf,
  topologicalOrder,
  walk,
} from './graph';

/** "a>b" is an edge; "a:true>b" leaves a by the port true. */
function graph(ids: string, ...edges: string[]): WorkflowDocument {
  return readDocument({
    nodes: ids.split('').map((id) => ({ id, type: 'action:http' })),
    edges: edges.map((text) => {
      const [from = '', target] = text.split('>');
      const [source, sourceHandle] = from.split(':');
      return { id: text, source, target, sourceHandle };
    }),
  });
}

const state = (status: NodeState['status'], port = ''): NodeState => ({ status, port, ms: null });

describe('the order of nodes', () => {
  it('puts each node after all before it', () => {
    //  a ──► b ──► d
    //   └──► c ──┘
    expect(topologicalOrder(graph('dcba', 'a>b', 'a>c', 'b>d', 'c>d'))).toEqual([
      'a',
      'b',
      'c',
      'd',
    ]);
  });

  it('puts the nodes of a cycle last, in the order of the document', () => {
    //  a ──► b ⇄ c
    expect(topologicalOrder(graph('cba', 'a>b', 'b>c', 'c>b'))).toEqual(['a', 'c', 'b']);
  });

  it('knows who stands before and after', () => {
    const neighbours = neighboursById(graph('abc', 'a>b', 'a>c'));

    expect(neighbours.get('a')).toEqual({ before: [], after: ['b', 'c'] });
    expect(neighbours.get('c')).toEqual({ before: ['a'], after: [] });
  });
});

describe('the state of an edge into the body of a container', () => {
  const [body, done] = graph('abc', 'a:body>b', 'a:done>c').edges;
  const container = (status: NodeState['status'], port: string): NodeState => ({
    ...state(status, port),
    hasPasses: true,
  });

  it.each([
    ['taken', container('completed', 'done'), state('completed')],
    ['taken', container('failed', ''), state('failed')],
    ['live', container('running', ''), state('running')],
    ['open', container('running', ''), undefined],
    ['dead', container('completed', 'done'), undefined],
    ['dead', container('completed', 'done'), state('skipped')],
    ['dead', container('failed', ''), undefined],
  ] as const)('is %s', (expected, source, target) => {
    expect(edgeState(body!, source, target)).toBe(expected);
  });

  it('does not touch the edge that it leaves by', () => {
    expect(edgeState(done!, container('completed', 'done'), state('completed'))).toBe('taken');
    expect(edgeState(done!, container('running', ''), undefined)).toBe('open');
  });
});

describe('the state of an edge', () => {
  const [plain, yes] = graph('ab', 'a>b', 'a:true>b').edges;

  it.each([
    ['open', undefined, undefined],
    ['open', state('running'), undefined],
    ['live', state('completed'), state('running')],
    ['live', state('completed'), undefined],
    ['taken', state('completed'), state('completed')],
    ['taken', state('completed'), state('failed')],
    ['dead', state('completed'), state('skipped')],
    ['dead', state('failed'), undefined],
    ['dead', state('failed'), state('skipped')],
    ['taken', state('failed'), state('completed')],
    ['dead', state('skipped'), state('skipped')],
    ['dead', state('cancelled'), undefined],
  ] as const)('is %s when %j → %j', (expected, source, target) => {
    expect(edgeState(plain!, source, target)).toBe(expected);
  });

  it('follows the port that the source chose, also where a join ran by another way', () => {
    expect(edgeState(yes!, state('completed', 'false'), state('completed'))).toBe('dead');
    expect(edgeState(yes!, state('completed', 'true'), state('completed'))).toBe('taken');
  });

  it('is taken from a failed node that left by its error port', () => {
    const [edge] = graph('ab', 'a:error>b').edges;

    expect(edgeState(edge!, state('failed', 'error'), state('completed'))).toBe('taken');
  });
});

describe('an edge of an execution in which nothing new starts', () => {
  const [edge] = graph('ab', 'a>b').edges;

  it.each([
    ['held', 'dead', state('completed'), undefined],
    ['held', 'dead', state('completed'), state('queued')],
    ['live', 'live', state('completed'), state('running')],
    ['taken', 'taken', state('completed'), state('completed')],
    ['open', 'open', state('running'), undefined],
    ['dead', 'dead', state('skipped'), undefined],
  ] as const)(
    'is %s while it is paused and %s when it is over, of %j → %j',
    (paused, over, source, target) => {
      expect(edgeState(edge!, source, target, 'paused')).toBe(paused);
      expect(edgeState(edge!, source, target, 'over')).toBe(over);
    },
  );
});

describe('the ports of a node', () => {
  const document = graph('abcd', 'a:true>b', 'a:false>c', 'b>d');

  it('stand in the order of what they lead to, so that edges do not cross', () => {
    const heights: Record<string, number> = { b: 300, c: 100 };

    expect(portsOf(document, 'a', (id) => heights[id] ?? 0)).toEqual(['false', 'true']);
  });

  it('are one without a name for an ordinary node, and none at an end', () => {
    expect(portsOf(document, 'b', () => 0)).toEqual(['']);
    expect(portsOf(document, 'd', () => 0)).toEqual([]);
  });
});

describe('walking by arrow keys', () => {
  //  a ──► b ──► d
  //   └──► c
  const document = graph('abcd', 'a>b', 'a>c', 'b>d');

  it.each([
    ['a', 'ArrowRight', 'b'],
    ['d', 'ArrowLeft', 'b'],
    ['b', 'ArrowDown', 'c'],
    ['c', 'ArrowUp', 'b'],
    ['c', 'ArrowDown', null],
    ['d', 'ArrowRight', null],
    ['a', 'ArrowUp', null],
    ['a', 'x', null],
    ['gone', 'ArrowRight', null],
  ])('leads from %s by %s to %s', (from, key, to) => {
    expect(walk(document, from, key)).toBe(to);
  });
});
