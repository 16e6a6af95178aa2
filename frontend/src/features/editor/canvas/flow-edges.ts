import { useMemo, useState } from 'react';
import { makeEdges } from '@/canvas/edges';
import type { StepEdgeType } from '@/canvas/step-edge';
import { edgeState } from '@/engine/graph';
import { useEditor } from '../provider';
import type { Lights } from '../run/dark';
import { useUi } from './ui';

/** The edges, with what an execution did on them. */
export function useFlowEdges({ states, motion }: Lights): StepEdgeType[] {
  const [edges] = useState(makeEdges);
  const all = useEditor((state) => state.document.edges);
  const chosen = useEditor((state) => state.selection);
  const near = useUi((state) => state.hoveredEdge);
  const drop = useUi((state) => state.dropEdge);
  return useMemo(
    () =>
      edges(
        all.map((edge) => ({
          edge,
          state: edgeState(edge, states.get(edge.source), states.get(edge.target), motion),
          isSelected: chosen.has(edge.id),
          isNear: edge.id === near,
          isDrop: edge.id === drop,
        })),
      ),
    [edges, all, states, motion, chosen, near, drop],
  );
}
