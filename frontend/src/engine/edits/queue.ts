import { apply } from './apply';
import { compact, compactTraced } from './compact';
import { reconciled } from './diff';
import type { Draft, Operation, Refusal } from './operations';
import { type NewIds, refitted } from './refitting';

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

/** The most that one request carries, of operations and of letters: what waits is more once the network was gone long. */
const LIMIT = 500;
const LARGEST = 1_000_000;

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

/** As much of what waits as one request carries; one edit at least, so that what is too large by itself is found out. */
function loadOf(pending: readonly Entry[]): readonly Entry[] {
  if (pending.length < 2) return pending;
  let [count, size, letters] = [0, 0, 0];
  for (const { operations } of pending) {
    size += operations.length;
    letters += JSON.stringify(operations).length;
    if (count > 0 && (size > LIMIT || letters > LARGEST)) break;
    count += 1;
  }
  return pending.slice(0, count);
}

/** Sends off as much of what waits as one request carries. */
export function departed(queue: Queue, batchId: string): Queue {
  if (queue.flight !== null || queue.pending.length === 0) return queue;
  const entries = loadOf(queue.pending);
  const traced = compactTraced(
    entries.flatMap(({ id, operations }) =>
      operations.map((operation) => ({ operation, origin: id })),
    ),
  );
  const flight = {
    batchId,
    operations: traced.map(({ operation }) => operation),
    origins: traced.map(({ origin }) => origin),
    entries,
  };
  return { ...queue, flight, pending: queue.pending.slice(entries.length) };
}

/** The server has what was sent. */
export function landed(queue: Queue, revision: number): Queue {
  if (queue.flight === null) return queue;
  if (queue.pending.length === 0) return { ...queue, revision, flight: null, base: queue.shown };
  const applied = apply(queue.base, queue.flight.operations);
  const base = applied.ok ? applied.draft : queue.base;
  return { ...queue, revision, flight: null, base };
}

export interface Rebased {
  readonly queue: Queue;
  /** Each own entry as it is now, by its id; null: nothing of it fits any more. */
  readonly renewed: ReadonlyMap<number, Entry | null>;
  /** What own nodes are called now whose ids somebody else has taken. */
  readonly ids: NewIds;
  /** How many own operations had to be left out. */
  readonly lost: number;
}

/** Puts what is the server's under what is ours: own edits that are not confirmed are applied again, as far as they fit. */
export function rebased(queue: Queue, base: Draft, revision: number): Rebased {
  const renewed = new Map<number, Entry | null>();
  const pending: Entry[] = [];
  let shown = base;
  let ids: NewIds = new Map();
  let lost = 0;
  for (const entry of [...(queue.flight?.entries ?? []), ...queue.pending]) {
    const fits = refitted(shown, entry.operations, ids);
    ({ ids } = fits);
    lost += fits.lost;
    const applied = apply(shown, fits.operations);
    if (fits.operations.length === 0 || !applied.ok) {
      renewed.set(entry.id, null);
      continue;
    }
    shown = applied.draft;
    const again = { id: entry.id, operations: fits.operations, inverse: compact(applied.inverse) };
    renewed.set(entry.id, again);
    pending.push(again);
  }
  const next = { ...queue, base, revision, flight: null, pending };
  return { queue: { ...next, shown: reconciled(queue.shown, shown) }, renewed, ids, lost };
}

/** Takes one own edit back that the server refused, and keeps the rest. */
export function without(queue: Queue, id: number): Rebased {
  const kept = (entry: Entry): boolean => entry.id !== id;
  const entries = [...(queue.flight?.entries ?? []), ...queue.pending].filter(kept);
  const again = rebased({ ...queue, flight: null, pending: entries }, queue.base, queue.revision);
  return { ...again, renewed: new Map([...again.renewed, [id, null]]) };
}
