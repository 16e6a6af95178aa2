import { type Note, notePointer, notesOf } from './frames';
import { freeId, newEdgeId, newFrameId, nodeIds } from './ids';
import { normalised } from './normalised';
import {
  edgesOf,
  isJsonObject,
  type Json,
  nodesOf,
  type Operation,
  placeOf,
  type RawDocument,
  type RawEdge,
  type RawNode,
} from './operations';
import { unmistakable, withReferences } from './references';

interface Place {
  readonly x: number;
  readonly y: number;
}

/** What was put in, and the ids by which it is selected afterwards. */
interface Pasted {
  readonly operations: Operation[];
  readonly ids: string[];
}

const SECRET =
  /pass(word|wd|phrase)?$|secret|token|authorization|cookie|api[-_]?key|private[-_]?key/i;

const isExpression = (text: string): boolean => text.includes('{{') || text.includes('${');

/** The value without texts that stand under a name such as `password`; an expression holds no secret itself. */
function withoutSecrets(value: Json, name = ''): Json {
  if (typeof value === 'string') return SECRET.test(name) && !isExpression(value) ? '' : value;
  if (Array.isArray(value))
    return (value as readonly Json[]).map((one) => withoutSecrets(one, name));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([inner, one]) => [inner, withoutSecrets(one, inner)]),
  );
}

const idOf = ({ id }: { id: string }): string => id;

interface Piece {
  readonly nodes: readonly RawNode[];
  readonly edges: readonly RawEdge[];
  readonly notes: readonly Note[];
}

function pieceOf(document: RawDocument, ids: ReadonlySet<string>): Piece {
  return {
    nodes: nodesOf(document).filter(({ id }) => ids.has(id)),
    edges: edgesOf(document).filter(({ source, target }) => ids.has(source) && ids.has(target)),
    notes: notesOf(document).filter(({ id }) => ids.has(id)),
  };
}

/**
 * The selected nodes, the edges between them, and notes, as a document of their own: pasted here, in another workflow or
 * into a message. "" where nothing of the kind is selected.
 */
export function copied(document: RawDocument, ids: ReadonlySet<string>): string {
  const { nodes, edges, notes } = pieceOf(document, ids);
  if (nodes.length === 0 && notes.length === 0) return '';
  const [all, own] = [nodeIds(document), new Set(nodes.map(idOf))];
  const kept = notes.map(({ id, ...note }) => [id, note] as const);
  const editor = kept.length === 0 ? {} : { editor: { notes: Object.fromEntries(kept) } };
  return JSON.stringify(
    {
      nodes: nodes.map((node) => withoutSecrets(unmistakable(node, all, own))),
      edges,
      ...editor,
    },
    null,
    2,
  );
}

/** Reads what `copied` has written, or a whole workflow as it is exported; null: the text is neither. */
function pieceIn(text: string): Piece | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const definition =
    isJsonObject(value) && isJsonObject(value.definition) ? value.definition : value;
  if (!isJsonObject(definition)) return null;
  const document = normalised(definition);
  const piece = pieceOf(document, new Set([...nodeIds(document), ...notesOf(document).map(idOf)]));
  return piece.nodes.length === 0 && piece.notes.length === 0 ? null : piece;
}

const nodePlace = (node: RawNode): Place => placeOf(node) ?? { x: 0, y: 0 };

/** Gives each a new id, keeping the old one where it is free. */
function newIds(wanted: readonly string[], taken: Set<string>): Map<string, string> {
  return new Map(
    wanted.map((id) => {
      const free = freeId(id, taken);
      taken.add(free);
      return [id, free];
    }),
  );
}

/** `known`: the nodes that the piece's texts may mean. */
function put(
  document: RawDocument,
  piece: Piece,
  by: Place,
  known: ReadonlySet<string> = new Set(piece.nodes.map(idOf)),
): Pasted {
  const ids = newIds(piece.nodes.map(idOf), nodeIds(document));
  const noteIds = new Map(piece.notes.map(({ id }) => [id, newFrameId('note')]));
  const of = (id: string): string => ids.get(id) ?? id;
  const nodes = piece.nodes.map((node): Operation => {
    const { x, y } = nodePlace(node);
    const moved = { ...node, id: of(node.id), position: { x: x + by.x, y: y + by.y } };
    return { op: 'node.add', node: withReferences<RawNode>(moved, ids, known) };
  });
  const edges = piece.edges.map((edge): Operation => {
    const ends = { source: of(edge.source), target: of(edge.target) };
    return { op: 'edge.add', edge: { ...edge, ...ends, id: newEdgeId(document) } };
  });
  const notes = piece.notes.map(({ id, x, y, ...note }) => {
    const set = { [notePointer(noteIds.get(id) ?? id)]: { ...note, x: x + by.x, y: y + by.y } };
    return { op: 'meta.patch', set } satisfies Operation;
  });
  return {
    operations: [...nodes, ...edges, ...notes],
    ids: [...ids.values(), ...noteIds.values()],
  };
}

/** The upper left corner of everything in it. */
function cornerOf({ nodes, notes }: Piece): Place {
  const places = [...nodes.map(nodePlace), ...notes];
  return { x: Math.min(...places.map(({ x }) => x)), y: Math.min(...places.map(({ y }) => y)) };
}

const ASIDE = 32;

/** A little aside; further where something stands there already, so that no copy covers another. */
function asideOf(document: RawDocument, piece: Piece): Place {
  const inIt = [...piece.nodes.map(nodePlace), ...piece.notes];
  const all = [...nodesOf(document).map(nodePlace), ...notesOf(document)];
  const taken = new Set(all.map(({ x, y }) => `${x} ${y}`));
  let by = ASIDE;
  while (inIt.some(({ x, y }) => taken.has(`${x + by} ${y + by}`))) by += ASIDE;
  return { x: by, y: by };
}

/**
 * Puts in what a text holds, under new ids; what it refers to of itself follows. `at`: where its upper left corner comes
 * to stand; without it, a little beside where it was. Null: the text holds no nodes.
 */
export function pasted(document: RawDocument, text: string, at?: Place): Pasted | null {
  const piece = pieceIn(text);
  if (piece === null) return null;
  const corner = cornerOf(piece);
  const by =
    at === undefined ? asideOf(document, piece) : { x: at.x - corner.x, y: at.y - corner.y };
  return put(document, piece, by);
}

/** The selected nodes and notes once more, a little aside; the edges between them too. */
export function duplicated(document: RawDocument, ids: ReadonlySet<string>): Pasted {
  const piece = pieceOf(document, ids);
  return put(document, piece, asideOf(document, piece), nodeIds(document));
}
