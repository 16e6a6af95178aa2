import { FileUp, Plus } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay, useMe } from '@/features/accounts/facade';
import { FileImport, useNewestWorkflows, useNewWorkflow } from '@/features/workflows/facade';
import { useShortcut } from '@/lib/keys';
import { useTitle } from '@/lib/title';
import { Button } from '@/ui/button';
import { Failure } from '@/ui/failure';
import { Skeleton } from '@/ui/skeleton';
import { useHome, useNewestExecutions } from '../api';
import { type Matter, mattersOf } from '../attention';
import { dayPart } from '../health';
import { FirstSteps } from './first-steps';
import { HealthCard } from './health-card';
import { NeedsYou } from './needs-you';
import { Recent } from './recent';

function Actions() {
  const { t } = useTranslation('workflows');
  const { create, isCreating } = useNewWorkflow();
  useShortcut('create', create);
  return (
    <div className="flex gap-2">
      <FileImport isOn>
        {(open) => (
          <Button onClick={open}>
            <FileUp aria-hidden />
            {t('import')}
          </Button>
        )}
      </FileImport>
      <Button look="primary" isBusy={isCreating} onClick={create}>
        <Plus aria-hidden />
        {t('new')}
      </Button>
    </div>
  );
}

/** "One thing needs a look." */
function Summary({ matters }: { matters: readonly Matter[] | null }) {
  const { t } = useTranslation('home');
  if (matters === null) return <Skeleton className="mt-2 w-64" />;
  return (
    <p className="text-fg-2">
      {matters.length === 0 ? t('healthy') : t('look', { count: matters.length })}
    </p>
  );
}

/** The first page: how it went, what waits for somebody, what ran last; for a new tenant the first step. */
export default function HomePage() {
  const { t } = useTranslation('home');
  useTitle(t('title'));
  const { data: me } = useMe();
  const mayCreate = useMay('workflow.create');
  const mayRead = useMay('execution.read');
  const workflows = useNewestWorkflows();
  const home = useHome();
  const newest = useNewestExecutions(mayRead);
  const isNew = workflows.data?.results.length === 0;
  const name = me?.name.split(' ')[0] ?? '';
  const greeting = dayPart(new Date().getHours());
  const said = home.data;
  const matters = useMemo(() => (said === undefined ? null : mattersOf(said, t)), [said, t]);
  // What was read before stays: only a page that has nothing says why.
  const broken = [workflows, home, newest].find(
    (one) => one.error !== null && one.data === undefined,
  );
  if (broken?.error != null)
    return <Failure error={broken.error} onRetry={() => void broken.refetch()} />;
  return (
    <div className="mx-auto flex w-full max-w-[1000px] flex-col gap-5 p-4 sm:p-8">
      <header className="flex flex-wrap items-center gap-x-4 gap-y-3">
        <div className="min-w-0 flex-1 max-sm:basis-full">
          <h1 className="truncate font-semibold text-xl">
            {name === '' ? t(`greeting.${greeting}`) : t(`greeting_name.${greeting}`, { name })}
          </h1>
          {!isNew && <Summary matters={matters} />}
        </div>
        {mayCreate && !isNew && <Actions />}
      </header>
      {isNew ? (
        <FirstSteps mayCreate={mayCreate} />
      ) : (
        <>
          {said?.health !== null && (
            <HealthCard health={said?.health ?? null} waiting={said?.approvals?.count ?? null} />
          )}
          <div className="grid items-start gap-5 lg:grid-cols-2">
            <NeedsYou matters={matters} />
            {mayRead && <Recent executions={newest.data ?? null} />}
          </div>
        </>
      )}
    </div>
  );
}
