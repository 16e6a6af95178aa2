import { ERROR } from '../ports';
import { groupPointer, groupsOf, leftGroups, notePointer, notesOf } from './frames';
import { edgesOf, nodesOf, type Operation, type RawDocument, type RawEdge } from './operations';

interface Removal {
  readonly operations: Operation[];
  /** How many ways around what is gone were closed again. */
  readonly healed: number;
}

/** The removed nodes that hang together, each set by itself. */
function clustersOf(edges: readonly RawEdge[], removed: ReadonlySet<string>): Set<string>[] {
  const clusters: Set<string>[] = [];
  const seen = new Set<string>();
  for (const id of removed) {
    if (seen.has(id)) continue;
    const cluster = new Set([id]);
    for (const here of cluster) {
      seen.add(here);
      for (const { source, target } of edges) {
        if (source === here && removed.has(target)) cluster.add(target);
        if (target === here && removed.has(source)) cluster.add(source);
      }
    }
    clusters.push(cluster);
  }
  return clusters;
}

/** Leads the only edge into a cluster to where the only edge out of it went; null: there is not one of each. */
function healing(
  edges: readonly RawEdge[],
  cluster: ReadonlySet<string>,
  removedEdges: ReadonlySet<string>,
): Operation | null {
  const kept = edges.filter(({ id }) => !removedEdges.has(id));
  const into = kept.filter((edge) => cluster.has(edge.target) && !cluster.has(edge.source));
  const out = kept.filter((edge) => cluster.has(edge.source) && !cluster.has(edge.target));
  const [entry] = into;
  const [exit] = out;
  if (entry === undefined || exit === undefined || into.length > 1 || out.length > 1) return null;
  // What was to follow a failure must not follow what goes well.
  if (exit.sourceHandle === ERROR) return null;
  const isThere = kept.some(
    (edge) =>
      edge.source === entry.source &&
      edge.target === exit.target &&
      edge.sourceHandle === entry.sourceHandle,
  );
  if (isThere || entry.source === exit.target) return null;
  const { targetHandle } = exit;
  const lead = { op: 'edge.patch', id: entry.id } as const;
  if (targetHandle === undefined)
    return { ...lead, set: { '/target': exit.target }, unset: ['/targetHandle'] };
  return { ...lead, set: { '/target': exit.target, '/targetHandle': targetHandle } };
}

/** Removes what is selected, of whatever kind; where one way led in and one out, it leads on past what is gone. */
export function deletedAndHealed(document: RawDocument, ids: ReadonlySet<string>): Removal {
  const edges = edgesOf(document);
  const nodeIds = new Set(
    nodesOf(document)
      .map(({ id }) => id)
      .filter((id) => ids.has(id)),
  );
  const edgeIds = new Set(edges.map(({ id }) => id).filter((id) => ids.has(id)));
  const healings = clustersOf(edges, nodeIds).flatMap(
    (cluster) => healing(edges, cluster, edgeIds) ?? [],
  );
  const goAlong = new Set(
    edges
      .filter((edge) => nodeIds.has(edge.source) || nodeIds.has(edge.target))
      .map(({ id }) => id),
  );
  const pointers = [
    ...notesOf(document).map(({ id }) => [id, notePointer(id)] as const),
    ...groupsOf(document).map(({ id }) => [id, groupPointer(id)] as const),
  ].flatMap(([id, pointer]) => (ids.has(id) ? [pointer] : []));
  return {
    healed: healings.length,
    operations: [
      ...healings,
      ...leftGroups(document, nodeIds),
      ...[...edgeIds]
        .filter((id) => !goAlong.has(id))
        .map((id): Operation => ({ op: 'edge.remove', id })),
      ...[...nodeIds].map((id): Operation => ({ op: 'node.remove', id })),
      ...(pointers.length === 0 ? [] : [{ op: 'meta.patch' as const, unset: pointers }]),
    ],
  };
}
