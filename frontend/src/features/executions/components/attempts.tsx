import { useTranslation } from 'react-i18next';
import { Disclosure } from '@/ui/disclosure';
import { TimeAgo } from '@/ui/time-ago';
import type { Step } from '../types';

/** The tries of one step that failed, each with its reason. One that failed at once has told it already. */
export function Attempts({ step }: { step: Step }) {
  const { t } = useTranslation('executions');
  const isToldAlready = step.attempts.length === 1 && step.error !== null;
  if (step.attempts.length === 0 || isToldAlready) return null;
  return (
    <Disclosure
      summary={t('detail.attempts_count', { count: step.attempt })}
      className="rounded-lg border border-line px-2.5 py-1"
    >
      <ol className="mt-1 border-line border-t py-1">
        {step.attempts.map((attempt) => (
          <li key={attempt.attempt} className="flex items-baseline gap-3 py-1 pl-5 text-xs">
            <span className="shrink-0 text-fg-2 tabular-nums">
              {t('detail.attempt', { number: attempt.attempt })}
            </span>
            <span className="min-w-0 flex-1 truncate text-bad" title={attempt.error?.message}>
              {attempt.error?.message}
            </span>
            {attempt.endedAt !== null && (
              <TimeAgo at={attempt.endedAt} className="shrink-0 text-fg-2" />
            )}
          </li>
        ))}
      </ol>
    </Disclosure>
  );
}
