import type { DocumentNode, WorkflowDocument } from '@/engine/document';

/** The ports of a container that open a region; all others let out of it. */
function isHandle(node: DocumentNode, port: string): boolean {
  switch (node.type) {
    case 'control:loop':
    case 'control:retry':
    case 'control:circuit_breaker':
      return port === 'body';
    case 'control:try':
      return ['try', 'catch', 'finally'].includes(port);
    case 'control:parallel':
      return Array.isArray(node.config.branches) && node.config.branches.includes(port);
    default:
      return false;
  }
}

interface Region {
  container: string;
  handle: string;
}

type Edges = WorkflowDocument['edges'];

const indexes = new WeakMap<Edges, ReadonlyMap<string, Edges>>();

/** The edges that leave each node; made once per document, for it is asked for node by node. */
function leavingIn(edges: Edges): ReadonlyMap<string, Edges> {
  const known = indexes.get(edges);
  if (known !== undefined) return known;
  const index = new Map<string, Edges[number][]>();
  for (const edge of edges) {
    const others = index.get(edge.source);
    if (others === undefined) index.set(edge.source, [edge]);
    else others.push(edge);
  }
  indexes.set(edges, index);
  return index;
}

/** The nodes that edges lead to, on and on. */
function reached(edges: Edges, from: readonly string[]): Set<string> {
  const found = new Set(from);
  for (const id of found)
    for (const { target } of leavingIn(edges).get(id) ?? []) found.add(target);
  return found;
}

/** The regions that a node stands in, the outermost first. */
function regionsOf(document: WorkflowDocument, id: string): Region[] {
  const { nodes, edges } = document;
  const regions = nodes.flatMap((container): (Region & { size: number })[] => {
    const leaving = leavingIn(edges).get(container.id) ?? [];
    const portOf = ({ port, label }: Edges[number]): string => port || label;
    const handles = new Set(leaving.map(portOf).filter((port) => isHandle(container, port)));
    if (handles.size === 0) return [];
    const behind = (port: string): Set<string> =>
      reached(
        edges,
        leaving.filter((edge) => portOf(edge) === port).map(({ target }) => target),
      );
    const ways = [...new Set(leaving.map(portOf))].filter((port) => behind(port).has(id));
    const [only] = ways;
    if (only === undefined || ways.length > 1 || !handles.has(only)) return [];
    return [{ container: container.id, handle: only, size: behind(only).size }];
  });
  return regions
    .sort((one, other) => other.size - one.size)
    .map(({ container, handle }) => ({ container, handle }));
}

export interface Sight {
  /** The nodes whose output can be read, the nearest first. */
  nodes: DocumentNode[];
  /** The loops around the node, the innermost last. */
  loops: DocumentNode[];
  /** Whether it stands in a catch, which knows what failed. */
  isInCatch: boolean;
}

const TRY = ['try', 'catch', 'finally'];

/** Whether a node inside of `there` is seen from `here`: both share its regions, or it ran in an earlier part of a try. */
function isSeen(there: readonly Region[], here: readonly Region[]): boolean {
  return there.every(({ container, handle }) => {
    const mine = here.find((region) => region.container === container);
    if (mine === undefined) return false;
    return mine.handle === handle || TRY.indexOf(handle) < TRY.indexOf(mine.handle);
  });
}

/** What a node sees of the others: those that it comes after, but not into regions, and no container from inside. */
export function sightOf(document: WorkflowDocument, id: string): Sight {
  const here = regionsOf(document, id);
  const around = new Set(here.map(({ container }) => container));
  const before = new Map<string, number>();
  const queue: [string, number][] = [[id, 0]];
  for (const [at, distance] of queue) {
    for (const { source, target } of document.edges) {
      if (target !== at || source === id || before.has(source)) continue;
      before.set(source, distance + 1);
      queue.push([source, distance + 1]);
    }
  }
  // A catch comes after all that its try has done, though no edge says so.
  for (const { container, handle } of here) {
    for (const earlier of TRY.slice(0, Math.max(0, TRY.indexOf(handle)))) {
      const starts = document.edges
        .filter(({ source, port, label }) => source === container && (port || label) === earlier)
        .map(({ target }) => target);
      for (const node of reached(document.edges, starts))
        if (!before.has(node) && node !== id && !around.has(node))
          before.set(node, before.size + 1);
    }
  }
  const nodes = document.nodes
    .filter((node) => before.has(node.id) && !around.has(node.id))
    .filter((node) => isSeen(regionsOf(document, node.id), here))
    .sort((one, other) => (before.get(one.id) ?? 0) - (before.get(other.id) ?? 0));
  return {
    nodes,
    loops: here.flatMap(({ container }) =>
      document.nodes.filter((node) => node.id === container && node.type === 'control:loop'),
    ),
    isInCatch: here.some(({ handle }) => handle === 'catch'),
  };
}
