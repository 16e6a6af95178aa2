import type { SchemaExecutionShown, SchemaStepShown } from '@/generated/api';
import type { Attempt, Decision, Execution, ExecutionError, Step } from './types';

const objectOf = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** The API says of errors and attempts only that they are JSON; here they get their shape. */
export function readError(value: unknown): ExecutionError | null {
  const error = objectOf(value);
  if (error === null) return null;
  return {
    code: textOf(error.code) ?? 'unknown',
    message: textOf(error.message) ?? '',
    node: textOf(error.node),
    status: numberOf(error.status),
  };
}

function readAttempts(value: unknown): Attempt[] {
  if (!Array.isArray(value)) return [];
  return (value as unknown[]).flatMap((one, index) => {
    const attempt = objectOf(one);
    if (attempt === null) return [];
    return [
      {
        attempt: numberOf(attempt.attempt) ?? index + 1,
        endedAt: textOf(attempt.ended_at),
        error: readError(attempt.error),
      },
    ];
  });
}

function readDecision(value: unknown): Decision | null {
  const decision = objectOf(value)?.decision;
  return decision === 'rerun' || decision === 'fail' ? decision : null;
}

export const readStep = (step: SchemaStepShown): Step => ({
  ...step,
  attempts: readAttempts(step.attempts),
  error: readError(step.error),
  decision: readDecision(step.error),
});

export const readExecution = (shown: SchemaExecutionShown): Execution => ({
  ...shown,
  error: readError(shown.error),
  steps: (shown.steps ?? []).map(readStep),
});
