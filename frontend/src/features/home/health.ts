import type { SchemaExecutionListed } from '@/generated/api';

type Listed = SchemaExecutionListed;

export const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
const BUCKETS = 28;

interface Bucket {
  /** Its beginning. */
  at: number;
  completed: number;
  failed: number;
}

/** How the executions of the last seven days went, or of as much of them as is known. */
export interface Health {
  /** Executions before this are not known, or not meant. */
  from: number;
  to: number;
  buckets: readonly Bucket[];
  total: number;
  failed: number;
  /** Of those that are over; null while none is. */
  successRate: number | null;
  /** Nineteen of twenty took no longer; null while none is over. */
  p95Ms: number | null;
}

const isFailed = ({ status }: Listed): boolean => status === 'failed' || status === 'timed_out';

const tookMs = ({ started_at, ended_at }: Listed): number[] =>
  started_at === null || ended_at === null ? [] : [Date.parse(ended_at) - Date.parse(started_at)];

/** The smallest value that at least `share` of all do not exceed. */
function quantile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}

/** `isWhole`: there are no older ones than these. Else the picture begins with the oldest that is known. */
export function healthOf(executions: readonly Listed[], isWhole: boolean, now: number): Health {
  const times = executions.map(({ created_at }) => Date.parse(created_at));
  const from = isWhole ? now - WEEK_MS : Math.max(now - WEEK_MS, Math.min(now, ...times));
  const meant = executions.filter((_, index) => (times[index] ?? 0) >= from);
  const span = Math.max(1, now - from) / BUCKETS;
  const buckets = Array.from({ length: BUCKETS }, (_, index) => ({
    at: from + index * span,
    completed: 0,
    failed: 0,
  }));
  for (const one of meant) {
    const index = Math.floor((Date.parse(one.created_at) - from) / span);
    const bucket = buckets[Math.min(BUCKETS - 1, Math.max(0, index))];
    if (bucket === undefined) continue;
    if (isFailed(one)) bucket.failed += 1;
    else if (one.status === 'completed') bucket.completed += 1;
  }
  const failed = meant.filter(isFailed).length;
  const completed = meant.filter(({ status }) => status === 'completed').length;
  return {
    from,
    to: now,
    buckets,
    total: meant.length,
    failed,
    successRate: completed + failed === 0 ? null : completed / (completed + failed),
    p95Ms: quantile(meant.flatMap(tookMs), 0.95),
  };
}

export interface FailedWorkflow {
  workflowId: string;
  count: number;
  /** The newest of its failures. */
  last: Listed;
}

/** Failures by workflow, the newest first: ten of one workflow are one thing to look at. */
export function failuresOf(failed: readonly Listed[], now: number): FailedWorkflow[] {
  const byWorkflow = new Map<string, FailedWorkflow>();
  for (const one of failed) {
    if (Date.parse(one.created_at) < now - WEEK_MS) continue;
    const known = byWorkflow.get(one.workflow_id);
    if (known === undefined)
      byWorkflow.set(one.workflow_id, { workflowId: one.workflow_id, count: 1, last: one });
    else known.count += 1;
  }
  return [...byWorkflow.values()];
}

/** Which part of the day it is, for a greeting. */
export function dayPart(hour: number): 'morning' | 'afternoon' | 'evening' {
  if (hour >= 5 && hour < 12) return 'morning';
  return hour >= 12 && hour < 18 ? 'afternoon' : 'evening';
}
