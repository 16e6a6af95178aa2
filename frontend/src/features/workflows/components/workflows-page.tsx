import { FileUp, Plus, SearchX, Sparkles, Workflow as WorkflowIcon } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/accounts/facade';
import { useShortcut } from '@/lib/keys';
import { useFilter, useRowKeys } from '@/lib/list';
import { useTitle } from '@/lib/title';
import { Button } from '@/ui/button';
import { FilterField } from '@/ui/filter-field';
import { ListBody, ListCard, ListRows } from '@/ui/list';
import { Notice } from '@/ui/notice';
import { PageHeader } from '@/ui/page-header';
import { useWorkflows } from '../api';
import { useNewWorkflow } from '../hooks';
import { FileImport } from '../importing/file-import';
import type { WorkflowSummary } from '../types';
import { type RowSlots, WorkflowRow } from './workflow-row';

const RunDialog = lazy(() => import('./run-dialog'));

interface ListProps {
  workflows: readonly WorkflowSummary[];
  slots: (workflowId: string) => RowSlots;
  onRun: (workflow: WorkflowSummary) => void;
}

function List({ workflows, slots, onRun }: ListProps) {
  const { t } = useTranslation('workflows');
  useRowKeys();
  return (
    <ListRows
      label={t('title')}
      columns="lg:grid-cols-[minmax(0,1fr)_auto_auto_minmax(190px,auto)_auto]"
      heads={[t('column.name'), t('column.trigger'), t('column.state'), t('column.last'), '']}
    >
      {workflows.map((workflow) => (
        <WorkflowRow
          key={workflow.id}
          workflow={workflow}
          slots={slots(workflow.id)}
          onRun={() => onRun(workflow)}
        />
      ))}
    </ListRows>
  );
}

/** All workflows. `slots` gives what other features show in the row of a workflow. */
export default function WorkflowsPage({ slots }: Pick<ListProps, 'slots'>) {
  const { t } = useTranslation('workflows');
  const list = useWorkflows();
  useTitle(t('title'));
  const { query, setQuery, field } = useFilter();
  const [running, setRunning] = useState<WorkflowSummary | null>(null);
  const mayCreate = useMay('workflow.create');
  const { create: makeNew, createExample, isCreating } = useNewWorkflow();
  useShortcut('create', makeNew, mayCreate);
  const all = list.data?.pages.flatMap((page) => page.results);
  const shown = all?.filter((one) => one.name.toLowerCase().includes(query.toLowerCase()));
  const create = mayCreate && (
    <Button look="primary" size="sm" isBusy={isCreating} onClick={makeNew}>
      <Plus aria-hidden />
      {t('new')}
    </Button>
  );
  return (
    <div className="flex min-h-full flex-col">
      <PageHeader title={t('title')}>
        <FilterField ref={field} label={t('filter')} value={query} onChange={setQuery} />
        <FileImport isOn={mayCreate}>
          {(open) =>
            mayCreate && (
              <Button size="sm" onClick={open}>
                <FileUp aria-hidden />
                {t('import')}
              </Button>
            )
          }
        </FileImport>
        {create}
      </PageHeader>
      <ListBody>
        <ListCard
          list={list}
          all={all}
          shown={shown}
          empty={
            <Notice icon={WorkflowIcon} title={t('empty_title')} text={t('empty')}>
              {mayCreate && (
                <Button look="primary" disabled={isCreating} onClick={createExample}>
                  <Sparkles aria-hidden />
                  {t('empty_example')}
                </Button>
              )}
              {mayCreate && (
                <Button isBusy={isCreating} onClick={makeNew}>
                  {t('empty_new')}
                </Button>
              )}
            </Notice>
          }
          unmatched={
            <Notice icon={SearchX} title={t('filter_empty', { query })}>
              <Button onClick={() => setQuery('')}>{t('clear')}</Button>
            </Notice>
          }
        >
          {(workflows) => <List workflows={workflows} slots={slots} onRun={setRunning} />}
        </ListCard>
      </ListBody>
      <Suspense>
        {running !== null && <RunDialog workflow={running} onClose={() => setRunning(null)} />}
      </Suspense>
    </div>
  );
}
