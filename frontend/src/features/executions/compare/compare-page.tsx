import { ChevronRight } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { sameJson } from '@/engine/json';
import { useGraphSource } from '@/features/workflows/facade';
import { shortId } from '@/lib/format';
import { useTitle } from '@/lib/title';
import { Failure } from '@/ui/failure';
import { Kbd } from '@/ui/kbd';
import { PageHeader } from '@/ui/page-header';
import { Skeleton } from '@/ui/skeleton';
import type { Execution } from '../types';
import { useFrame } from './api';
import { RowDetail, WholeDetail } from './details';
import { useLooking, useSide } from './looking';
import { NodePane } from './node-pane';
import { rowsOf } from './rows';
import { SideCards } from './side-cards';

function Loading() {
  return (
    <div aria-busy className="flex min-h-0 flex-1 flex-col">
      <div className="flex gap-8 border-line border-b bg-panel p-4">
        <Skeleton className="w-72" />
        <Skeleton className="w-72" />
      </div>
      <div className="flex flex-col gap-5 p-4">
        {['w-80', 'w-64', 'w-72', 'w-60'].map((width) => (
          <Skeleton key={width} className={width} />
        ))}
      </div>
    </div>
  );
}

function Header({ before, after }: { before: string; after: string }) {
  const { t } = useTranslation(['compare', 'executions']);
  useTitle(t('title_of', { before: shortId(before), after: shortId(after) }));
  return (
    <PageHeader
      title={
        <nav className="flex min-w-0 items-center gap-1.5 text-base">
          <Link to="/executions" className="text-fg-2 hover:text-fg">
            {t('executions:title')}
          </Link>
          <ChevronRight className="size-4 shrink-0 text-fg-3" aria-hidden />
          <h1 className="font-semibold">{t('title')}</h1>
        </nav>
      }
    >
      <span className="flex items-center gap-1.5 text-fg-3 text-xs max-md:hidden">
        <Kbd id="next_row" /> <Kbd id="previous_row" /> {t('keys')}
      </span>
    </PageHeader>
  );
}

interface LoadedProps {
  before: Execution;
  after: Execution;
}

function Loaded({ before, after }: LoadedProps) {
  const { t } = useTranslation('compare');
  const [one, other] = [useSide(before), useSide(after)];
  const rows = useMemo(
    () => (one.side === undefined || other.side === undefined ? [] : rowsOf(one.side, other.side)),
    [one.side, other.side],
  );
  const looking = useLooking(rows);
  const ofWhole = useMemo(
    () =>
      (['trigger', 'output', 'error'] as const).filter(
        (part) => !sameJson(before[part], after[part]),
      ),
    [before, after],
  );
  const { row } = looking;
  if (one.side === undefined || other.side === undefined) {
    const failed = [one.outline, other.outline].find(({ error }) => error !== null);
    if (failed?.error == null) return <Loading />;
    return <Failure error={failed.error} onRetry={() => void failed.refetch()} />;
  }
  return (
    <div className="flex min-h-0 flex-1 flex-col max-lg:overflow-y-auto lg:flex-row">
      <NodePane
        looking={looking}
        count={rows.length}
        isUnknown={one.side.isOther || other.side.isOther}
        outlines={[one.outline, other.outline]}
        ofWhole={ofWhole}
      />
      <section
        aria-label={t('detail')}
        className="flex min-h-0 min-w-0 flex-1 max-lg:min-h-96 max-lg:shrink-0"
      >
        {row === undefined ? (
          <WholeDetail
            before={before}
            after={after}
            isFromBelow={looking.isFromBelow}
            onRow={looking.step}
          />
        ) : (
          <RowDetail
            key={row.key}
            row={row}
            before={{ id: before.id, side: one.side }}
            after={{ id: after.id, side: other.side }}
            isFromBelow={looking.isFromBelow}
            onRow={looking.step}
          />
        )}
      </section>
    </div>
  );
}

/** The two, and below them where they differ. */
function Both({ before, after }: LoadedProps) {
  const one = useGraphSource(before.workflow_id, before.version_id).version;
  const other = useGraphSource(after.workflow_id, after.version_id).version;
  return (
    <>
      <SideCards before={before} after={after} versions={[one, other]} />
      <Loaded before={before} after={after} />
    </>
  );
}

/** Two executions node by node: what came to a node in one and in the other, and what each gave. */
export default function ComparePage() {
  const { id = '', other = '' } = useParams();
  const before = useFrame(id);
  const after = useFrame(other);
  const error = before.error ?? after.error;
  const isHere = before.data !== undefined && after.data !== undefined;
  return (
    <div className="flex h-full min-h-0 flex-col">
      <Header before={id} after={other} />
      {isHere && <Both key={`${id} ${other}`} before={before.data} after={after.data} />}
      {!isHere && error !== null && (
        <Failure
          error={error}
          onRetry={() => {
            void before.refetch();
            void after.refetch();
          }}
        />
      )}
      {!isHere && error === null && <Loading />}
    </div>
  );
}
