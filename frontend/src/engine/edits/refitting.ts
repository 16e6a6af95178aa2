import { sameJson } from '../json';
import { apply } from './apply';
import { withinList } from './fitting';
import { freeId, nodeIds } from './ids';
import {
  type Draft,
  edgesOf,
  isJsonObject,
  type Json,
  nodeWith,
  type Operation,
  type Patch,
} from './operations';
import { withReferences } from './references';

/** What own nodes are called now, by what they were called when they were made. */
export type NewIds = ReadonlyMap<string, string>;

const ENDS = ['/source', '/target'];

/** A patch in which an edge's ends, and the nodes of a group, are called what they are called now. */
function patchMeant<Kind extends Patch>(patch: Kind, of: (id: Json) => Json): Kind {
  if (patch.set === undefined) return patch;
  const listed = (value: Json): Json =>
    Array.isArray(value) ? (value as readonly Json[]).map(of) : value;
  const set = Object.entries(patch.set).map(([place, value]): [string, Json] => {
    if (ENDS.includes(place)) return [place, of(value)];
    if (!place.startsWith('/editor/groups/')) return [place, value];
    if (!isJsonObject(value)) return [place, listed(value)];
    const { node_ids } = value;
    return [place, node_ids === undefined ? value : { ...value, node_ids: listed(node_ids) }];
  });
  return { ...patch, set: Object.fromEntries(set) };
}

/** The operation, about nodes as they are called now. */
function meant(operation: Operation, ids: NewIds, { definition }: Draft): Operation {
  if (ids.size === 0) return operation;
  const of = (id: string): string => ids.get(id) ?? id;
  const known = new Set([...nodeIds(definition), ...ids.keys()]);
  const followed = withReferences(operation as unknown as Json, ids, known) as unknown as Operation;
  switch (followed.op) {
    case 'node.add':
      return { ...followed, node: { ...followed.node, id: of(followed.node.id) } };
    case 'node.move':
    case 'node.patch':
    case 'node.remove':
      return { ...followed, id: of(followed.id) };
    case 'edge.add': {
      const { source, target } = followed.edge;
      return { ...followed, edge: { ...followed.edge, source: of(source), target: of(target) } };
    }
    case 'edge.patch':
    case 'meta.patch':
      return patchMeant(followed, (id) => (typeof id === 'string' ? of(id) : id));
    case 'edge.remove':
    case 'workflow.patch':
      return followed;
  }
}

/** Whether what is to be added is there already, the same. */
function isThere({ definition }: Draft, operation: Operation): boolean {
  if (operation.op === 'node.add')
    return sameJson(nodeWith(definition, operation.node.id), operation.node);
  return (
    operation.op === 'edge.add' &&
    edgesOf(definition).some(
      (edge) => edge.id === operation.edge.id && sameJson(edge, operation.edge),
    )
  );
}

interface Refitted {
  readonly operations: readonly Operation[];
  readonly ids: NewIds;
  /** How many have to be left out. */
  readonly lost: number;
}

/**
 * Own operations as they fit on top of what others have done. A node whose id somebody else has given to another one
 * meanwhile gets a new id, and all that follows is about that one: else it would be done to theirs.
 */
export function refitted(draft: Draft, operations: readonly Operation[], before: NewIds): Refitted {
  let here = draft;
  let lost = 0;
  const ids = new Map(before);
  const fits = operations.flatMap((operation) => {
    let own = withinList(here, meant(operation, ids, here));
    if (isThere(here, own)) return [];
    if (own.op === 'node.add' && nodeWith(here.definition, own.node.id) !== undefined) {
      const stem = own.node.id.replace(/-\d+$/, '');
      ids.set(
        operation.op === 'node.add' ? operation.node.id : '',
        freeId(stem, nodeIds(here.definition)),
      );
      own = withinList(here, meant(operation, ids, here));
    }
    const applied = apply(here, [own]);
    if (applied.ok) here = applied.draft;
    else lost += 1;
    return applied.ok ? [own] : [];
  });
  return { operations: fits, ids, lost };
}
