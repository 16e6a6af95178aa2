import { useTranslation } from 'react-i18next';
import { cn } from '@/lib/cn';
import { Disclosure } from '@/ui/disclosure';
import { Skeleton } from '@/ui/skeleton';
import { useStepLog } from '../api';
import type { Step } from '../types';

const TONES: Readonly<Record<string, string>> = { error: 'text-bad', warning: 'text-warn' };

/** What the node wrote: the console of a script, and what the node itself said. */
export function StepLog({ executionId, step }: { executionId: string; step: Step }) {
  const { t } = useTranslation('executions');
  const log = useStepLog(executionId, step);
  if (!step.has_log) return null;
  return (
    <Disclosure
      summary={t('detail.log')}
      isOpen
      className="rounded-lg border border-line px-2.5 py-1"
    >
      {log.data === undefined ? (
        <Skeleton className="my-2 w-64" />
      ) : (
        <ol
          aria-label={t('detail.log')}
          className="mt-1 max-h-40 overflow-auto border-line border-t py-1 font-mono text-xs"
        >
          {log.data.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines only ever come as a whole
            <li key={index} className={cn('whitespace-pre-wrap py-0.5', TONES[line.level])}>
              {line.text}
            </li>
          ))}
        </ol>
      )}
    </Disclosure>
  );
}
