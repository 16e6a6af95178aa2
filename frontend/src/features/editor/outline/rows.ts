import type { DocumentNode, WorkflowDocument } from '@/engine/document';
import { portName } from '@/engine/ports';

export interface OutlineRow {
  node: DocumentNode;
  /** From 1. Only where ways part does it go deeper, so a long chain does not wander off to the right. */
  level: number;
  /** The port by which it is come to; "" for the usual one, or where it is the first. */
  port: string;
  /** Nodes that it leads to and that stand further above or below already. */
  onwards: readonly DocumentNode[];
}

/** The graph as a list: each node once, after the first node that leads to it, the branches of a fork below it. */
export function outlineOf(document: WorkflowDocument): OutlineRow[] {
  const byId = new Map(document.nodes.map((node) => [node.id, node]));
  const leaving = new Map<string, { port: string; target: string }[]>();
  const entered = new Set<string>();
  for (const { source, target, port } of document.edges) {
    const known = leaving.get(source);
    const way = { port: portName(port), target };
    if (known === undefined) leaving.set(source, [way]);
    else known.push(way);
    entered.add(target);
  }
  const seen = new Set<string>();
  const rows: OutlineRow[] = [];
  // What is come to next is put on top, so branches follow one another in the order of their edges.
  const walk = (start: string): void => {
    const open = [{ id: start, level: 1, port: '' }];
    for (let here = open.pop(); here !== undefined; here = open.pop()) {
      const node = byId.get(here.id);
      if (node === undefined || seen.has(here.id)) continue;
      seen.add(here.id);
      const ways = leaving.get(here.id) ?? [];
      const level = ways.length > 1 ? here.level + 1 : here.level;
      const known = ways.filter(({ target }) => seen.has(target));
      rows.push({
        node,
        level: here.level,
        port: here.port,
        onwards: known.flatMap(({ target }) => byId.get(target) ?? []),
      });
      for (const { target, port } of ways.toReversed())
        if (!seen.has(target)) open.push({ id: target, level, port });
    }
  };
  for (const { id } of document.nodes) if (!entered.has(id)) walk(id);
  // Circles have no beginning.
  for (const { id } of document.nodes) if (!seen.has(id)) walk(id);
  return rows;
}
