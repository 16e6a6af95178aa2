import { differencesOf } from '@/engine/differences';
import { type DocumentNode, readDocument, type WorkflowDocument } from '@/engine/document';
import { topologicalOrder } from '@/engine/graph';
import { kindOf } from '@/engine/json';
import { isPass, passName } from '@/engine/passes';
import type { SchemaStepListed } from '@/generated/api';

/** What one execution brings to the comparison. */
export interface Side {
  /** The document that it ran; null while it is not known. */
  definition: unknown;
  /** The document is not what ran, so nothing is said of how its nodes were set. */
  isOther: boolean;
  steps: readonly SchemaStepListed[];
  /** All of its steps are here. */
  isWhole: boolean;
}

/** What of a node may differ. `presence`: only one of both came to it. */
type Part = 'presence' | 'status' | 'output' | 'error' | 'input' | 'item' | 'config';

export interface Row {
  key: string;
  nodeId: string;
  name: string;
  /** The pass it ran in; "" outside of every container. */
  pass: string;
  type: string;
  before: SchemaStepListed | null;
  after: SchemaStepListed | null;
  /** The document that alone has the node; null: both have it. */
  only: 'before' | 'after' | null;
  differs: readonly Part[];
}

const keyOf = (nodeId: string, scope: string): string => `${scope}/${nodeId}`;

/** Both orders as one: what only the older has stands after the one before it there. */
function merged(old: readonly string[], now: readonly string[]): string[] {
  const isNew = new Set(now);
  const after = new Map<string, string[]>();
  let last = '';
  for (const id of old) {
    if (isNew.has(id)) last = id;
    else after.set(last, [...(after.get(last) ?? []), id]);
  }
  return [...(after.get('') ?? []), ...now.flatMap((id) => [id, ...(after.get(id) ?? [])])];
}

/** How a node is set, as its document says it; notes are for people alone. Undefined: it has none. */
export function settingsOf(definition: unknown, nodeId: string): unknown {
  const nodes = kindOf(definition) === 'object' ? (definition as { nodes?: unknown }).nodes : [];
  const found = (Array.isArray(nodes) ? (nodes as unknown[]) : []).find(
    (one) => kindOf(one) === 'object' && (one as { id?: unknown }).id === nodeId,
  );
  if (found === undefined) return undefined;
  const { type, data } = found as { type?: unknown; data?: unknown };
  const rest = Object.entries(kindOf(data) === 'object' ? (data as object) : {});
  return { type, ...Object.fromEntries(rest.filter(([name]) => name !== 'notes')) };
}

function stepParts(before: SchemaStepListed, after: SchemaStepListed): Part[] {
  const found: Part[] = [];
  if (before.status !== after.status || before.port !== after.port) found.push('status');
  for (const part of ['output', 'error', 'input', 'item'] as const)
    if (before.digests[part] !== after.digests[part]) found.push(part);
  return found;
}

/** What differs between two steps in the same place. What has not been read yet is no difference. */
function differing(
  before: SchemaStepListed | null,
  after: SchemaStepListed | null,
  isAllRead: boolean,
): Part[] {
  if (before !== null && after !== null) return stepParts(before, after);
  return before === after || !isAllRead ? [] : ['presence'];
}

/** The nodes of both documents in the order of the newer one, each with its passes as far as either came. */
export function rowsOf(before: Side, after: Side): Row[] {
  const [old, now] = [readDocument(before.definition), readDocument(after.definition)];
  const mine = new Map(before.steps.map((step) => [keyOf(step.node_id, step.scope), step]));
  const theirs = new Map(after.steps.map((step) => [keyOf(step.node_id, step.scope), step]));
  const scopes = scopesOf([...before.steps, ...after.steps]);
  const nodes = [nodesOf(old), nodesOf(now)] as const;
  const drawn = merged(topologicalOrder(old), topologicalOrder(now));
  const isDrawn = new Set(drawn);
  const knowsBoth = before.definition !== null && after.definition !== null;
  const isComparable = knowsBoth && !before.isOther && !after.isOther;
  return [...drawn, ...[...scopes.keys()].filter((id) => !isDrawn.has(id))].flatMap((nodeId) => {
    const [was, is] = [nodes[0].get(nodeId), nodes[1].get(nodeId)];
    const only = isComparable ? onlyIn(was, is) : null;
    const isSet = isComparable && only === null && isSetOtherwise(before, after, nodeId);
    const document = is === undefined ? old : now;
    return (scopes.get(nodeId) ?? ['']).map((scope): Row => {
      const key = keyOf(nodeId, scope);
      const [one, other] = [mine.get(key) ?? null, theirs.get(key) ?? null];
      const parts = differing(one, other, before.isWhole && after.isWhole);
      return {
        key,
        nodeId,
        name: (is ?? was)?.name ?? nodeId,
        pass: passName(document, scope),
        type: (is ?? was)?.type ?? (other ?? one)?.node_type ?? '',
        before: one,
        after: other,
        only,
        differs: isSet && !isPassStep(other ?? one) ? [...parts, 'config'] : parts,
      };
    });
  });
}

const isPassStep = (step: SchemaStepListed | null): boolean => step !== null && isPass(step);

const nodesOf = (document: WorkflowDocument): ReadonlyMap<string, DocumentNode> =>
  new Map(document.nodes.map((node) => [node.id, node]));

const onlyIn = (was: DocumentNode | undefined, is: DocumentNode | undefined): Row['only'] => {
  if ((was === undefined) === (is === undefined)) return null;
  return is === undefined ? 'before' : 'after';
};

const isSetOtherwise = (before: Side, after: Side, nodeId: string): boolean =>
  differencesOf(settingsOf(before.definition, nodeId), settingsOf(after.definition, nodeId)).list
    .length > 0;

/** In which passes each node stands, in their order. */
function scopesOf(steps: readonly SchemaStepListed[]): ReadonlyMap<string, string[]> {
  const found = new Map<string, Set<string>>();
  for (const { node_id: id, scope } of steps) {
    const known = found.get(id);
    if (known === undefined) found.set(id, new Set([scope]));
    else known.add(scope);
  }
  const order = new Intl.Collator('en', { numeric: true });
  return new Map([...found].map(([id, scopes]) => [id, [...scopes].sort(order.compare)]));
}

/** What differs, or stands in one document alone. */
export const isDifferent = (row: Row): boolean => row.differs.length > 0 || row.only !== null;

/** The row a reader wants first: one that ended otherwise, else one that differs. */
export const firstRow = (rows: readonly Row[]): Row | undefined =>
  rows.find(
    ({ differs, before, after }) => differs.includes('status') && isOneBad(before, after),
  ) ?? rows.find(isDifferent);

const isOneBad = (before: SchemaStepListed | null, after: SchemaStepListed | null): boolean =>
  (before?.status === 'failed') !== (after?.status === 'failed');
