import { apply } from './apply';
import { compact } from './compact';
import type { Draft, Operation, Refusal } from './operations';

/** An edit of this tab that the server has not confirmed, or whose way back is still remembered. */
export interface Entry {
  readonly id: number;
  readonly operations: readonly Operation[];
  readonly inverse: readonly Operation[];
}

/** What was sent and not answered. It is sent again as it is, under the same id, until it is. */
interface Flight {
  readonly batchId: string;
  readonly operations: readonly Operation[];
  /** For each operation the entry that it comes from. */
  readonly origins: readonly number[];
  readonly entries: readonly Entry[];
}

/** The draft as the server has it, what is on its way to it, what still waits, and what all of it comes to. */
export interface Queue {
  readonly base: Draft;
  readonly revision: number;
  readonly flight: Flight | null;
  readonly pending: readonly Entry[];
  readonly shown: Draft;
  readonly nextId: number;
}

/** The most operations that one request carries: what waits is more once the network was gone long. */
export const LIMIT = 500;

export const emptyQueue = (base: Draft, revision: number): Queue => ({
  base,
  revision,
  flight: null,
  pending: [],
  shown: base,
  nextId: 1,
});

export const isIdle = (queue: Queue): boolean =>
  queue.flight === null && queue.pending.length === 0;

export type Added =
  | { readonly ok: true; readonly queue: Queue; readonly entries: readonly Entry[] }
  | { readonly ok: false; readonly refusal: Refusal };

/** Shows operations at once and lets them wait; more than one request carries become several entries. */
export function added(queue: Queue, operations: readonly Operation[]): Added {
  const entries: Entry[] = [];
  let { shown } = queue;
  for (let from = 0; from < operations.length; from += LIMIT) {
    const part = operations.slice(from, from + LIMIT);
    const applied = apply(shown, part);
    if (!applied.ok) {
      const { refusal } = applied;
      return { ok: false, refusal: { ...refusal, index: from + refusal.index } };
    }
    shown = applied.draft;
    const id = queue.nextId + entries.length;
    entries.push({ id, operations: part, inverse: compact(applied.inverse) });
  }
  const next = {
    ...queue,
    shown,
    pending: [...queue.pending, ...entries],
    nextId: queue.nextId + entries.length,
  };
  return { ok: true, queue: next, entries };
}

/** Makes the last two waiting entries one, so that a drag or a typed word is one. */
export function lastTwoJoined(queue: Queue): { queue: Queue; entry: Entry } | null {
  const [first, second] = queue.pending.slice(-2);
  if (first === undefined || second === undefined) return null;
  const operations = compact([...first.operations, ...second.operations]);
  if (operations.length > LIMIT) return null;
  const inverse = compact([...second.inverse, ...first.inverse]);
  const entry = { id: first.id, operations, inverse };
  return { queue: { ...queue, pending: [...queue.pending.slice(0, -2), entry] }, entry };
}
