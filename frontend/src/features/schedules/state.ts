import type { Schedule } from './api';

export const STATES = ['on', 'paused', 'inactive'] as const;

export type State = (typeof STATES)[number];

export const isState = (value: string | null): value is State =>
  STATES.some((state) => state === value);

/** Whether a schedule fires; a workflow that is not active fires none, whatever its switch says. */
export function stateOf(schedule: Schedule): State {
  if (!schedule.is_active) return 'inactive';
  return schedule.is_paused ? 'paused' : 'on';
}
