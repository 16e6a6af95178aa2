import { CircleAlert, Pencil, Pin, RotateCw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Execution, Step } from '@/features/executions/facade';
import { Button } from '@/ui/button';
import { Disclosure } from '@/ui/disclosure';
import { JsonTree } from '@/ui/json-view';
import { TimeAgo } from '@/ui/time-ago';
import { useNodeActions } from './acting';
import { useLastGood } from './last-good';
import { useRunner } from './running';
import { run } from './store';

interface ErrorCardProps {
  execution: Execution;
  step: Step;
}

/** Pins what the node gave the last time that it went well, so that what comes after it can be tried meanwhile. */
function PinLastGood({ execution, step }: ErrorCardProps) {
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

/** Why a node failed, what the other side said, and what can be done about it. */
export function ErrorCard({ execution, step }: ErrorCardProps) {
  const { t } = useTranslation('run');
  const { canRetry, retry, refusal } = useNodeActions();
  const { isStarting } = useRunner();
  const { error } = step;
  if (error === null) return null;
  const tries = Math.max(step.attempt, step.attempts.length);
  return (
    <div className="flex gap-2.5 rounded-lg border border-bad/40 bg-bad-soft px-3 py-2.5 text-sm">
      <CircleAlert className="mt-0.5 size-4 shrink-0 text-bad" aria-hidden />
      <div className="flex min-w-0 flex-1 flex-col gap-1.5">
        <p className="font-medium text-bad">
          {[error.status, error.code].filter((part) => part !== null).join(' · ')}
        </p>
        <p className="break-words text-fg-2">{error.message}</p>
        <p className="text-fg-2 text-xs">
          {tries > 1 && t('error.attempts', { count: tries })}{' '}
          {step.wake_at !== null && (
            <>
              {t('error.next')} <TimeAgo at={step.wake_at} />
            </>
          )}
        </p>
        {step.output !== null && (
          <Disclosure summary={t('error.response')} className="text-xs">
            <div className="mt-1 max-h-48 overflow-auto rounded-md border border-line bg-panel p-2">
              <JsonTree value={step.output} />
            </div>
          </Disclosure>
        )}
        <div className="flex flex-wrap gap-2 empty:hidden">
          <Button
            size="sm"
            look="primary"
            isBusy={isStarting}
            disabled={!canRetry}
            title={refusal ?? undefined}
            onClick={retry}
          >
            <RotateCw aria-hidden />
            {t('retry.here')}
          </Button>
          <Button size="sm" disabled={!canRetry} onClick={() => run.retrying(step.node_id)}>
            <Pencil aria-hidden />
            {t('retry.edit')}
          </Button>
          <PinLastGood execution={execution} step={step} />
        </div>
      </div>
    </div>
  );
}
