import { useTranslation } from 'react-i18next';
import { TimeAgo } from '@/ui/time-ago';
import type { Step } from '../types';

/** The tries of one step that failed, each with its reason. */
export function Attempts({ step }: { step: Step }) {
  const { t } = useTranslation('executions');
  if (step.attempts.length === 0) return null;
  return (
    <details className="rounded-lg border border-line">
      <summary className="px-3 py-1.5 text-fg-2 hover:text-fg">
        {t('detail.attempts_count', { count: step.attempt })}
      </summary>
      <ol className="border-line border-t">
        {step.attempts.map((attempt) => (
          <li key={attempt.attempt} className="flex items-baseline gap-3 px-3 py-1 text-xs">
            <span className="shrink-0 text-fg-2">
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
    </details>
  );
}
