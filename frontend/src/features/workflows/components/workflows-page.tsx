import {
  FileUp,
  FolderOpen,
  Plus,
  SearchX,
  Sparkles,
  Trash2,
  Workflow as WorkflowIcon,
} from 'lucide-react';
import { lazy, type ReactNode, Suspense, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useShortcut } from '@/lib/keys';
import { useParam } from '@/lib/list';
import { useTitle } from '@/lib/title';
import { Button, buttonClass } from '@/ui/button';
import { Failure } from '@/ui/failure';
import { FilterField } from '@/ui/filter-field';
import { ListEnd, ListWaiting } from '@/ui/list';
import { Notice } from '@/ui/notice';
import { PageHeader } from '@/ui/page-header';
import { useNewWorkflow } from '../hooks';
import { FileImport } from '../importing/file-import';
import { BulkBar, FilterBar } from '../list/bar';
import { Dialogs } from '../list/dialogs';
import { TOP } from '../list/filters';
import { FolderMenu } from '../list/folder-menu';
import { BIN, FolderTree } from '../list/folder-tree';
import { type Folder, nameOf } from '../list/tree';
import { useListPage } from '../list/use-page';
import { WorkflowRows } from '../list/workflow-rows';

const BinPage = lazy(() => import('../list/bin-page'));

type Page = ReturnType<typeof useListPage>;

const NO_FOLDERS: readonly Folder[] = [];

function Header({ page }: { page: Page }) {
  const { t } = useTranslation('workflows');
  const { narrowing, may } = page;
  const field = useRef<HTMLInputElement>(null);
  useShortcut('filter', () => field.current?.focus());
  const { create, isCreating } = useNewWorkflow();
  useShortcut('create', create, may.create);
  return (
    <PageHeader title={t('title')}>
      <FilterField
        ref={field}
        label={t('filter')}
        value={narrowing.filters.query}
        onChange={narrowing.setQuery}
      />
      <FileImport isOn={may.create}>
        {(open) =>
          may.create && (
            <Button size="sm" onClick={open}>
              <FileUp aria-hidden />
              {t('import')}
            </Button>
          )
        }
      </FileImport>
      {may.create && (
        <Button look="primary" size="sm" isBusy={isCreating} onClick={create}>
          <Plus aria-hidden />
          {t('new')}
        </Button>
      )}
    </PageHeader>
  );
}

/** No workflow at all: the first step. */
function None({ mayCreate }: { mayCreate: boolean }) {
  const { t } = useTranslation('workflows');
  const { create, createExample, isCreating } = useNewWorkflow();
  return (
    <Notice icon={WorkflowIcon} title={t('empty_title')} text={t('empty')}>
      {mayCreate && (
        <Button look="primary" disabled={isCreating} onClick={createExample}>
          <Sparkles aria-hidden />
          {t('empty_example')}
        </Button>
      )}
      {mayCreate && (
        <Button isBusy={isCreating} onClick={create}>
          {t('empty_new')}
        </Button>
      )}
    </Notice>
  );
}

/** Where no row is shown: why, and the way out. */
function Empty({ page }: { page: Page }) {
  const { t } = useTranslation('workflows');
  const { narrowing, may } = page;
  const { filters, isNarrowed, clear, setFolder } = narrowing;
  if (isNarrowed) {
    const { query } = filters;
    return (
      <Notice
        icon={SearchX}
        title={query === '' ? t('filters.nothing') : t('filter_empty', { query })}
      >
        {filters.folder !== null && (
          <Button onClick={() => setFolder(null)}>{t('filters.everywhere')}</Button>
        )}
        <Button onClick={clear}>{t('filters.clear')}</Button>
      </Notice>
    );
  }
  if (filters.folder === null) return <None mayCreate={may.create} />;
  const isTop = filters.folder === TOP;
  return (
    <Notice
      icon={FolderOpen}
      title={t(isTop ? 'folder.top_empty' : 'folder.empty')}
      text={isTop ? undefined : t('folder.empty_says')}
    >
      <Button onClick={() => setFolder(null)}>{t('folder.everywhere')}</Button>
    </Notice>
  );
}

