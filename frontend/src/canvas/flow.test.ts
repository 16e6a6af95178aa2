import { describe, expect, it } from 'vitest';
import { readDocument } from '@/engine/document';
import { toEdges, toNodes } from './flow';
import { merged, type NodeStates } from './states';
import { subtitleOf } from './subtitle';

const document = readDocument({
  nodes: [
    { id: 'hook', type: 'trigger:webhook', data: { name: 'GitHub push' } },
    {
      id: 'check',
      type: 'control:if',
      data: { name: 'Is it main?', config: { condition: 'trigger.ok' } },
    },
    {
      id: 'tell',
      type: 'action:http',
      data: { config: { method: 'POST', url: 'https://example.com/a' } },
    },
  ],
  edges: [
    { id: 'e1', source: 'hook', target: 'check' },
    { id: 'e2', source: 'check', target: 'tell', sourceHandle: 'true' },
  ],
});
const positions = new Map(document.nodes.map((node, index) => [node.id, { x: index * 300, y: 0 }]));

describe('what React Flow is given', () => {
  it('are cards of one known size, with handles at known places', () => {
    const [hook, check, tell] = toNodes(document, positions);

    expect(hook).toMatchObject({ initialWidth: 208, initialHeight: 58, position: { x: 0, y: 0 } });
    expect(hook?.handles?.map((handle) => [handle.type, handle.id])).toEqual([['source', null]]);
    expect(check?.handles?.map((handle) => [handle.type, handle.id])).toEqual([
      ['target', null],
      ['source', 'true'],
    ]);
    expect(tell?.handles?.map((handle) => handle.type)).toEqual(['target']);
  });

  it('are edges that leave by their port and carry their state as a class', () => {
    const edges = toEdges(document, (index) => (index === 0 ? 'taken' : 'open'));

    expect(edges.map((edge) => [edge.sourceHandle, edge.label, edge.className])).toEqual([
      [null, '', 'taken'],
      ['true', 'true', 'open'],
    ]);
  });
});

describe('the second line of a card', () => {
  it('tells what the node does, or else what it is', () => {
    expect(document.nodes.map(subtitleOf)).toEqual(['Webhook', 'trigger.ok', 'POST example.com/a']);
  });
});

describe('new states', () => {
  it('keep the objects of nodes that did not change, so that only changed cards are drawn again', () => {
    const before: NodeStates = new Map([
      ['hook', { status: 'completed', port: '', ms: 4 }],
      ['check', { status: 'running', port: '', ms: null }],
    ]);

    const after = merged(
      before,
      new Map([
        ['hook', { status: 'completed', port: '', ms: 4 }],
        ['check', { status: 'completed', port: 'true', ms: 2 }],
      ]),
    );

    expect(after.get('hook')).toBe(before.get('hook'));
    expect(after.get('check')).toEqual({ status: 'completed', port: 'true', ms: 2 });
  });
});
