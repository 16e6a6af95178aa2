import { useTranslation } from 'react-i18next';
import type { SchemaLogLine } from '@/generated/api';
import { cn } from '@/lib/cn';
import { timeOfDay } from '@/lib/format';
import { Button } from '@/ui/button';
import { Disclosure } from '@/ui/disclosure';
import { Skeleton } from '@/ui/skeleton';
import { useStepLog } from '../api';
import type { Step } from '../types';

const TONES: Readonly<Record<string, string>> = { error: 'text-bad', warning: 'text-warn' };

function Lines({ lines }: { lines: readonly SchemaLogLine[] }) {
  const { t, i18n } = useTranslation('executions');
  return (
    <ol
      aria-label={t('detail.log')}
      className="mt-1 max-h-40 overflow-auto border-line border-t py-1 font-mono text-xs"
    >
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines only ever come as a whole
        <li key={index} className="flex flex-wrap gap-x-3 py-0.5 md:flex-nowrap">
          <time dateTime={line.at} className="shrink-0 text-fg-3">
            {timeOfDay(line.at, i18n.language)}
          </time>
          <span className={cn('w-14 shrink-0 text-fg-3', TONES[line.level])}>{line.level}</span>
          <span
            className={cn(
              'min-w-0 basis-full whitespace-pre-wrap break-words md:basis-auto',
              TONES[line.level],
            )}
          >
            {line.text}
          </span>
        </li>
      ))}
    </ol>
  );
}

/** What the node wrote: the console of a script, and what the node itself said. */
export function StepLog({ executionId, step }: { executionId: string; step: Step }) {
  const { t } = useTranslation(['executions', 'common']);
  const log = useStepLog(executionId, step);
  if (!step.has_log) return null;
  return (
    <Disclosure
      summary={t('detail.log')}
      isOpen
      className="rounded-lg border border-line px-2.5 py-1"
    >
      {log.isPending && <Skeleton className="my-2 w-64" />}
      {log.isError && (
        <p role="alert" className="flex flex-wrap items-center gap-2 py-1 text-bad">
          {log.error.message}
          <Button size="sm" onClick={() => void log.refetch()}>
            {t('common:retry')}
          </Button>
        </p>
      )}
      {log.data !== undefined && <Lines lines={log.data} />}
    </Disclosure>
  );
}
