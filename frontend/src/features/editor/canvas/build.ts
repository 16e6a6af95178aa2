import { newNodeId } from '@/engine/edits/ids';
import { nodesOf, type RawDocument, type RawNode } from '@/engine/edits/operations';
import type { Point } from './ui';

const nameOf = (node: RawNode): unknown => (node.data as { name?: unknown } | undefined)?.name;

/** `title`, or with the first number from 2 that no other node has. */
function freeName(raw: RawDocument, title: string): string {
  const names = new Set(nodesOf(raw).map(nameOf));
  let name = title;
  for (let number = 2; names.has(name); number += 1) name = `${title} ${number}`;
  return name;
}

/** A node as it begins: called by its type, and set to nothing yet. */
export const newNode = (raw: RawDocument, type: string, title: string, at: Point): RawNode => ({
  id: newNodeId(raw, type),
  type,
  position: { x: Math.round(at.x), y: Math.round(at.y) },
  data: { name: freeName(raw, title), config: {} },
});
