import { getSmoothStepPath, Position, ViewportPortal } from '@xyflow/react';
import { useState } from 'react';
import type { CardNode } from './node-card';
import { RADIUS, type StepEdgeType } from './step-edge';

interface Point {
  x: number;
  y: number;
}

/** Where an edge leaves a card, or comes to it. */
function endOf(
  { position, handles }: CardNode,
  type: 'source' | 'target',
  port: string | null,
): Point {
  const found = handles?.find((one) => one.type === type && (one.id ?? null) === port);
  const { x = 0, y = 0, width = 0, height = 0 } = found ?? {};
  return { x: position.x + x + (type === 'source' ? width : 0), y: position.y + y + height / 2 };
}

function lineOf(from: Point, to: Point): string {
  const [path] = getSmoothStepPath({
    sourceX: from.x,
    sourceY: from.y,
    sourcePosition: Position.Right,
    targetX: to.x,
    targetY: to.y,
    targetPosition: Position.Left,
    borderRadius: RADIUS,
  });
  return path;
}

interface Line {
  from: Point;
  to: Point;
  path: string;
}

/** Makes the line of an edge, and gives the same one again while its ends stand where they stood. */
function makeLines() {
  const made = new Map<string, Line>();
  return (id: string, from: Point, to: Point): string => {
    const known = made.get(id);
    if (
      known?.from.x === from.x &&
      known.from.y === from.y &&
      known.to.x === to.x &&
      known.to.y === to.y
    )
      return known.path;
    const path = lineOf(from, to);
    made.set(id, { from, to, path });
    return path;
  };
}

interface FarEdgesProps {
  cards: readonly CardNode[];
  edges: readonly StepEdgeType[];
  /** What is being dragged: its edges are drawn apart, so that those of all others stay the path that they are. */
  moved: ReadonlyMap<string, unknown>;
}

/**
 * All edges as one picture. A thousand of them by themselves are ten thousand elements, each of which costs with every frame
 * while anything moves; from far away nobody can point at one of them.
 */
export default function FarEdges({ cards, edges, moved }: FarEdgesProps) {
  const [line] = useState(makeLines);
  const byId = new Map(cards.map((card) => [card.id, card]));
  const paths = new Map<string, string[]>();
  for (const { id, source, target, sourceHandle = null, className = '', selected } of edges) {
    const [from, to] = [byId.get(source), byId.get(target)];
    if (from === undefined || to === undefined) continue;
    const path = line(id, endOf(from, 'source', sourceHandle), endOf(to, 'target', null));
    const isMoved = moved.has(source) || moved.has(target);
    const key = `${className}${selected === true ? ' selected' : ''}${isMoved ? ' moved' : ''}`;
    const known = paths.get(key);
    if (known === undefined) paths.set(key, [path]);
    else known.push(path);
  }
  return (
    <ViewportPortal>
      <svg className="far-edges" aria-hidden>
        {[...paths].map(([key, all]) => (
          <g key={key} className={`react-flow__edge ${key}`}>
            <path className="react-flow__edge-path" d={all.join(' ')} />
          </g>
        ))}
      </svg>
    </ViewportPortal>
  );
}
