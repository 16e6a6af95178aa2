import { CircleAlert, Info } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { cn } from '@/lib/cn';
import { TimeAgo } from '@/ui/time-ago';
import { isLatest, urgentStep } from '../node-states';
import type { Execution, Step } from '../types';

interface ReasonProps {
  execution: Execution;
  nameOf: (nodeId: string) => string;
  onStep: (step: Step) => void;
}

/** Why it stands where it stands, which node that is about, and when it goes on. */
export function Reason({ execution, nameOf, onStep }: ReasonProps) {
  const { t } = useTranslation('executions');
  if (execution.reason === '') return null;
  const isBad = execution.status === 'failed' || execution.status === 'timed_out';
  const step = urgentStep(execution.steps);
  const Icon = isBad ? CircleAlert : Info;
  return (
    <div
      className={cn(
        'flex shrink-0 flex-wrap items-center gap-x-2 border-line border-b px-4 py-1.5 text-fg-2 text-xs',
        isBad ? 'bg-bad-soft' : 'bg-sunken',
      )}
    >
      <Icon className={cn('size-3.5 shrink-0', isBad ? 'text-bad' : 'text-fg-3')} aria-hidden />
      <span>{t(`reason.${execution.reason as 'delay'}`, { defaultValue: execution.reason })}</span>
      {step !== null && (
        <button
          type="button"
          className="min-h-6 rounded-sm font-medium text-fg underline-offset-2 hover:underline"
          onClick={() => onStep(step)}
        >
          {nameOf(step.node_id)}
        </button>
      )}
      {step?.status === 'waiting' && step.wake_at !== null && (
        <span>
          {t(isLatest(execution.reason) ? 'page.wakes_latest' : 'page.wakes')}{' '}
          <TimeAgo at={step.wake_at} />
        </span>
      )}
    </div>
  );
}
