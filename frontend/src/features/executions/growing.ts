import { create } from 'zustand';
import type { Growth } from '@/engine/growth';
import type { Step } from './types';

const placeOf = (execution: string, scope: string, nodeId: string): string =>
  `${execution} ${scope}/${nodeId}`;

/** The texts that grow in the executions that are watched; the server keeps none of them. */
const useTexts = create<{ texts: Readonly<Record<string, Growth>> }>(() => ({ texts: {} }));

/** Takes how far a text has come. */
export function grow(growth: Growth): void {
  const place = placeOf(growth.execution, growth.scope, growth.node_id);
  useTexts.setState(({ texts }) => ({ texts: { ...texts, [place]: growth } }));
}

/** Forgets the texts of an execution that nobody watches any more. */
export function forgetTexts(execution: string): void {
  useTexts.setState(({ texts }) => ({
    texts: Object.fromEntries(
      Object.entries(texts).filter(([, growth]) => growth.execution !== execution),
    ),
  }));
}

/** The text of a step that runs, as far as it has come; undefined if it has none. */
export function useGrowingText(executionId: string, step: Step): Growth | undefined {
  const place = placeOf(executionId, step.scope, step.node_id);
  const growth = useTexts((state) => state.texts[place]);
  if (growth === undefined || step.status !== 'running') return undefined;
  // What an earlier attempt had said is over.
  return growth.attempt < step.attempt ? undefined : growth;
}
