import type { Step } from '../types';
import { Approval } from './approval';
import { Attempts } from './attempts';
import { Decide } from './decide';
import { ErrorCard } from './error-card';
import { StepLog } from './step-log';
import { StepOrigin } from './step-origin';
import { WaitsFor } from './waits-for';

interface StepNotesProps {
  executionId: string;
  step: Step;
  /** False where the error is told elsewhere. */
  showsError?: boolean;
}

/** What is to be said of a step beside its input and output: why it failed, what it waits for, what it wrote. */
export default function StepNotes({ executionId, step, showsError = true }: StepNotesProps) {
  const isUnknown = step.status === 'unknown';
  const isAsked = step.status === 'waiting' && step.waits_for?.reason === 'approval';
  const hasAttempts = step.attempts.length > 0;
  const isFromElsewhere = step.is_pinned || step.copied_from !== null;
  const hasNews = hasAttempts || step.waits_for !== null || step.has_log || isFromElsewhere;
  const hasError = showsError && step.error !== null;
  if (!isUnknown && !hasError && !hasNews) return null;
  return (
    <div className="flex flex-col gap-2 border-line border-b px-4 py-3">
      {isUnknown && <Decide executionId={executionId} step={step} />}
      {showsError && step.error !== null && !isUnknown && <ErrorCard error={step.error} />}
      {isAsked && <Approval executionId={executionId} step={step} />}
      <WaitsFor step={step} />
      <StepOrigin step={step} />
      <Attempts step={step} />
      <StepLog executionId={executionId} step={step} />
    </div>
  );
}
