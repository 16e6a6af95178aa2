import { type NodeChange, useReactFlow } from '@xyflow/react';
import { useCallback, useMemo, useRef, useState } from 'react';
import { groupsOf } from '@/engine/edits/frames';
import { useEditorNow } from '../provider';
import { useCommands } from './commands-context';
import { type FlowNode, GROUP, type Moved } from './flow-nodes';
import { type Point, useUiStore } from './ui';

const STILL: Moved = new Map();

/** The edge at a place in the window, below whatever is dragged there. */
export function edgeAt({ x, y }: Point): string | null {
  for (const element of document.elementsFromPoint(x, y)) {
    const edge = element.closest('.react-flow__edge');
    if (edge !== null) return edge.getAttribute('data-id');
  }
  return null;
}

const pointOf = (event: MouseEvent | TouchEvent): Point => {
  const at = 'touches' in event ? (event.touches[0] ?? event.changedTouches[0]) : event;
  return { x: at?.clientX ?? 0, y: at?.clientY ?? 0 };
};

type PositionChange = Extract<NodeChange<FlowNode>, { type: 'position' }>;

export interface Drag {
  moved: Moved;
  change: (changes: readonly NodeChange<FlowNode>[]) => void;
  over: (event: MouseEvent | TouchEvent, nodes: readonly FlowNode[]) => void;
  drop: () => void;
}

/**
 * Dragging. Where things stand meanwhile is known here alone; the document hears of it once, when they are dropped. The
 * frame of a group takes its cards along.
 */
export function useDrag(): Drag {
  const { getNode } = useReactFlow<FlowNode>();
  const positionOf = useCallback((id: string) => getNode(id)?.position, [getNode]);
  const ui = useUiStore();
  const now = useEditorNow();
  const commands = useCommands();
  const [moved, setMoved] = useState<Moved>(STILL);
  const latest = useRef(new Map<string, Point>());
  const frames = useRef(new Map<string, Point>());

  const moveFrame = useCallback(
    (id: string, to: Point, taken: ReadonlySet<string>): void => {
      const from = frames.current.get(id) ?? positionOf(id);
      frames.current.set(id, to);
      const group = groupsOf(now().raw).find((one) => GROUP + one.id === id);
      if (from === undefined || group === undefined) return;
      for (const node of group.nodeIds) {
        const place = latest.current.get(node) ?? positionOf(node);
        if (place === undefined || taken.has(node)) continue;
        latest.current.set(node, { x: place.x + to.x - from.x, y: place.y + to.y - from.y });
      }
    },
    [now, positionOf],
  );

  const change = useCallback(
    (changes: readonly NodeChange<FlowNode>[]): void => {
      const places = changes.filter(
        (one): one is PositionChange & { position: Point } =>
          one.type === 'position' && one.dragging === true && one.position !== undefined,
      );
      if (places.length === 0) return;
      const taken = new Set(places.map(({ id }) => id));
      for (const { id, position } of places) {
        if (id.startsWith(GROUP)) moveFrame(id, position, taken);
        else latest.current.set(id, position);
      }
      setMoved(new Map(latest.current));
    },
    [moveFrame],
  );

  const over = useCallback(
    (event: MouseEvent | TouchEvent, nodes: readonly FlowNode[]): void => {
      const [node, ...others] = nodes;
      const next = now().neighbours.get(node?.id ?? '');
      const isLoose = next?.before.length === 0 && next.after.length === 0;
      const dropEdge = isLoose && others.length === 0 ? edgeAt(pointOf(event)) : null;
      if (ui.getState().dropEdge !== dropEdge) ui.setState({ dropEdge });
    },
    [now, ui],
  );

  const drop = useCallback((): void => {
    const { dropEdge } = ui.getState();
    const places = latest.current;
    latest.current = new Map();
    frames.current = new Map();
    ui.setState({ dropEdge: null });
    if (places.size > 0) commands.move(places, dropEdge);
    setMoved(STILL);
  }, [ui, commands]);

  return useMemo(() => ({ moved, change, over, drop }), [moved, change, over, drop]);
}
