import { apply } from './apply';
import { compact, compactTraced } from './compact';
import { reconciled } from './diff';
import type { Draft } from './operations';
import { type Entry, LIMIT, type Queue } from './queue';
import { type NewIds, refitted } from './refitting';

/** The most letters that one request carries. */
const LARGEST = 1_000_000;

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
