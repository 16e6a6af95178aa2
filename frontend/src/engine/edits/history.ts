import type { Difference } from './diff';
import type { Operation, Patch, Pointer } from './operations';
import { overlap, pointerOf } from './pointers';
import type { Entry } from './queue';

/** What one undo takes back. */
export interface Step {
  readonly label: string;
  /** Edits with the same key that follow soon join this step. */
  readonly key: string | null;
  readonly at: number;
  readonly entries: readonly Entry[];
}

/** Own steps only, the newest last. A step's `inverse` is what undo, or for those undone redo, applies. */
export interface History {
  readonly undo: readonly Step[];
  readonly redo: readonly Step[];
}

export const NO_HISTORY: History = { undo: [], redo: [] };

const DEPTH = 100;
const JOIN_MS = 1_000;

/** Whether an edit joins the last step. */
export function joinsLast({ undo }: History, key: string | null, now: number): boolean {
  const last = undo.at(-1);
  return key !== null && last?.key === key && now - last.at <= JOIN_MS;
}

/** A new step; what was undone can not be done again after it. */
export const recorded = ({ undo }: History, step: Step): History => ({
  undo: [...undo, step].slice(-DEPTH),
  redo: [],
});

/** The last step with more entries; `replacing`: the first of them stands for the last one that was there. */
export function extended(
  { undo }: History,
  entries: readonly Entry[],
  now: number,
  isReplacing: boolean,
): History {
  const last = undo.at(-1);
  if (last === undefined) return { undo, redo: [] };
  const kept = isReplacing ? last.entries.slice(0, -1) : last.entries;
  return {
    undo: [...undo.slice(0, -1), { ...last, at: now, entries: [...kept, ...entries] }],
    redo: [],
  };
}

/** The operations that take a step back. */
export const backOf = (step: Step): Operation[] =>
  step.entries.toReversed().flatMap((entry) => entry.inverse);

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
