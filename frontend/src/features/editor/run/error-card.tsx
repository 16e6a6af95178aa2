import { CircleAlert, Pencil, Pin, RotateCw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Execution, Step } from '@/features/executions/facade';
import { Button } from '@/ui/button';
import { Disclosure } from '@/ui/disclosure';
import { JsonTree } from '@/ui/json-view';
import { TimeAgo } from '@/ui/time-ago';
import { useNodeActions, useRuns, useSelectedNode } from './acting';
import { useLastGood } from './last-good';
import { useRunner } from './running';
import { useShown } from './shown';
import { run } from './store';

interface ErrorTextProps {
  step: Step;
  /** False where the attempts are listed beside it. */
  isCounted?: boolean;
}

/** Why a node failed, which attempt it was, when the next one comes, and what the other side said. */
export function ErrorText({ step, isCounted = true }: ErrorTextProps) {
  const { t } = useTranslation('run');
  const { error } = step;
  if (error === null) return null;
  const tries = isCounted ? Math.max(step.attempt, step.attempts.length) : 0;
  return (
    <div className="flex flex-col gap-1 rounded-lg border border-bad/40 bg-bad-soft px-3 py-2">
      <p className="flex items-center gap-1.5 font-medium text-bad">
        <CircleAlert className="size-4 shrink-0" aria-hidden />
        {[error.status, error.code].filter((part) => part !== null).join(' · ')}
      </p>
      <p className="break-words text-fg-2">{error.message}</p>
      {(tries > 1 || step.wake_at !== null) && (
        <p className="text-fg-2 text-xs">
          {tries > 1 && t('error.attempts', { count: tries })}{' '}
          {step.wake_at !== null && (
            <>
              {t('error.next')} <TimeAgo at={step.wake_at} />
            </>
          )}
        </p>
      )}
      {step.output !== null && (
        <Disclosure summary={t('error.response')} className="text-xs">
          <div className="mt-1 max-h-48 overflow-auto rounded-md border border-line bg-panel p-2">
            <JsonTree value={step.output} />
          </div>
        </Disclosure>
      )}
    </div>
  );
}

interface FailedProps {
  execution: Execution;
  step: Step;
}

/** Pins what the node gave the last time that it went well, so that what comes after it can be tried meanwhile. */
function PinLastGood({ execution, step }: FailedProps) {
  const { t } = useTranslation('run');
  const { isPinned } = useNodeActions();
  const { isThere, isBusy, pin } = useLastGood(execution.workflow_id, step.node_id);
  if (isPinned || !isThere) return null;
  return (
    <Button size="sm" isBusy={isBusy} onClick={pin}>
      <Pin aria-hidden />
      {t('error.pin_last')}
    </Button>
  );
}

function Ways({ execution, step }: FailedProps) {
  const { t } = useTranslation('run');
  const { canRetry, retry, refusal } = useNodeActions();
  const { isStarting } = useRunner();
  const why = refusal ?? (canRetry ? undefined : t('refused.still_running'));
  return (
    <div className="flex flex-wrap gap-2">
      <Button
        size="sm"
        look="primary"
        isBusy={isStarting}
        disabled={!canRetry}
        title={why}
        onClick={retry}
      >
        {!isStarting && <RotateCw aria-hidden />}
        {t('retry.here')}
      </Button>
      <Button size="sm" disabled={!canRetry} title={why} onClick={() => run.retrying(step.node_id)}>
        <Pencil aria-hidden />
        {t('retry.edit')}
      </Button>
      <PinLastGood execution={execution} step={step} />
    </div>
  );
}

/** Above the selected node's fields: that it failed in the shown execution, why, and what can be done. Reads the store. */
export function NodeError() {
  const { execution } = useShown();
  const node = useSelectedNode();
  const { step } = useRuns(execution, node?.id);
  if (execution === undefined || step === undefined || step.error === null) return null;
  return (
    <div className="mx-4 mt-4 flex flex-col gap-2">
      <ErrorText step={step} />
      <Ways execution={execution} step={step} />
    </div>
  );
}
