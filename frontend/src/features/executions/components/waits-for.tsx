import { useTranslation } from 'react-i18next';
import { CopyButton } from '@/ui/copy-button';
import { TimeAgo } from '@/ui/time-ago';
import { isLatest } from '../node-states';
import type { Step } from '../types';

/** What a waiting step waits for, until when, and where it is called, if whoever looks may know that. */
export function WaitsFor({ step }: { step: Step }) {
  const { t } = useTranslation('executions');
  const wait = step.waits_for;
  if (step.status !== 'waiting' || wait === null) return null;
  const url = wait.url;
  return (
    <div className="flex flex-col gap-1 text-warn">
      <p>
        {t(`reason.${wait.reason as 'delay'}`, { defaultValue: wait.reason })}{' '}
        {wait.until !== null && (
          <>
            {t(isLatest(wait.reason) ? 'page.wakes_latest' : 'page.wakes')}{' '}
            <TimeAgo at={wait.until} />
          </>
        )}
      </p>
      {url !== undefined && (
        <p className="flex items-center gap-1 text-fg-2 text-xs">
          <span className="shrink-0">{t('wait.address')}</span>
          <code className="min-w-0 truncate">{url}</code>
          <CopyButton text={() => url} label={t('wait.copy')} />
        </p>
      )}
    </div>
  );
}
