import { Fragment, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '@/lib/cn';
import { Button } from './button';
import { Failure } from './failure';
import { Skeleton } from './skeleton';

/** Every row takes its columns from the list, so that they are as wide as the longest word of any language. */
export const ROW_GRID = 'lg:col-span-full lg:grid-cols-subgrid';

/** What opens a row reaches over the whole of it; what else can be clicked there lies above it (`relative z-1`). */
export const ROW_OPENER =
  'after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent focus-visible:after:-outline-offset-2';

interface RowsProps {
  label: string;
  /** The template of the columns on a wide screen: `lg:grid-cols-[…]`. */
  columns: string;
  /** What stands above them; `''` above a column that explains itself. */
  heads: readonly string[];
  children: ReactNode;
}

/** The rows of a list below the heads of their columns; on a narrow screen each row arranges itself. */
export const ListRows = ({ label, columns, heads, children }: RowsProps) => (
  <ul aria-label={label} className={cn('lg:grid lg:gap-x-6', columns)}>
    <li
      aria-hidden
      className={cn(
        'hidden h-9 items-center gap-x-6 border-line border-b px-4 font-medium text-fg-2 text-xs lg:grid',
        ROW_GRID,
      )}
    >
      {heads.map((head, index) => (
        <span key={index}>{head}</span>
      ))}
    </li>
    {children}
  </ul>
);

const WIDTHS = ['w-44', 'w-56', 'w-36', 'w-48', 'w-40'] as const;

/** The rows of a list that has not come yet. */
export const ListWaiting = () => (
  <div aria-busy>
    {WIDTHS.map((width) => (
      <div
        key={width}
        className="flex h-12 items-center gap-8 border-line border-b px-4 last:border-b-0"
      >
        <Skeleton className={width} />
        <Skeleton className="ml-auto w-24" />
        <Skeleton className="w-16" />
      </div>
    ))}
  </div>
);

/** Of a query that brings page after page: as much as a list shows of it. */
export interface Paged {
  error: Error | null;
  refetch: () => unknown;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  fetchNextPage: () => unknown;
}

/** Below the rows of a list that fetches more by itself: that it does, that it could not, or that this was all. */
export function ListEnd({ list }: { list: Omit<Paged, 'refetch'> }) {
  const { t } = useTranslation();
  if (list.isFetchNextPageError && !list.isFetchingNextPage)
    return <Unfetched list={list} className="py-3" />;
  return (
    <p className="px-4 py-4 text-center text-fg-3 text-xs" role="status">
      {list.isFetchingNextPage && t('list.loading_more')}
      {!list.hasNextPage && t('list.end')}
    </p>
  );
}

interface UnfetchedProps {
  list: Pick<Paged, 'error' | 'fetchNextPage'>;
  className?: string;
}

/** Further rows did not come: why, and the way to ask again. */
function Unfetched({ list, className }: UnfetchedProps) {
  const { t } = useTranslation();
  return (
    <p role="alert" className={cn('flex flex-wrap items-center justify-center gap-3', className)}>
      <span className="text-bad">
        {t('list.more_failed')} {list.error?.message}
      </span>
      <Button size="sm" onClick={() => void list.fetchNextPage()}>
        {t('retry')}
      </Button>
    </p>
  );
}

interface ListCardProps<Row> {
  list: Paged;
  /** Every row that has come; undefined while none has. */
  all: readonly Row[] | undefined;
  /** Those of them that are wanted; all, where nothing is filtered. */
  shown?: readonly Row[] | undefined;
  /** Where there is nothing at all. */
  empty: ReactNode;
  /** Where nothing fits the filter. */
  unmatched?: ReactNode;
  children: (shown: readonly Row[]) => ReactNode;
}

function Inside<Row>(props: ListCardProps<Row>) {
  const { list, all, shown = all, empty, unmatched, children } = props;
  if (all === undefined || shown === undefined) {
    if (list.error === null) return <ListWaiting />;
    return <Failure error={list.error} onRetry={() => void list.refetch()} />;
  }
  if (all.length === 0) return empty;
  return shown.length === 0 ? unmatched : children(shown);
}

/** The one way in which a list waits, fails, is empty, finds nothing, shows its rows and fetches more of them. */
export function ListCard<Row>(props: ListCardProps<Row>) {
  const { t } = useTranslation();
  const { list } = props;
  return (
    <>
      <div className="overflow-hidden rounded-xl border border-line bg-panel shadow-1">
        <Inside {...props} />
      </div>
      {list.isFetchNextPageError && !list.isFetchingNextPage && (
        <Unfetched list={list} className="mt-4" />
      )}
      {list.hasNextPage && (!list.isFetchNextPageError || list.isFetchingNextPage) && (
        <div className="mt-4 text-center">
          <Button isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t('list.more')}
          </Button>
        </div>
      )}
    </>
  );
}

interface PlainListProps<Row> {
  label: string;
  list: Paged & { data: { pages: readonly { results: readonly Row[] }[] } | undefined };
  empty: ReactNode;
  /** Draws a row as a `<li>`. */
  children: (row: Row) => ReactNode;
}

/** A list without columns: a line for every row that has come. */
export function PlainList<Row extends { id: string }>(props: PlainListProps<Row>) {
  const { label, list, empty, children } = props;
  return (
    <ListCard list={list} all={list.data?.pages.flatMap(({ results }) => results)} empty={empty}>
      {(rows) => (
        <ul aria-label={label} className="divide-y divide-line">
          {rows.map((row) => (
            <Fragment key={row.id}>{children(row)}</Fragment>
          ))}
        </ul>
      )}
    </ListCard>
  );
}

/** The middle of a page that is a list. */
export const ListBody = ({ children }: { children: ReactNode }) => (
  <div className="mx-auto w-full max-w-[1240px] p-3 sm:p-6">{children}</div>
);
