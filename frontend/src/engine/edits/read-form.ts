import { readDocument, type WorkflowDocument } from '../document';
import { type Neighbours, neighboursById } from '../graph';
import type { RawDocument } from './operations';

/** What is drawn of a document, and who is next to whom. */
export interface ReadForm {
  readonly document: WorkflowDocument;
  readonly neighbours: ReadonlyMap<string, Neighbours>;
}

const areSame = <Member>(one: readonly Member[], other: readonly Member[]): boolean =>
  one === other || (one.length === other.length && one.every((member, at) => member === other[at]));

const keep = <Member>(before: readonly Member[], after: readonly Member[]): readonly Member[] =>
  areSame(before, after) ? before : after;

const areSameIds = (before: WorkflowDocument, after: WorkflowDocument): boolean =>
  before.nodes.length === after.nodes.length &&
  before.nodes.every((node, at) => node.id === after.nodes[at]?.id);

function neighboursAfter(before: ReadForm, document: WorkflowDocument): ReadForm['neighbours'] {
  if (document.edges === before.document.edges && areSameIds(before.document, document))
    return before.neighbours;
  return new Map(
    [...neighboursById(document)].map(([id, next]) => {
      const was = before.neighbours.get(id);
      const isSame =
        was !== undefined && areSame(was.before, next.before) && areSame(was.after, next.after);
      return [id, isSame ? was : next];
    }),
  );
}

/** Reads a document; what has not changed since `before` is the same object again, down to each node and edge. */
export function readForm(raw: RawDocument, before?: ReadForm): ReadForm {
  const read = readDocument(raw);
  if (before === undefined) return { document: read, neighbours: neighboursById(read) };
  const nodes = keep(before.document.nodes, read.nodes);
  const edges = keep(before.document.edges, read.edges);
  const isSame = nodes === before.document.nodes && edges === before.document.edges;
  if (isSame) return before;
  const document = { nodes, edges };
  return { document, neighbours: neighboursAfter(before, document) };
}
