/** The document as it is stored and sent: JSON, of which the engine gives a meaning to a part only. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [name: string]: Json;
}

/** A JSON pointer (RFC 6901), such as `/data/config/url`. */
export type Pointer = string;

export interface RawNode extends JsonObject {
  readonly id: string;
  readonly type: string;
}

export interface RawEdge extends JsonObject {
  readonly id: string;
  readonly source: string;
  readonly target: string;
}

/** A draft may be wrong in any way, so its lists may hold anything; `nodesOf` and `edgesOf` give what can be addressed. */
export interface RawDocument extends JsonObject {
  readonly nodes: readonly Json[];
  readonly edges: readonly Json[];
}

type Changes = Readonly<Record<Pointer, Json>>;

/** What a patch sets, in the order in which it says so, and then what it takes out. */
export interface Patch {
  readonly set?: Changes;
  readonly unset?: readonly Pointer[];
}

/** The smallest change of a draft. Several are applied together or not at all. */
export type Operation =
  | { readonly op: 'node.add'; readonly node: RawNode; readonly at?: number }
  | { readonly op: 'node.move'; readonly id: string; readonly x: number; readonly y: number }
  | ({ readonly op: 'node.patch'; readonly id: string } & Patch)
  | { readonly op: 'node.remove'; readonly id: string }
  | { readonly op: 'edge.add'; readonly edge: RawEdge; readonly at?: number }
  | ({ readonly op: 'edge.patch'; readonly id: string } & Patch)
  | { readonly op: 'edge.remove'; readonly id: string }
  | ({ readonly op: 'meta.patch' } & Patch)
  | { readonly op: 'workflow.patch'; readonly set: Naming };

export type Naming = Readonly<Partial<Record<'name' | 'description', string>>>;

/** What operations change: the document, and what the workflow is called. */
export interface Draft {
  readonly name: string;
  readonly description: string;
  readonly definition: RawDocument;
}

export type RefusalCode =
  | 'operation_invalid'
  | 'node_unknown'
  | 'node_exists'
  | 'edge_unknown'
  | 'edge_exists'
  | 'edge_end_unknown'
  | 'pointer_invalid';

/** Why an operation cannot be applied. `index`: which one of those that were to be applied together. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly index: number;
  /** The member of the operation that is to blame, such as `set`. */
  readonly member: string;
}

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const NODE_ID = /^[A-Za-z0-9_-]{1,64}$/;

export const isNodeId = (value: unknown): value is string =>
  typeof value === 'string' && NODE_ID.test(value);

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

export const hasId = (value: unknown): value is JsonObject & { readonly id: string } =>
  isJsonObject(value) && isText(value.id);

const isNode = (value: unknown): value is RawNode =>
  hasId(value) && isNodeId(value.id) && typeof value.type === 'string';

const isEdge = (value: unknown): value is RawEdge =>
  hasId(value) && isText(value.source) && isText(value.target);

const known = new WeakMap<readonly Json[], readonly unknown[]>();

/** The members of a list that pass; the same list again for the same one. */
function passing<Member>(
  list: readonly Json[],
  passes: (value: unknown) => value is Member,
): readonly Member[] {
  const found = known.get(list) as readonly Member[] | undefined;
  const passed = found ?? list.filter((one): one is Json & Member => passes(one));
  known.set(list, passed);
  return passed;
}

/** The nodes that can be addressed. */
export const nodesOf = (document: RawDocument): readonly RawNode[] =>
  passing(document.nodes, isNode);

/** The edges that can be addressed. */
export const edgesOf = (document: RawDocument): readonly RawEdge[] =>
  passing(document.edges, isEdge);

export const nodeWith = (document: RawDocument, id: string): RawNode | undefined =>
  nodesOf(document).find((node) => node.id === id);

/** Where a node stands; null where the document does not say. */
export function placeOf(node: RawNode): { readonly x: number; readonly y: number } | null {
  const { position } = node;
  if (!isJsonObject(position)) return null;
  const { x, y } = position;
  return typeof x === 'number' && typeof y === 'number' ? { x, y } : null;
}
