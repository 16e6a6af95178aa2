import { useReactFlow } from '@xyflow/react';
import { type RefObject, useEffect, useRef } from 'react';
import { CARD_HEIGHT, CARD_WIDTH } from '@/engine/positions';
import { useEditor, useEditorNow } from '../provider';
import { useScene } from './canvas-provider';
import type { FlowNode } from './flow-nodes';
import { FIT } from './zoom';

/** Below this the graph is not shown whole: titles of eight pixels tell nothing. */
const LEAST_LEGIBLE = 0.62;
const START_ZOOM = 0.8;

/** How the canvas is looked at when it opens: all of it, or, where that would be too small to read, its beginning. */
export function useOpening(frame: RefObject<HTMLElement | null>): () => void {
  const flow = useReactFlow<FlowNode>();
  const now = useEditorNow();
  const { placed } = useScene();
  const isEmpty = useEditor((state) => state.document.nodes.length === 0);
  const wasEmpty = useRef(isEmpty);
  const open = (): void => {
    const box = frame.current;
    const { selection, document } = now();
    const [chosen = document.nodes[0]?.id] = selection;
    const place = chosen === undefined ? undefined : placed.positions.get(chosen);
    if (box === null || place === undefined) return;
    const bounds = flow.getNodesBounds(flow.getNodes());
    const zoom = Math.min(box.clientWidth / bounds.width, box.clientHeight / bounds.height);
    if (zoom >= LEAST_LEGIBLE) {
      void flow.fitView(FIT);
      return;
    }
    // The node stands in the left third, because what comes after it lies to its right.
    const ahead = (box.clientWidth / START_ZOOM) * 0.5 - CARD_WIDTH / 2 - 24;
    const x = place.x + CARD_WIDTH / 2 + ahead;
    void flow.setCenter(x, place.y + CARD_HEIGHT / 2, { zoom: START_ZOOM });
  };
  // The first node of an empty canvas comes into its middle.
  useEffect(() => {
    if (wasEmpty.current && !isEmpty) requestAnimationFrame(() => void flow.fitView({ ...FIT }));
    wasEmpty.current = isEmpty;
  }, [isEmpty, flow]);
  return open;
}
