import type { NodeStates } from '@/canvas/states';
import type { Motion } from '@/engine/graph';

export interface Lights {
  states: NodeStates;
  /** Whether data still moves along the edges. */
  motion: Motion;
}

const DARK: Lights = { states: new Map(), motion: 'over' };

/** What the canvas shows of an execution, by node id; the same object while nothing has changed. */
export const useLights = (): Lights => DARK;
