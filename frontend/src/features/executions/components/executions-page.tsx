import { ArrowUp, CircleDashed, Pause, Play, SearchX } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useWorkflowName, useWorkflowNames } from '@/features/workflows/facade';
import { cn } from '@/lib/cn';
import { useShortcut } from '@/lib/keys';
import { useSelection } from '@/lib/selection';
import { useTitle } from '@/lib/title';
import { tell } from '@/lib/toast';
import { Button, buttonClass } from '@/ui/button';
import { Failure } from '@/ui/failure';
import { FilterField } from '@/ui/filter-field';
import { ListEnd } from '@/ui/list';
import { Notice } from '@/ui/notice';
import { PageHeader } from '@/ui/page-header';
import { Skeleton } from '@/ui/skeleton';
import { useFilters, useLiveList } from '../hooks';
import { useTenantNews } from '../live';
import { BulkBar } from './bulk-bar';
import { ExecutionRows } from './execution-rows';
import { FilterBar } from './filter-bar';
import { WishStrip } from './wish-strip';

const Rows = () => (
  <div aria-busy className="flex flex-col">
    {Array.from({ length: 8 }, (_, index) => (
      <div key={index} className="flex h-11 items-center gap-6 border-line border-b px-4">
        <Skeleton className="w-48" />
        <Skeleton className="w-20" />
        <Skeleton className="ml-auto w-24" />
      </div>
    ))}
  </div>
);

function Empty({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  const { t } = useTranslation('executions');
  if (isFiltered) {
    return (
      <Notice icon={SearchX} title={t('empty_filtered_title')} text={t('empty_filtered')}>
        <Button onClick={onClear}>{t('filter.clear')}</Button>
      </Notice>
    );
  }
  return (
    <Notice icon={CircleDashed} title={t('empty_title')} text={t('empty')}>
      <Link to="/workflows" className={buttonClass()}>
        {t('empty_action')}
      </Link>
    </Notice>
  );
}

export default function ExecutionsPage() {
  const { t } = useTranslation(['executions', 'common']);
  useTitle(t('title'));
  const { filters, words, setFilter, clear } = useFilters();
  const field = useRef<HTMLInputElement>(null);
  useShortcut('filter', () => field.current?.focus());
  const workflows = useWorkflowNames();
  const nameOf = useWorkflowName();
  const [isLive, setLive] = useState(true);
  useTenantNews(isLive);
  const { list, isHere, rows, fresh, bringIn } = useLiveList(filters, isLive);
  const selection = useSelection(rows, isHere);
  const isFiltered = filters.status !== null || filters.workflowId !== null || filters.error !== '';
  const isChoosing = selection.chosen.length > 0;
  const scroller = useRef<HTMLDivElement>(null);
  const { fetchNextPage } = list;
  const onEnd = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const show = (): void => void bringIn().catch(tell.failed);

  // At the top, with nobody's pointer, focus or choice on a row, new ones may come in by themselves; else they wait in the pill.
  useEffect(() => {
    const box = scroller.current;
    if (fresh === 0 || isChoosing || box === null || box.scrollTop > 0) return;
    if (box.matches(':hover') || box.contains(document.activeElement)) return;
    show();
  });

  const showFresh = (): void => {
    scroller.current?.scrollTo({ top: 0 });
    show();
  };

  return (
    <div className="flex h-full min-h-0 flex-col">
      <PageHeader title={t('title')}>
        <FilterField
          ref={field}
          label={t('filter.error')}
          value={words}
          onChange={(text) => setFilter('error', text)}
        />
        {fresh > 0 && (
          <Button
            look="primary"
            size="sm"
            onClick={showFresh}
            aria-label={t('fresh_label', { count: fresh })}
          >
            <ArrowUp aria-hidden />
            {t('fresh', { count: fresh })}
          </Button>
        )}
        <Button
          look="quiet"
          size="sm"
          aria-label={isLive ? t('pause') : t('resume')}
          title={isLive ? t('pause') : t('resume')}
          onClick={() => setLive(!isLive)}
        >
          <span
            className={cn('size-1.5 rounded-full', isLive ? 'bg-ok' : 'bg-line-strong')}
            aria-hidden
          />
          {isLive ? t('live') : t('paused_list')}
          {isLive ? <Pause aria-hidden /> : <Play aria-hidden />}
        </Button>
      </PageHeader>
      <div className="flex min-h-12 items-center border-line border-b px-4 py-2">
        <BulkBar
          selection={selection}
          filters={filters}
          shown={rows.length}
          hasMore={list.hasNextPage}
          nameOf={nameOf}
        >
          <FilterBar filters={filters} workflows={workflows} setFilter={setFilter} clear={clear} />
        </BulkBar>
      </div>
      <WishStrip />
      <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto bg-panel">
        {list.isPending && <Rows />}
        {list.isError && !isHere && (
          <Failure error={list.error} onRetry={() => void list.refetch()} />
        )}
        {isHere && rows.length === 0 && <Empty isFiltered={isFiltered} onClear={clear} />}
        {rows.length > 0 && (
          <ExecutionRows
            rows={rows}
            nameOf={nameOf}
            scroller={scroller}
            hasMore={list.hasNextPage && !list.isFetching && !list.isFetchNextPageError}
            onEnd={onEnd}
            selection={selection}
          />
        )}
        {rows.length > 0 && <ListEnd list={list} />}
      </div>
    </div>
  );
}
