import { invert } from './invert.ts';
import {
  type Draft,
  hasId,
  isJsonObject,
  isNodeId,
  type Json,
  type Naming,
  type Operation,
  type Patch,
  type Pointer,
  type RawDocument,
  type Refusal,
} from './operations.ts';
import { namesOf, withoutValue, withValue } from './pointers.ts';
import { Refused, requireShape } from './shape.ts';

export type Applied =
  /** `inverse` takes it back, applied as it stands. */
  | { readonly ok: true; readonly draft: Draft; readonly inverse: readonly Operation[] }
  | { readonly ok: false; readonly refusal: Refusal };

const isNodeCalled = (one: Json, id: unknown): boolean =>
  isJsonObject(one) && one.id === id && isNodeId(id);

const isEdgeCalled = (one: Json, id: unknown): boolean => hasId(one) && one.id === id;

/** Where a node or an edge stands in its list; refused where it does not. */
function indexOf(list: readonly Json[], id: string, what: 'node' | 'edge'): number {
  const isCalled = what === 'node' ? isNodeCalled : isEdgeCalled;
  const index = list.findIndex((one) => isCalled(one, id));
  if (index === -1) throw new Refused(`${what}_unknown`, 'id');
  return index;
}

/** The list with a member put at an index, or at its end. */
function withMember(list: readonly Json[], member: Json, at = list.length): readonly Json[] {
  if (at > list.length) throw new Refused('operation_invalid', 'at');
  return list.toSpliced(at, 0, member);
}

function namesIn(pointer: Pointer, member: string, mayChange: (names: string[]) => boolean) {
  const names = namesOf(pointer);
  if (names === null || !mayChange(names)) throw new Refused('pointer_invalid', member);
  return names;
}

function must<Value>(value: Value | null, member: string): Value {
  if (value === null) throw new Refused('pointer_invalid', member);
  return value;
}

/** The whole with a patch applied: first what it sets, in its order, then what it takes out. */
function patched<Whole extends Json>(
  whole: Whole,
  { set = {}, unset = [] }: Patch,
  mayChange: (names: string[]) => boolean,
): Whole {
  let here = whole;
  for (const [pointer, value] of Object.entries(set))
    here = must(withValue(here, namesIn(pointer, 'set', mayChange), value), 'set');
  for (const pointer of unset)
    here = must(withoutValue(here, namesIn(pointer, 'unset', mayChange)), 'unset');
  return here;
}

const PARTS = new Set(['settings', 'variables', 'editor']);

const mayChangeNode = ([first]: string[]): boolean => first !== 'id' && first !== 'position';
const mayChangeEdge = ([first]: string[]): boolean => first !== 'id';
const mayChangePart = ([first, ...rest]: string[]): boolean =>
  PARTS.has(first ?? '') && rest.length > 0;

/** Refused where an edge does not go from one node to another that is there. */
function requireEnds(document: RawDocument, edge: Json): void {
  for (const member of ['source', 'target'])
    if (!isJsonObject(edge) || !document.nodes.some((one) => isNodeCalled(one, edge[member])))
      throw new Refused('edge_end_unknown', member);
}

const withoutEdgesOf = (edges: readonly Json[], id: string): readonly Json[] => {
  const left = edges.filter(
    (edge) => !isJsonObject(edge) || (edge.source !== id && edge.target !== id),
  );
  return left.length === edges.length ? edges : left;
};

type NodeOperation = Extract<Operation, { op: `node.${string}` }>;
type EdgeOperation = Extract<Operation, { op: `edge.${string}` }>;

const moved = (node: Json, { x, y }: { readonly x: number; readonly y: number }): Json =>
  isJsonObject(node) ? { ...node, position: { x, y } } : node;

/** A workflow's name has no spaces round it. */
const named = ({ name, ...rest }: Naming): Naming =>
  name === undefined ? rest : { ...rest, name: name.trim() };

function withNode(document: RawDocument, operation: NodeOperation): RawDocument {
  const { nodes } = document;
  if (operation.op === 'node.add') {
    if (nodes.some((one) => isNodeCalled(one, operation.node.id)))
      throw new Refused('node_exists', 'node');
    return { ...document, nodes: withMember(nodes, operation.node, operation.at) };
  }
  const index = indexOf(nodes, operation.id, 'node');
  const node = nodes[index] ?? null;
  if (operation.op === 'node.remove') {
    const edges = withoutEdgesOf(document.edges, operation.id);
    return { ...document, nodes: nodes.toSpliced(index, 1), edges };
  }
  const next =
    operation.op === 'node.move' ? moved(node, operation) : patched(node, operation, mayChangeNode);
  return { ...document, nodes: nodes.with(index, next) };
}

function withEdge(document: RawDocument, operation: EdgeOperation): RawDocument {
  const { edges } = document;
  if (operation.op === 'edge.add') {
    if (edges.some((one) => isEdgeCalled(one, operation.edge.id)))
      throw new Refused('edge_exists', 'edge');
    requireEnds(document, operation.edge);
    return { ...document, edges: withMember(edges, operation.edge, operation.at) };
  }
  const index = indexOf(edges, operation.id, 'edge');
  if (operation.op === 'edge.remove') return { ...document, edges: edges.toSpliced(index, 1) };
  const next = patched(edges[index] ?? null, operation, mayChangeEdge);
  requireEnds(document, next);
  return { ...document, edges: edges.with(index, next) };
}

const isNodeOperation = (operation: Operation): operation is NodeOperation =>
  operation.op.startsWith('node.');

function applyOne(draft: Draft, operation: Operation): Draft {
  const { definition } = draft;
  requireShape(operation);
  if (operation.op === 'workflow.patch') return { ...draft, ...named(operation.set) };
  if (operation.op === 'meta.patch')
    return { ...draft, definition: patched(definition, operation, mayChangePart) };
  const next = isNodeOperation(operation)
    ? withNode(definition, operation)
    : withEdge(definition, operation);
  return { ...draft, definition: next };
}

/**
 * Applies operations one after the other, all or none; the document is `normalised` before. What they do not touch stays
 * the same object, so who draws it need not draw it again.
 */
export function apply(draft: Draft, operations: readonly Operation[]): Applied {
  let here = draft;
  const inverse: Operation[][] = [];
  for (const [index, operation] of operations.entries()) {
    try {
      const next = applyOne(here, operation);
      inverse.push(invert(here, operation));
      here = next;
    } catch (reason) {
      if (!(reason instanceof Refused)) throw reason;
      const { code, member } = reason;
      return { ok: false, refusal: { code, index, member } };
    }
  }
  return { ok: true, draft: here, inverse: inverse.reverse().flat() };
}