/** On a narrow screen: which folder is shown, and what can be done with it; or the way to a first one. */
function Place({ page, folders }: { page: Page; folders: readonly Folder[] }) {
  const { t } = useTranslation('workflows');
  const { narrowing, may, askFolder } = page;
  const here = folders.find(({ id }) => id === narrowing.filters.folder);
  return (
    <div className="flex items-center gap-2 border-line border-b px-4 py-1 text-fg-2 lg:hidden">
      <span className="min-w-0 flex-1 truncate">
        {here === undefined ? t('folder.title') : nameOf(folders, here.id)}
      </span>
      {here === undefined && may.update && (
        <Button look="quiet" size="sm" onClick={() => askFolder({ what: 'new', parent: null })}>
          <Plus aria-hidden />
          {t('folder.new')}
        </Button>
      )}
      {here !== undefined && may.update && <FolderMenu folder={here} onAsk={askFolder} />}
      <Link to={BIN} className={buttonClass({ look: 'quiet', size: 'sm' })}>
        <Trash2 aria-hidden />
        {t('bin.title')}
      </Link>
    </div>
  );
}

interface RowsProps {
  page: Page;
  demo: (workflowId: string) => ReactNode;
}

function Rows({ page, demo }: RowsProps) {
  const { list, rows, isBehind, trendOf, selection, may, onCurrent, onEnd, act } = page;
  const scroller = useRef<HTMLDivElement>(null);
  const isEmpty = rows?.length === 0;
  return (
    <div ref={scroller} className="min-h-0 min-w-0 flex-1 overflow-y-auto bg-panel">
      {(list.isPending || (isEmpty && isBehind)) && <ListWaiting />}
      {list.isError && rows === undefined && (
        <Failure error={list.error} onRetry={() => void list.refetch()} />
      )}
      {isEmpty && !isBehind && <Empty page={page} />}
      {rows !== undefined && rows.length > 0 && (
        <>
          <WorkflowRows
            rows={rows}
            trendOf={trendOf}
            demo={demo}
            may={may}
            scroller={scroller}
            selection={may.update || may.delete ? selection : undefined}
            hasMore={list.hasNextPage && !list.isFetching && !list.isFetchNextPageError}
            onEnd={onEnd}
            onCurrent={onCurrent}
            onAct={(what, workflow) => act(what, [workflow])}
          />
          {(list.hasNextPage || list.isFetchNextPageError) && <ListEnd list={list} />}
        </>
      )}
    </div>
  );
}

function List({ demo }: Pick<RowsProps, 'demo'>) {
  const { t } = useTranslation('workflows');
  useTitle(t('title'));
  const page = useListPage();
  const { narrowing, rows, folders, selection, may, bulk, dialog, open, askFolder, act, drop } =
    page;
  const known = folders.data ?? NO_FOLDERS;
  const isActing = selection.chosen.length > 0 || bulk.progress !== null;
  return (
    <div className="flex h-full min-h-0 flex-col">
      <Header page={page} />
      <div className="flex min-h-12 items-center border-line border-b px-4 py-2 [&>*]:flex-1">
        {isActing ? (
          <BulkBar
            selection={selection}
            shown={rows?.length ?? 0}
            may={may}
            progress={bulk.progress}
            onAct={(what) => act(what, selection.chosen)}
          />
        ) : (
          <FilterBar narrowing={narrowing} folders={known} />
        )}
      </div>
      <Place page={page} folders={known} />
      <div className="flex min-h-0 flex-1">
        <FolderTree
          folders={known}
          chosen={narrowing.filters.folder}
          mayChange={may.update}
          onAsk={askFolder}
          onDrop={drop}
        />
        <Rows page={page} demo={demo} />
      </div>
      <Dialogs open={dialog} bulk={bulk} folders={known} onClose={() => open(null)} />
    </div>
  );
}

/** All workflows, by folder, tag and state, or what lies in the bin. `demo` is what another feature shows in a row. */
export default function WorkflowsPage({ demo }: Pick<RowsProps, 'demo'>) {
  const [bin] = useParam('bin');
  if (bin !== 'true') return <List demo={demo} />;
  return (
    <Suspense fallback={<ListWaiting />}>
      <BinPage />
    </Suspense>
  );
}
