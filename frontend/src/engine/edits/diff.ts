import { sameJson } from '../json';
import {
  type Draft,
  hasId,
  isJsonObject,
  type Json,
  type JsonObject,
  type Pointer,
  type RawDocument,
} from './operations';
import { pointerOf } from './pointers';

interface Change {
  readonly id: string;
  /** The places within it at which something is new, gone or different; as deep as objects go, lists as a whole. */
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

/** The places at which two values differ. */
function pathsOf(
  one: Json | undefined,
  other: Json | undefined,
  names: readonly string[],
): Pointer[] {
  if (one === other) return [];
  if (isJsonObject(one) && isJsonObject(other)) {
    const members = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...members].flatMap((name) => pathsOf(one[name], other[name], [...names, name]));
  }
  return sameJson(one, other) ? [] : [pointerOf(names)];
}

type Member = JsonObject & { readonly id: string };

const byId = (list: readonly Json[]): Map<string, Member> =>
  new Map(list.filter(hasId).map((one) => [one.id, one]));

function changesOf(before: readonly Json[], after: readonly Json[]): Changed {
  if (before === after) return { added: [], removed: [], changed: [] };
  const old = byId(before);
  const young = byId(after);
  return {
    added: [...young.keys()].filter((id) => !old.has(id)),
    removed: [...old.keys()].filter((id) => !young.has(id)),
    changed: [...young].flatMap(([id, member]): Change[] => {
      const was = old.get(id);
      const paths = was === undefined ? [] : pathsOf(was, member, []);
      return paths.length === 0 ? [] : [{ id, paths }];
    }),
  };
}

/** The document without its nodes and edges. */
const metaOf = (document: RawDocument): JsonObject =>
  Object.fromEntries(
    Object.entries(document).filter(([name]) => name !== 'nodes' && name !== 'edges'),
  );

/** What is different in `after`. Nodes and edges are known by their ids, wherever they stand in their lists. */
export function diff(before: RawDocument, after: RawDocument): Difference {
  return {
    nodes: changesOf(before.nodes, after.nodes),
    edges: changesOf(before.edges, after.edges),
    meta: pathsOf(metaOf(before), metaOf(after), []),
  };
}

/** As `diff`, and among the places of `meta` also `/name` and `/description` where those are different. */
export function draftDiff(before: Draft, after: Draft): Difference {
  const difference = diff(before.definition, after.definition);
  const naming = (['name', 'description'] as const).filter((name) => before[name] !== after[name]);
  return { ...difference, meta: [...difference.meta, ...naming.map((name) => pointerOf([name]))] };
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
