import type { DocumentEdge, WorkflowDocument } from './document';

export type NodeStatus =
  | 'queued'
  | 'running'
  | 'waiting'
  | 'completed'
  | 'failed'
  | 'skipped'
  | 'cancelled'
  | 'unknown';

/** What an execution knows of one node: enough to colour it and its edges. */
export interface NodeState {
  status: NodeStatus;
  /** The port it left by; "" while unknown. */
  port: string;
  ms: number | null;
  /** It is a container, and its body was gone through at least once. */
  hasPasses?: boolean;
}

/** `taken`: data went along it. `live`: data is on its way. `held`: it waits there. `dead`: never will. `open`: not decided. */
export type EdgeState = 'open' | 'live' | 'held' | 'taken' | 'dead';

/** `moving`: nodes start as soon as they can. `paused`: nothing new starts for now. `over`: nothing ever will. */
export type Motion = 'moving' | 'paused' | 'over';

const AT_REST = { moving: 'live', paused: 'held', over: 'dead' } as const;

export interface Neighbours {
  before: readonly string[];
  after: readonly string[];
}

/** The nodes before and after each node, in the document's order of edges. */
export function neighboursById(document: WorkflowDocument): ReadonlyMap<string, Neighbours> {
  const byId = new Map(
    document.nodes.map((node) => [node.id, { before: [] as string[], after: [] as string[] }]),
  );
  for (const edge of document.edges) {
    byId.get(edge.source)?.after.push(edge.target);
    byId.get(edge.target)?.before.push(edge.source);
  }
  return byId;
}

/** Node ids so that each stands after all before it; among equals the document's order. Nodes in a cycle come last. */
export function topologicalOrder(document: WorkflowDocument): string[] {
  const neighbours = neighboursById(document);
  const open = new Map([...neighbours].map(([id, { before }]) => [id, before.length]));
  const ready = document.nodes.filter((node) => open.get(node.id) === 0).map((node) => node.id);
  const order: string[] = [];
  for (const id of ready) {
    order.push(id);
    for (const next of neighbours.get(id)?.after ?? []) {
      const left = (open.get(next) ?? 0) - 1;
      open.set(next, left);
      if (left === 0) ready.push(next);
    }
  }
  const placed = new Set(order);
  return [...order, ...document.nodes.map((node) => node.id).filter((id) => !placed.has(id))];
}

const hasLeft = (state: NodeState | undefined): boolean =>
  state?.status === 'completed' || (state?.status === 'failed' && state.port !== '');

const hasBegun = (state: NodeState | undefined): boolean =>
  state !== undefined && state.status !== 'skipped' && state.status !== 'queued';

/**
 * Says what happened on an edge, from the states of its two ends and the port the source chose. Where nothing new
 * starts, data moves only towards what runs already.
 */
export function edgeState(
  edge: DocumentEdge,
  source: NodeState | undefined,
  target: NodeState | undefined,
  motion: Motion = 'moving',
): EdgeState {
  const state = flowOf(edge, source, target);
  return state === 'live' && target?.status !== 'running' ? AT_REST[motion] : state;
}

function flowOf(
  edge: DocumentEdge,
  source: NodeState | undefined,
  target: NodeState | undefined,
): EdgeState {
  if (source?.status === 'skipped' || source?.status === 'cancelled') return 'dead';
  const port = edge.port || edge.label;
  // A container leaves by one port, but what its other edges lead to ran inside of it.
  if (source?.hasPasses === true && port !== source.port) {
    if (hasBegun(target)) return target?.status === 'running' ? 'live' : 'taken';
    return source.port === '' && source.status !== 'failed' ? 'open' : 'dead';
  }
  // A node that may fail has no port to tell that it went on; what it led to tells.
  if (source?.status === 'failed' && port === '' && hasBegun(target)) return 'taken';
  if (!hasLeft(source)) return source?.status === 'failed' ? 'dead' : 'open';
  const isOtherPort = source?.port !== '' && port !== '' && source?.port !== port;
  if (isOtherPort || target?.status === 'skipped') return 'dead';
  if (target?.status === 'running' || target?.status === 'queued') return 'live';
  return hasBegun(target) ? 'taken' : 'live';
}

/**
 * The ports that a node's edges leave by, from top to bottom: each stands where its edges lead, so that they do not
 * cross. None for a node without edges out; "" is the unnamed one.
 */
export function portsOf(
  document: WorkflowDocument,
  id: string,
  yOf: (id: string) => number,
): string[] {
  const heights = new Map<string, number[]>();
  for (const edge of document.edges) {
    if (edge.source === id)
      heights.set(edge.port, [...(heights.get(edge.port) ?? []), yOf(edge.target)]);
  }
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, y) => sum + y, 0) / values.length;
  return [...heights].sort(([, one], [, other]) => mean(one) - mean(other)).map(([port]) => port);
}

/** The node that an arrow key leads to: right and left along edges, up and down between siblings. */
export function walk(document: WorkflowDocument, from: string, key: string): string | null {
  const neighbours = neighboursById(document);
  const here = neighbours.get(from);
  if (here === undefined) return null;
  if (key === 'ArrowRight') return here.after[0] ?? null;
  if (key === 'ArrowLeft') return here.before[0] ?? null;
  if (key !== 'ArrowUp' && key !== 'ArrowDown') return null;
  const parent = here.before[0];
  const siblings = parent === undefined ? [] : (neighbours.get(parent)?.after ?? []);
  const at = siblings.indexOf(from);
  return siblings[at + (key === 'ArrowDown' ? 1 : -1)] ?? null;
}
