import { apply } from './apply';
import type { Draft, Operation } from './operations';

/** The operation, where its index lies in a list that is shorter by now, meant for the end. */
export function withinList(draft: Draft, operation: Operation): Operation {
  if (operation.op !== 'node.add' && operation.op !== 'edge.add') return operation;
  const { nodes, edges } = draft.definition;
  const { length } = operation.op === 'node.add' ? nodes : edges;
  if (operation.at === undefined || operation.at <= length) return operation;
  return operation.op === 'node.add'
    ? { op: operation.op, node: operation.node }
    : { op: operation.op, edge: operation.edge };
}

/** Those of the operations that can be applied, one after the other. */
export function fitting(draft: Draft, operations: readonly Operation[]): Operation[] {
  let here = draft;
  return operations.flatMap((operation) => {
    const within = withinList(here, operation);
    const applied = apply(here, [within]);
    if (applied.ok) here = applied.draft;
    return applied.ok ? [within] : [];
  });
}
