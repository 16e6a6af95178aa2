import type { Operation } from './operations';
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
