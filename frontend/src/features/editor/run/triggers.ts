import type { DocumentNode, WorkflowDocument } from '@/engine/document';
import type { Order } from './store';

/** The triggers of a draft, in its order. */
export const triggersOf = (document: WorkflowDocument): DocumentNode[] =>
  document.nodes.filter(({ type }) => type.startsWith('trigger:'));

/** The trigger that a run starts at: the chosen one, else the manual one, else the first. */
export function triggerOf(document: WorkflowDocument, order: Order): DocumentNode | undefined {
  const all = triggersOf(document);
  return (
    all.find(({ id }) => id === order.trigger) ??
    all.find(({ type }) => type === 'trigger:manual') ??
    all[0]
  );
}
