import { render } from '@testing-library/react';
import { ReactFlow } from '@xyflow/react';
import { expect, it } from 'vitest';
import { readDocument } from '@/engine/document';
import FarEdges from './far-edges';
import { toNodes } from './flow';
import type { StepEdgeType } from './step-edge';

const DOCUMENT = readDocument({
  nodes: ['a', 'b', 'c', 'd'].map((id) => ({ id, type: 'control:if', data: { name: id } })),
  edges: [
    { id: 'ab', source: 'a', target: 'b', sourceHandle: 'true' },
    { id: 'bc', source: 'b', target: 'c' },
    { id: 'cd', source: 'c', target: 'd' },
  ],
});
const POSITIONS = new Map(['a', 'b', 'c', 'd'].map((id, at) => [id, { x: at * 300, y: 0 }]));

const edges = DOCUMENT.edges.map(
  ({ id, source, target, port }): StepEdgeType => ({
    id,
    type: 'step',
    source,
    target,
    sourceHandle: port === '' ? null : port,
    className: id === 'cd' ? 'taken' : 'open',
  }),
);

const drawn = (moved: ReadonlyMap<string, { x: number; y: number }>) => {
  const cards = toNodes(DOCUMENT, POSITIONS).map((card) => ({
    ...card,
    position: moved.get(card.id) ?? card.position,
  }));
  return (
    <ReactFlow>
      <FarEdges cards={cards} edges={edges} moved={moved} />
    </ReactFlow>
  );
};

const pathsIn = (container: HTMLElement): Record<string, string> =>
  Object.fromEntries(
    [...container.querySelectorAll('.far-edges g')].map((one) => [
      one.getAttribute('class') ?? '',
      one.firstElementChild?.getAttribute('d') ?? '',
    ]),
  );

it('draws all edges of one look as one path, from where they leave to where they come', () => {
  const { container } = render(drawn(new Map()));
  const paths = pathsIn(container);

  expect(Object.keys(paths)).toEqual(['react-flow__edge open', 'react-flow__edge taken']);
  expect(paths['react-flow__edge open']?.match(/M/g)).toHaveLength(2);
  expect(paths['react-flow__edge taken']).toMatch(/^M812.5[ ,]29/);
});

it('draws those of what is dragged apart, and leaves the others as they are', () => {
  const { container, rerender } = render(drawn(new Map([['d', { x: 900, y: 5 }]])));
  const first = pathsIn(container);
  rerender(drawn(new Map([['d', { x: 900, y: 90 }]])));
  const then = pathsIn(container);

  expect(then['react-flow__edge open']).toBe(first['react-flow__edge open']);
  expect(then['react-flow__edge taken moved']).not.toBe(first['react-flow__edge taken moved']);
});
