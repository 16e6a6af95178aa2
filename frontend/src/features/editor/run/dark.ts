import type { NodeStates } from '@/canvas/states';
import type { Motion } from '@/engine/graph';

/** What the canvas shows of an execution, by node id. */
export interface Lights {
  states: NodeStates;
  /** Whether data still moves along the edges. */
  motion: Motion;
}

/** No execution is shown. */
export const DARK: Lights = { states: new Map(), motion: 'over' };

/** The execution that is shown stands in the address, so that it can be shared and the way back works. */
export const SHOWN = 'execution';
