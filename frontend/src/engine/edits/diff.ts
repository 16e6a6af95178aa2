import { type FieldChange, fieldChanges, memberChanges } from '../field-changes';
import { sameJson } from '../json';
import {
  type Draft,
  hasId,
  type Json,
  type JsonObject,
  type Pointer,
  type RawDocument,
} from './operations';
import { pointerOf } from './pointers';

interface Change {
  readonly id: string;
  /** The places within it at which something is new, gone or different. */
  readonly paths: readonly Pointer[];
}

interface Changed {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly Change[];
}

export interface Difference {
  readonly nodes: Changed;
  readonly edges: Changed;
  /** Places in settings, variables and what the editor keeps for itself. */
  readonly meta: readonly Pointer[];
}

const pathsOf = (fields: readonly FieldChange[]): Pointer[] =>
  fields.map(({ path }) => pointerOf(path));

type Member = JsonObject & { readonly id: string };

const byId = (list: readonly Json[]): Map<string, Member> =>
  new Map(list.filter(hasId).map((one) => [one.id, one]));

function changesOf(before: readonly Json[], after: readonly Json[]): Changed {
  if (before === after) return { added: [], removed: [], changed: [] };
  const changes = memberChanges(byId(before), byId(after), (member) => member);
  const keys = (some: typeof changes): string[] => some.map(({ key }) => key);
  return {
    added: keys(changes.filter((one) => one.before === undefined)),
    removed: keys(changes.filter((one) => one.after === undefined)),
    changed: changes
      .filter((one) => one.before !== undefined && one.after !== undefined)
      .map(({ key, fields }) => ({ id: key, paths: pathsOf(fields) })),
  };
}

/** The document without its nodes and edges. */
const metaOf = (document: RawDocument): JsonObject =>
  Object.fromEntries(
    Object.entries(document).filter(([name]) => name !== 'nodes' && name !== 'edges'),
  );

/**
 * What is different in `after`. Nodes and edges are known by their ids, wherever they stand in their lists; among the places
 * of `meta` are also `/name` and `/description`.
 */
export function draftDiff(before: Draft, after: Draft): Difference {
  const [one, other] = [before.definition, after.definition];
  const naming = (['name', 'description'] as const).filter((name) => before[name] !== after[name]);
  return {
    nodes: changesOf(one.nodes, other.nodes),
    edges: changesOf(one.edges, other.edges),
    meta: [
      ...pathsOf(fieldChanges(metaOf(one), metaOf(other))),
      ...naming.map((name) => pointerOf([name])),
    ],
  };
}

const isNone = ({ added, removed, changed }: Changed): boolean =>
  added.length === 0 && removed.length === 0 && changed.length === 0;

export const isSame = ({ nodes, edges, meta }: Difference): boolean =>
  isNone(nodes) && isNone(edges) && meta.length === 0;

function sameObjects(before: readonly Json[], after: readonly Json[]): readonly Json[] {
  if (before === after) return before;
  const old = byId(before);
  const kept = after.map((one) => {
    const was = hasId(one) ? old.get(one.id) : undefined;
    return was !== undefined && was !== one && sameJson(was, one) ? was : one;
  });
  const isKept = kept.length === before.length && kept.every((one, at) => one === before[at]);
  return isKept ? before : kept;
}

/** `after`, made of the objects of `before` wherever both say the same: who draws them need not draw them again. */
export function reconciled(before: Draft, after: Draft): Draft {
  const was = metaOf(before.definition);
  const is = metaOf(after.definition);
  const definition = {
    ...(sameJson(was, is) ? was : is),
    nodes: sameObjects(before.definition.nodes, after.definition.nodes),
    edges: sameObjects(before.definition.edges, after.definition.edges),
  };
  return { ...after, definition };
}
