import { FileJson2, SearchX, Sparkles, Workflow as WorkflowIcon } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/accounts/facade';
import { cn } from '@/lib/cn';
import { useShortcut } from '@/lib/keys';
import { useCurrentRow, useFilter } from '@/lib/list';
import { useTitle } from '@/lib/title';
import { Button } from '@/ui/button';
import { Failure } from '@/ui/failure';
import { FilterField } from '@/ui/filter-field';
import { Notice } from '@/ui/notice';
import { PageHeader } from '@/ui/page-header';
import { Skeleton } from '@/ui/skeleton';
import { useWorkflows } from '../api';
import type { WorkflowSummary } from '../types';
import { ROW_GRID, type RowSlots, WorkflowRow } from './workflow-row';

const JsonDialog = lazy(() => import('./json-dialog'));
const RunDialog = lazy(() => import('./run-dialog'));

const Rows = () => (
  <div aria-busy>
    {['w-44', 'w-56', 'w-36', 'w-48', 'w-40'].map((width) => (
      <div
        key={width}
        className="flex h-12 items-center gap-8 border-line border-b px-4 last:border-b-0"
      >
        <Skeleton className={width} />
        <Skeleton className="ml-auto w-16" />
        <Skeleton className="w-28" />
        <Skeleton className="h-7 w-16 rounded-md" />
      </div>
    ))}
  </div>
);

function ColumnHeads() {
  const { t } = useTranslation('workflows');
  return (
    <li
      aria-hidden
      className={cn(
        'hidden h-9 items-center gap-x-6 border-line border-b px-4 font-medium text-fg-2 text-xs lg:grid',
        ROW_GRID,
      )}
    >
      <span>{t('column.name')}</span>
      <span>{t('column.trigger')}</span>
      <span>{t('column.state')}</span>
      <span>{t('column.last')}</span>
      <span />
    </li>
  );
}

interface ListProps {
  workflows: readonly WorkflowSummary[];
  slots: (workflowId: string) => RowSlots;
  onRun: (workflow: WorkflowSummary) => void;
}

function List({ workflows, slots, onRun }: ListProps) {
  const { t } = useTranslation('workflows');
  const current = useCurrentRow(workflows.length);
  return (
    <ul
      aria-label={t('title')}
      className="lg:grid lg:grid-cols-[minmax(0,1fr)_auto_auto_minmax(190px,auto)_auto] lg:gap-x-6"
    >
      <ColumnHeads />
      {workflows.map((workflow, index) => (
        <WorkflowRow
          key={workflow.id}
          workflow={workflow}
          slots={slots(workflow.id)}
          isCurrent={index === current}
          onRun={() => onRun(workflow)}
        />
      ))}
    </ul>
  );
}

/** All workflows. `slots` gives what other features show in the row of a workflow. */
export default function WorkflowsPage({ slots }: Pick<ListProps, 'slots'>) {
  const { t } = useTranslation(['workflows', 'common']);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useWorkflows();
  useTitle(t('title'));
  const { query, setQuery, field } = useFilter();
  const [creating, setCreating] = useState<'blank' | 'example' | null>(null);
  const [running, setRunning] = useState<WorkflowSummary | null>(null);
  const mayCreate = useMay('workflow.create');
  useShortcut('create', () => setCreating('blank'), mayCreate);
  const all = data?.pages.flatMap((page) => page.results);
  const shown = all?.filter((one) => one.name.toLowerCase().includes(query.toLowerCase()));
  const create = mayCreate && (
    <Button look="primary" size="sm" onClick={() => setCreating('blank')}>
      <FileJson2 aria-hidden />
      {t('new')}
    </Button>
  );
  return (
    <div className="flex min-h-full flex-col">
      <PageHeader title={t('title')}>
        <FilterField ref={field} label={t('filter')} value={query} onChange={setQuery} />
        {create}
      </PageHeader>
      <div className="mx-auto w-full max-w-[1240px] p-3 sm:p-6">
        <div className="overflow-hidden rounded-xl border border-line bg-panel shadow-1">
          {all === undefined && error === null && <Rows />}
          {all === undefined && error !== null && (
            <Failure error={error} onRetry={() => void refetch()} />
          )}
          {all?.length === 0 && (
            <Notice icon={WorkflowIcon} title={t('empty_title')} text={t('empty')}>
              {mayCreate && (
                <Button look="primary" onClick={() => setCreating('example')}>
                  <Sparkles aria-hidden />
                  {t('empty_example')}
                </Button>
              )}
              {mayCreate && (
                <Button onClick={() => setCreating('blank')}>{t('empty_paste')}</Button>
              )}
            </Notice>
          )}
          {all !== undefined && all.length > 0 && shown?.length === 0 && (
            <Notice icon={SearchX} title={t('filter_empty', { query })}>
              <Button onClick={() => setQuery('')}>{t('clear')}</Button>
            </Notice>
          )}
          {shown !== undefined && shown.length > 0 && (
            <List workflows={shown} slots={slots} onRun={setRunning} />
          )}
        </div>
        {hasNextPage && (
          <div className="mt-4 text-center">
            <Button isBusy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {t('common:list.more')}
            </Button>
          </div>
        )}
      </div>
      <Suspense>
        {creating !== null && (
          <JsonDialog
            workflow={null}
            startsWithExample={creating === 'example'}
            onClose={() => setCreating(null)}
          />
        )}
        {running !== null && <RunDialog workflow={running} onClose={() => setRunning(null)} />}
      </Suspense>
    </div>
  );
}
