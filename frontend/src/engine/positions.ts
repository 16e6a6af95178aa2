import type { WorkflowDocument } from './document';

export const CARD_WIDTH = 208;
export const CARD_HEIGHT = 58;

export type Positions = ReadonlyMap<string, { x: number; y: number }>;

/** The document's own positions, or null where at least one node has none or two cards would cover each other. */
export function ownPositions(document: WorkflowDocument): Positions | null {
  const positions = new Map<string, { x: number; y: number }>();
  const places = new Set<string>();
  for (const node of document.nodes) {
    if (node.position === null) return null;
    positions.set(node.id, node.position);
    places.add(`${node.position.x},${node.position.y}`);
  }
  return places.size === document.nodes.length ? positions : null;
}
