import type { Operation, Patch } from './operations';
import { overlap } from './pointers';

interface Traced {
  readonly operation: Operation;
  /** The number it was given with. */
  readonly origin: number;
}

const setsOnly = (patch: Patch): boolean => (patch.unset ?? []).length === 0;

/** Whether the places that `next` sets are those of `last`, or apart from them: then their order does not matter. */
function mayJoin(last: Patch, next: Patch): boolean {
  if (!setsOnly(last) || !setsOnly(next)) return false;
  return Object.keys(next.set ?? {}).every((place) =>
    Object.keys(last.set ?? {}).every((other) => place === other || !overlap(place, other)),
  );
}

/** The name under which a later operation finds the one that it may be joined to. */
function slotOf(operation: Operation): string | null {
  switch (operation.op) {
    case 'node.move':
    case 'node.patch':
      return `${operation.op} ${operation.id}`;
    case 'meta.patch':
    case 'workflow.patch':
      return operation.op;
    case 'node.add':
    case 'node.remove':
    case 'edge.add':
    case 'edge.patch':
    case 'edge.remove':
      return null;
  }
}

/** The two as one; null: they have to stay two. */
function joined(last: Operation, next: Operation): Operation | null {
  if (last.op === 'node.move' && next.op === 'node.move') return next;
  if (last.op === 'workflow.patch' && next.op === 'workflow.patch')
    return { ...next, set: { ...last.set, ...next.set } };
  const arePatches =
    (last.op === 'node.patch' && next.op === 'node.patch') ||
    (last.op === 'meta.patch' && next.op === 'meta.patch');
  return arePatches && mayJoin(last, next) ? { ...next, set: { ...last.set, ...next.set } } : null;
}

/** Fewer operations that come to the same: of several moves of a node the last, of several values of a field too. */
export function compactTraced(operations: readonly Traced[]): Traced[] {
  const kept: Traced[] = [];
  const places = new Map<string, number>();
  for (const traced of operations) {
    const { operation } = traced;
    const slot = slotOf(operation);
    const at = slot === null ? undefined : places.get(slot);
    const last = at === undefined ? undefined : kept[at];
    const both = last === undefined ? null : joined(last.operation, operation);
    if (both !== null && at !== undefined) {
      kept[at] = { ...traced, operation: both };
      continue;
    }
    if (operation.op === 'node.add' || operation.op === 'node.remove') {
      const id = operation.op === 'node.add' ? operation.node.id : operation.id;
      places.delete(`node.move ${id}`);
      places.delete(`node.patch ${id}`);
    }
    if (slot !== null) places.set(slot, kept.length);
    kept.push(traced);
  }
  return kept;
}

export const compact = (operations: readonly Operation[]): Operation[] =>
  compactTraced(operations.map((operation) => ({ operation, origin: 0 }))).map(
    ({ operation }) => operation,
  );
