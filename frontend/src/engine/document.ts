import { faultOf } from './json-fault';

export interface DocumentNode {
  id: string;
  type: string;
  position: { x: number; y: number } | null;
  name: string;
  config: Readonly<Record<string, unknown>>;
  isDisabled: boolean;
  /** A failure leaves by a port of its own. */
  hasErrorPort: boolean;
}

export interface DocumentEdge {
  id: string;
  source: string;
  target: string;
  /** The port it leaves by, or "" for the node's only one. */
  port: string;
  label: string;
}

export interface WorkflowDocument {
  nodes: readonly DocumentNode[];
  edges: readonly DocumentEdge[];
}

type Loose = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const list = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

function positionOf(value: unknown): { x: number; y: number } | null {
  if (!isObject(value)) return null;
  const { x, y } = value;
  return typeof x === 'number' && typeof y === 'number' ? { x, y } : null;
}

const readNodes = new WeakMap<object, DocumentNode>();

/** What did not change is read as the same object again, so that after an edit one card is drawn and not all. */
function nodeOf(value: unknown): DocumentNode | null {
  if (!isObject(value) || text(value.id) === '') return null;
  const known = readNodes.get(value);
  if (known !== undefined) return known;
  const data = isObject(value.data) ? value.data : {};
  const node = {
    id: text(value.id),
    type: text(value.type),
    position: positionOf(value.position),
    name: text(data.name) || text(value.id),
    config: isObject(data.config) ? data.config : {},
    isDisabled: data.disabled === true,
    hasErrorPort: data.on_error === 'branch',
  };
  readNodes.set(value, node);
  return node;
}

const readEdges = new WeakMap<object, DocumentEdge>();

function edgeOf(value: Loose, index: number): DocumentEdge {
  const known = readEdges.get(value);
  if (known !== undefined) return known;
  const edge = {
    id: text(value.id) || `edge-${index}`,
    source: text(value.source),
    target: text(value.target),
    port: text(value.sourceHandle),
    label: text(value.label),
  };
  // An id that its place has given it changes with the place.
  if (text(value.id) !== '') readEdges.set(value, edge);
  return edge;
}

/**
 * Reads what can be drawn of a document. A draft may be wrong in any way, so nothing is refused here: what has no id is
 * left out, an edge that ends nowhere too. Saying what is wrong is the server's part.
 */
export function readDocument(definition: unknown): WorkflowDocument {
  const source = isObject(definition) ? definition : {};
  const nodes = [
    ...new Map(
      list(source.nodes).flatMap((one) => {
        const node = nodeOf(one);
        return node === null ? [] : [[node.id, node] as const];
      }),
    ).values(),
  ];
  const ids = new Set(nodes.map((node) => node.id));
  const edges = list(source.edges).flatMap((one, index): DocumentEdge[] => {
    if (!isObject(one) || !ids.has(text(one.source)) || !ids.has(text(one.target))) return [];
    return [edgeOf(one, index)];
  });
  return { nodes, edges: [...new Map(edges.map((edge) => [edge.id, edge])).values()] };
}

export type Pasted =
  | { ok: true; name: string; definition: Readonly<Record<string, unknown>> }
  | { ok: false; reason: 'empty' | 'syntax' | 'shape'; line: number; column: number };

/** Line and column, from 1, of a position in `source`. */
function placeOf(source: string, position: number): { line: number; column: number } {
  const before = source.slice(0, position).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** Reads pasted text: a bare document, or `{"name", "definition"}` as the API exports it. */
export function readPasted(source: string): Pasted {
  if (source.trim() === '') return { ok: false, reason: 'empty', line: 1, column: 1 };
  const fault = faultOf(source);
  if (fault !== -1) return { ok: false, reason: 'syntax', ...placeOf(source, fault) };
  const value: unknown = JSON.parse(source);
  const wrapped = isObject(value) && isObject(value.definition);
  const definition = wrapped ? (value as { definition: Loose }).definition : value;
  if (!isObject(definition) || !Array.isArray(definition.nodes)) {
    return { ok: false, reason: 'shape', line: 1, column: 1 };
  }
  return { ok: true, name: isObject(value) ? text(value.name) : '', definition };
}

/** A copy of `source` in which `name` has the value, or, where that is "", is not there. */
function having(source: unknown, name: string, value: string): Loose {
  const rest = Object.entries(isObject(source) ? source : {}).filter(([key]) => key !== name);
  return Object.fromEntries(value === '' ? rest : [...rest, [name, value]]);
}

/** The document with one field of a node's configuration set, or, to "", removed. Everything else stays as it is. */
export function withField(definition: Loose, nodeId: string, field: string, value: string): Loose {
  const nodes = list(definition.nodes).map((node) => {
    if (!isObject(node) || node.id !== nodeId) return node;
    const data = isObject(node.data) ? node.data : {};
    return { ...node, data: { ...data, config: having(data.config, field, value) } };
  });
  return { ...definition, nodes };
}

/** The document with one of its settings set, or, to "", removed. */
export const withSetting = (definition: Loose, name: string, value: string): Loose => ({
  ...definition,
  settings: having(definition.settings, name, value),
});

/** A setting that is a text; "" where there is none. */
export const settingOf = (definition: Loose, name: string): string =>
  isObject(definition.settings) ? text(definition.settings[name]) : '';
