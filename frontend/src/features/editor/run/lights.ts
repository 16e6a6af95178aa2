import { useMemo } from 'react';
import type { NodeStates } from '@/canvas/states';
import type { Motion } from '@/engine/graph';
import { motionOf } from '@/features/executions/facade';
import { useShown, useStates } from './shown';

export interface Lights {
  states: NodeStates;
  /** Whether data still moves along the edges. */
  motion: Motion;
}

/** What the canvas shows of an execution, by node id; the same object while nothing has changed. */
export function useLights(): Lights {
  const { execution } = useShown();
  const states = useStates(execution);
  const motion = execution === undefined ? 'over' : motionOf(execution.status);
  return useMemo(() => ({ states, motion }), [states, motion]);
}
