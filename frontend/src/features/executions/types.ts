import type { Motion } from '@/engine/graph';
import type { SchemaExecutionListed, SchemaExecutionShown, SchemaStepShown } from '@/generated/api';

export type ExecutionSummary = SchemaExecutionListed;
export type ExecutionStatus = SchemaExecutionListed['status'];

/** Why a node or an execution failed, as the engine recorded it. */
export interface ExecutionError {
  code: string;
  message: string;
  node: string | null;
  /** The HTTP status that the other side answered, if one did. */
  status: number | null;
}

/** A try that failed; the last one of a completed step is the step itself. */
export interface Attempt {
  attempt: number;
  endedAt: string | null;
  error: ExecutionError | null;
}

/** What a person says of a step whose worker vanished in the middle. */
export type Decision = 'rerun' | 'fail';

/** Where a finished execution begins again, and in which version. */
export type RetryFrom = 'start' | 'failed' | 'node';
export type RetryVersion = 'same' | 'newest';

export interface RetryOrder {
  start_at: RetryFrom;
  version: RetryVersion;
  /** Where it begins, if that is a node. */
  node_id?: string;
  /** Left out: the data that it was started with, as they are stored. */
  input?: unknown;
}

export interface Step extends Omit<SchemaStepShown, 'attempts' | 'error'> {
  attempts: readonly Attempt[];
  error: ExecutionError | null;
  /** What somebody has decided and no worker has carried out yet. */
  decision: Decision | null;
}

export interface Execution extends Omit<SchemaExecutionShown, 'error' | 'steps'> {
  error: ExecutionError | null;
  steps: readonly Step[];
}

export const STATUSES = [
  'queued',
  'running',
  'waiting',
  'paused',
  'cancelling',
  'completed',
  'failed',
  'cancelled',
  'timed_out',
] as const satisfies readonly ExecutionStatus[];

const FINAL = new Set<string>(['completed', 'failed', 'cancelled', 'timed_out']);

/** A finished execution never changes again. */
export const isFinal = (status: string): boolean => FINAL.has(status);

/** Whether data still moves along the graph's edges. */
export function motionOf(status: string): Motion {
  if (isFinal(status)) return 'over';
  return status === 'paused' ? 'paused' : 'moving';
}

export const isStatus = (value: string | null): value is ExecutionStatus =>
  value !== null && (STATUSES as readonly string[]).includes(value);
