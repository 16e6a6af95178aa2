import { graphlib, layout } from '@dagrejs/dagre';
import type { WorkflowDocument } from './document';
import { CARD_HEIGHT, CARD_WIDTH, type Positions } from './positions';

const GAP_ACROSS = 40;
const GAP_ALONG = 64;
const GRID = 2;

/** Lays the whole graph out from left to right; top-left corners, on an even grid. */
export function layOut(document: WorkflowDocument): Positions {
  const graph = new graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: GAP_ACROSS, ranksep: GAP_ALONG });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of document.nodes)
    graph.setNode(node.id, { width: CARD_WIDTH, height: CARD_HEIGHT });
  // From the last to the first: dagre puts what it is told of last on top, and people read from the top.
  for (const edge of document.edges.toReversed())
    graph.setEdge(edge.source, edge.target, {}, edge.id);
  layout(graph);
  return new Map(
    document.nodes.map((node) => {
      const { x, y } = graph.node(node.id) as { x: number; y: number };
      const snap = (value: number): number => Math.round(value / GRID) * GRID;
      return [node.id, { x: snap(x - CARD_WIDTH / 2), y: snap(y - CARD_HEIGHT / 2) }];
    }),
  );
}
