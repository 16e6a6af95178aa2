import {
  type Draft,
  hasId,
  isJsonObject,
  type Json,
  nodeWith,
  type Operation,
  type Patch,
  placeOf,
  type RawDocument,
  type RawEdge,
  type RawNode,
} from './operations.ts';
import { namesOf, overlap, pointerOf, valueAt, withoutValue, withValue } from './pointers.ts';

/** What a patch of settings and the like may take out: something in them, never all of them. */
const BELOW_A_PART = 2;

/** Puts back what stands at a place of `before`: its value, or nothing from the topmost object that is missing. */
function backAt(before: Json, names: readonly string[], shortest: number): Patch {
  for (let length = shortest; length <= names.length; length += 1) {
    const above = names.slice(0, length);
    if (valueAt(before, above) === undefined) return { unset: [pointerOf(above)] };
  }
  return { set: { [pointerOf(names)]: valueAt(before, names) ?? null } };
}

/** The patches that undo one, in the order in which they are to be applied; one, where all its places are apart. */
function patchesBack(before: Json, patch: Patch, shortest = 1): Patch[] {
  const back: Patch[] = [];
  let here = before;
  for (const [place, value] of Object.entries(patch.set ?? {})) {
    const names = namesOf(place) ?? [];
    back.unshift(backAt(here, names, shortest));
    here = withValue(here, names, value) ?? here;
  }
  for (const place of patch.unset ?? []) {
    const names = namesOf(place) ?? [];
    if (valueAt(here, names) === undefined) continue;
    back.unshift(backAt(here, names, shortest));
    here = withoutValue(here, names) ?? here;
  }
  return areApart(back) ? [joined(back)] : back;
}

const placesOf = (patch: Patch): string[] => [
  ...Object.keys(patch.set ?? {}),
  ...(patch.unset ?? []),
];

function areApart(patches: readonly Patch[]): boolean {
  const places = patches.flatMap(placesOf);
  return places.every((one, index) =>
    places.every((other, at) => at <= index || !overlap(one, other)),
  );
}

function joined(patches: readonly Patch[]): Patch {
  const set = Object.fromEntries(patches.flatMap((patch) => Object.entries(patch.set ?? {})));
  const unset = patches.flatMap((patch) => patch.unset ?? []);
  return {
    ...(Object.keys(set).length === 0 ? {} : { set }),
    ...(unset.length === 0 ? {} : { unset }),
  };
}

const withId = (list: readonly Json[], id: string): number =>
  list.findIndex((one) => hasId(one) && one.id === id);

/** The edges that end at a node, each put back where it stood. */
function edgesBack(document: RawDocument, id: string): Operation[] {
  return document.edges.flatMap((edge, at): Operation[] =>
    isJsonObject(edge) && (edge.source === id || edge.target === id)
      ? [{ op: 'edge.add', edge: edge as RawEdge, at }]
      : [],
  );
}

/**
 * What undoes an operation that is about to be applied to `draft`. Where a node stood nowhere before, its first move
 * is not undone: it stays where the screen had shown it.
 */
export function invert(draft: Draft, operation: Operation): Operation[] {
  const { definition } = draft;
  switch (operation.op) {
    case 'node.add':
      return [{ op: 'node.remove', id: operation.node.id }];
    case 'edge.add':
      return [{ op: 'edge.remove', id: operation.edge.id }];
    case 'node.move': {
      const node = nodeWith(definition, operation.id);
      const place = node === undefined ? null : placeOf(node);
      return place === null ? [] : [{ op: 'node.move', id: operation.id, x: place.x, y: place.y }];
    }
    case 'node.remove': {
      const at = withId(definition.nodes, operation.id);
      const node = definition.nodes[at] as RawNode;
      return [{ op: 'node.add', node, at }, ...edgesBack(definition, operation.id)];
    }
    case 'edge.remove': {
      const at = withId(definition.edges, operation.id);
      return [{ op: 'edge.add', edge: definition.edges[at] as RawEdge, at }];
    }
    case 'node.patch':
    case 'edge.patch': {
      const list = operation.op === 'node.patch' ? definition.nodes : definition.edges;
      const before = list[withId(list, operation.id)] ?? {};
      return patchesBack(before, operation).map((patch) => ({
        op: operation.op,
        id: operation.id,
        ...patch,
      }));
    }
    case 'meta.patch':
      return patchesBack(definition, operation, BELOW_A_PART).map((patch) => ({
        op: 'meta.patch',
        ...patch,
      }));
    case 'workflow.patch': {
      const names = Object.keys(operation.set) as ('name' | 'description')[];
      const set = Object.fromEntries(names.map((name) => [name, draft[name]]));
      return [{ op: 'workflow.patch', set }];
    }
  }
}
