import type { WorkflowDocument } from './document';
import { type DocumentEdge, type DocumentNode, readDocument } from './document';
import { type FieldChange, fieldChanges, memberChanges } from './field-changes';
import { kindOf, sameJson } from './json';

export type Tone = 'added' | 'changed' | 'removed';

interface NodeChange {
  tone: Tone;
  id: string;
  name: string;
  type: string;
  fields: readonly FieldChange[];
}

interface EdgeChange {
  tone: Tone;
  /** The edge in the newer document; of one that is gone, in the older. */
  edge: DocumentEdge;
  sourceName: string;
  targetName: string;
  fields: readonly FieldChange[];
}

/** What makes one document out of another. */
export interface Changes {
  nodes: readonly NodeChange[];
  edges: readonly EdgeChange[];
  /** Settings and variables. */
  settings: readonly FieldChange[];
  /** Nodes that stand elsewhere now; nothing that they do has changed. */
  movedCount: number;
  /** Notes or groups of the canvas differ; executions never see them. */
  hasOtherNotes: boolean;
}

/** Whether something came, went or is different. */
export function toneOf({ before, after }: { before: unknown; after: unknown }): Tone {
  if (before === undefined) return 'added';
  return after === undefined ? 'removed' : 'changed';
}

type Loose = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Loose => kindOf(value) === 'object';

/** What a node does: everything but its id and where it stands. */
function actsOf({ data, ...node }: Loose): Loose {
  const rest = Object.entries(node).filter(([name]) => name !== 'id' && name !== 'position');
  return { ...Object.fromEntries(rest), ...(isObject(data) ? data : {}) };
}

function rawNodes(definition: unknown): ReadonlyMap<string, Loose> {
  const list = isObject(definition) && Array.isArray(definition.nodes) ? definition.nodes : [];
  return new Map(
    (list as unknown[]).flatMap((one) =>
      isObject(one) && typeof one.id === 'string' ? [[one.id, one] as const] : [],
    ),
  );
}

/** What the server fills in where a draft is silent: to write it out is no change. */
const SILENT: Loose = { disabled: false, notes: '', config: {} };

const isSilent = (change: FieldChange): boolean => {
  const [name = ''] = change.path;
  const one = change.before ?? SILENT[name];
  return change.path.length === 1 && sameJson(one, change.after ?? SILENT[name]);
};

function nodeChanges(before: unknown, after: unknown, all: readonly DocumentNode[]): NodeChange[] {
  const known = new Map(all.map((node) => [node.id, node]));
  return memberChanges(
    rawNodes(before),
    rawNodes(after),
    (node) => actsOf(node ?? {}),
    (change) => !isSilent(change),
  ).flatMap(({ key, fields, ...sides }): NodeChange[] => {
    const node = known.get(key);
    if (node === undefined) return [];
    const { id, name, type } = node;
    return [{ tone: toneOf(sides), id, name, type, fields }];
  });
}

/** An edge is what it joins: a new id for the same way is no change. */
const byWay = ({ edges }: WorkflowDocument): ReadonlyMap<string, DocumentEdge> =>
  new Map(edges.map((edge) => [JSON.stringify([edge.source, edge.port, edge.target]), edge]));

const edgeChanges = (
  before: WorkflowDocument,
  after: WorkflowDocument,
  nameOf: (id: string) => string,
): EdgeChange[] =>
  memberChanges(byWay(before), byWay(after), (edge) => edge && { label: edge.label }).flatMap(
    ({ fields, ...sides }): EdgeChange[] => {
      const tone = toneOf(sides);
      const edge = sides.after ?? sides.before;
      if (edge === undefined) return [];
      const [sourceName, targetName] = [nameOf(edge.source), nameOf(edge.target)];
      return [{ tone, edge, sourceName, targetName, fields: tone === 'changed' ? fields : [] }];
    },
  );

const partOf = (definition: unknown, name: string): unknown =>
  isObject(definition) ? (definition[name] ?? {}) : {};

/** The newer document's nodes, and those of the older that it no longer has. */
function allNodes(before: WorkflowDocument, after: WorkflowDocument): DocumentNode[] {
  const ids = new Set(after.nodes.map(({ id }) => id));
  return [...after.nodes, ...before.nodes.filter(({ id }) => !ids.has(id))];
}

/** Says what has changed from one document to the other: in the newer one's order, what is gone last. */
export function changesOf(before: unknown, after: unknown): Changes {
  const old = readDocument(before);
  const now = readDocument(after);
  const all = allNodes(old, now);
  const names = new Map(all.map(({ id, name }) => [id, name]));
  const places = new Map(old.nodes.map(({ id, position }) => [id, position]));
  return {
    nodes: nodeChanges(before, after, all),
    edges: edgeChanges(old, now, (id) => names.get(id) ?? id),
    settings: ['settings', 'variables'].flatMap((name) =>
      fieldChanges(partOf(before, name), partOf(after, name), [name]),
    ),
    movedCount: now.nodes.filter(
      ({ id, position }) => places.has(id) && !sameJson(places.get(id), position),
    ).length,
    hasOtherNotes: !sameJson(partOf(before, 'editor'), partOf(after, 'editor')),
  };
}

/** How many changes there are of what executions do. */
export const countOf = ({ nodes, edges, settings }: Changes): number =>
  nodes.length + edges.length + settings.length;

/** Both documents as one picture: the newer, and what is gone where it stood. Each part has its tone. */
export function overlayOf(
  before: unknown,
  after: unknown,
  changes: Changes,
): {
  document: WorkflowDocument;
  nodeTones: ReadonlyMap<string, Tone>;
  edgeTones: ReadonlyMap<string, Tone>;
} {
  const old = readDocument(before);
  const now = readDocument(after);
  const taken = new Set(now.edges.map(({ id }) => id));
  // What is gone may have had the id of something that came.
  const gone = changes.edges
    .filter(({ tone }) => tone === 'removed')
    .map(({ edge }) => (taken.has(edge.id) ? { ...edge, id: `gone:${edge.id}` } : edge));
  return {
    document: { nodes: allNodes(old, now), edges: [...now.edges, ...gone] },
    nodeTones: new Map(changes.nodes.map(({ id, tone }) => [id, tone])),
    edgeTones: new Map([
      ...changes.edges.filter(({ tone }) => tone !== 'removed').map(toned),
      ...gone.map(({ id }): [string, Tone] => [id, 'removed']),
    ]),
  };
}

const toned = ({ edge, tone }: EdgeChange): [string, Tone] => [edge.id, tone];
