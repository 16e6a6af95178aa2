import type { Difference } from './diff';
import type { History, Step } from './history';
import type { Operation, Patch, Pointer } from './operations';
import { overlap, pointerOf } from './pointers';
import type { Entry } from './queue';

const isTouched = (paths: readonly Pointer[] | undefined, place: Pointer): boolean =>
  paths?.some((path) => overlap(path, place)) === true;

/** A patch without the places that others have changed since; null: nothing is left. */
function patchLeft<Kind extends Patch>(
  patch: Kind,
  paths: readonly Pointer[] | undefined,
): Kind | null {
  if (paths === undefined) return patch;
  const set = Object.entries(patch.set ?? {}).filter(([place]) => !isTouched(paths, place));
  const unset = (patch.unset ?? []).filter((place) => !isTouched(paths, place));
  if (set.length === 0 && unset.length === 0) return null;
  return { ...patch, set: Object.fromEntries(set), unset };
}

type Paths = ReadonlyMap<string, readonly Pointer[]>;

interface Theirs {
  readonly nodes: Paths;
  readonly edges: Paths;
  readonly meta: readonly Pointer[];
}

function left(operation: Operation, theirs: Theirs): Operation | null {
  switch (operation.op) {
    case 'node.move':
      return isTouched(theirs.nodes.get(operation.id), '/position') ? null : operation;
    case 'node.patch':
      return patchLeft(operation, theirs.nodes.get(operation.id));
    case 'edge.patch':
      return patchLeft(operation, theirs.edges.get(operation.id));
    case 'meta.patch':
      return patchLeft(operation, theirs.meta);
    case 'workflow.patch': {
      const set = Object.entries(operation.set).filter(
        ([name]) => !theirs.meta.includes(pointerOf([name])),
      );
      return set.length === 0 ? null : { ...operation, set: Object.fromEntries(set) };
    }
    case 'node.add':
    case 'node.remove':
    case 'edge.add':
    case 'edge.remove':
      return operation;
  }
}

const pathsById = (changed: Difference['nodes']['changed']): Paths =>
  new Map(changed.map(({ id, paths }) => [id, paths]));

/**
 * The history after others have changed the draft: an undo never takes back what they have set since. Own entries that
 * were applied again on top of theirs come with their new way back.
 */
export function historyAfter(
  history: History,
  difference: Difference,
  renewed: ReadonlyMap<number, Entry | null>,
): History {
  const theirs = {
    nodes: pathsById(difference.nodes.changed),
    edges: pathsById(difference.edges.changed),
    meta: difference.meta,
  };
  const entryAfter = (entry: Entry): Entry[] => {
    const again = renewed.get(entry.id);
    if (again !== undefined) return again === null ? [] : [again];
    const inverse = entry.inverse.flatMap((one) => left(one, theirs) ?? []);
    return inverse.length === 0 ? [] : [{ ...entry, inverse }];
  };
  const stepsAfter = (steps: readonly Step[]): Step[] =>
    steps.flatMap((step) => {
      const entries = step.entries.flatMap(entryAfter);
      return entries.length === 0 ? [] : [{ ...step, entries }];
    });
  return { undo: stepsAfter(history.undo), redo: stepsAfter(history.redo) };
}
