import { useMemo } from 'react';
import { motionOf, nodeStatesOf } from '@/features/executions/facade';
import type { Lights } from './dark';
import { stepsIn } from './passes';
import { useShown, useStates } from './shown';
import { useRun } from './store';

/**
 * What the canvas shows of an execution, by node id; the same object while nothing has changed. Where somebody looks at one
 * pass of a loop, the cards show that pass.
 */
export function useLights(): Lights {
  const { execution } = useShown();
  const whole = useStates(execution);
  const pass = useRun(({ passes }) => passes[execution?.id ?? '']);
  const steps = execution?.steps;
  const states = useMemo(
    () => (pass === undefined || steps === undefined ? whole : nodeStatesOf(stepsIn(steps, pass))),
    [whole, steps, pass],
  );
  const motion = execution === undefined ? 'over' : motionOf(execution.status);
  return useMemo(() => ({ states, motion }), [states, motion]);
}
