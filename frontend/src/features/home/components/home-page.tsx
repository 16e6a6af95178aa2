import { FileUp, Plus } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay, useMe } from '@/features/accounts/facade';
import { FileImport, useNewWorkflow, useWorkflows } from '@/features/workflows/facade';
import { useNow } from '@/lib/clock';
import { useShortcut } from '@/lib/keys';
import { useTitle } from '@/lib/title';
import { Button } from '@/ui/button';
import { Failure } from '@/ui/failure';
import { Skeleton } from '@/ui/skeleton';
import { useExpiring, useNewestExecutions, useTroubles } from '../api';
import { type Matter, useMatters } from '../attention';
import { dayPart, failuresOf, healthOf } from '../health';
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
  const pressing = matters.filter(({ kind }) => kind !== 'draft').length;
  return (
    <p className="text-fg-2">{pressing === 0 ? t('healthy') : t('look', { count: pressing })}</p>
  );
}

/** What the page knows, as far as the person may; null while it is not there. */
function useKnown() {
  const mayRead = useMay('execution.read');
  const mayCredentials = useMay('credential.read');
  const workflows = useWorkflows();
  const newest = useNewestExecutions(mayRead);
  const troubles = useTroubles(mayRead);
  const expiring = useExpiring(mayCredentials);
  const mattersOf = useMatters();
  const now = useNow();
  const rows = workflows.data?.pages.flatMap((page) => page.results);
  const isThere =
    rows !== undefined &&
    (!mayRead || troubles.data !== undefined) &&
    (!mayCredentials || !expiring.isPending);
  const health = useMemo(
    () => (newest.data === undefined ? null : healthOf(newest.data.rows, newest.data.isWhole, now)),
    [newest.data, now],
  );
  return {
    mayRead,
    workflows: rows,
    executions: newest.data?.rows ?? null,
    isWhole: newest.data?.isWhole ?? true,
    health,
    waiting: troubles.data?.approvals.length ?? null,
    matters: isThere
      ? mattersOf({
          failures: failuresOf(troubles.data?.failed ?? [], now),
          approvals: troubles.data?.approvals ?? [],
          credentials: expiring.data ?? [],
          drafts: rows.filter(({ live_version }) => live_version === null),
        })
      : null,
    error: workflows.error ?? newest.error ?? troubles.error,
    retry: (): void => {
      for (const one of [workflows, newest, troubles]) void one.refetch();
    },
  };
}

/** The first page: how it went, what waits for somebody, what ran last; for a new tenant the first step. */
export default function HomePage() {
  const { t } = useTranslation('home');
  useTitle(t('title'));
  const { data: me } = useMe();
  const mayCreate = useMay('workflow.create');
  const known = useKnown();
  const isNew = known.workflows?.length === 0;
  const name = me?.name.split(' ')[0] ?? '';
  const greeting = dayPart(new Date().getHours());
  if (known.error !== null && (known.workflows === undefined || known.executions === null))
    return <Failure error={known.error} onRetry={known.retry} />;
  return (
    <div className="mx-auto flex w-full max-w-[1000px] flex-col gap-5 p-4 sm:p-8">
      <header className="flex flex-wrap items-center gap-x-4 gap-y-3">
        <div className="min-w-0 flex-1 max-sm:basis-full">
          <h1 className="truncate font-semibold text-xl">
            {name === '' ? t(`greeting.${greeting}`) : t(`greeting_name.${greeting}`, { name })}
          </h1>
          {!isNew && <Summary matters={known.matters} />}
        </div>
        {mayCreate && !isNew && <Actions />}
      </header>
      {isNew ? (
        <FirstSteps mayCreate={mayCreate} />
      ) : (
        <>
          {known.mayRead && (
            <HealthCard health={known.health} isWhole={known.isWhole} waiting={known.waiting} />
          )}
          <div className="grid items-start gap-5 lg:grid-cols-2">
            <NeedsYou matters={known.matters} />
            {known.mayRead && <Recent executions={known.executions} />}
          </div>
        </>
      )}
    </div>
  );
}
