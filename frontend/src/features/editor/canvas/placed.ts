import { useEffect, useMemo, useState } from 'react';
import { laidOut } from '@/canvas/arrange';
import type { WorkflowDocument } from '@/engine/document';
import type { Positions } from '@/engine/positions';

const NOWHERE: Positions = new Map();
const ORIGIN = { x: 0, y: 0 };

export interface Placed {
  positions: Positions;
  /** Where those stand that the document gives no place; they get it with the first edit. */
  strays: Positions;
  isReady: boolean;
}

/** Where each node stands: at the document's place, or, where it has none, where a layout puts it. */
export function usePlaced(document: WorkflowDocument): Placed {
  const [layout, setLayout] = useState<Positions>(NOWHERE);
  const isReady = useMemo(
    () => document.nodes.every(({ id, position }) => position !== null || layout.has(id)),
    [document.nodes, layout],
  );
  useEffect(() => {
    if (isReady) return undefined;
    let isOver = false;
    void laidOut(document).then((positions) => {
      if (!isOver) setLayout(positions);
    });
    return () => {
      isOver = true;
    };
  }, [document, isReady]);
  return useMemo(() => {
    const positions = new Map(
      document.nodes.map(({ id, position }) => [id, position ?? layout.get(id) ?? ORIGIN]),
    );
    const strays = new Map(
      document.nodes.flatMap(({ id, position }) => {
        const place = layout.get(id);
        return position === null && place !== undefined ? [[id, place] as const] : [];
      }),
    );
    return { positions, strays, isReady };
  }, [document.nodes, layout, isReady]);
}
