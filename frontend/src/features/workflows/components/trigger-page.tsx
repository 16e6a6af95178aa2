import { type LucideIcon, SearchX } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Gate } from '@/features/accounts/facade';
import { useFilter } from '@/lib/list';
import { useTitle } from '@/lib/title';
import { buttonClass } from '@/ui/button';
import { FilterField } from '@/ui/filter-field';
import { ListBody, ListCard, type Paged } from '@/ui/list';
import { Notice } from '@/ui/notice';
import { PageHeader } from '@/ui/page-header';

interface Words {
  title: string;
  filter: string;
  filter_empty: string;
  empty_title: string;
  empty: string;
}

interface TriggerPageProps<Row> {
  /** Where the page is; its address without filters. */
  path: string;
  permission: string;
  icon: LucideIcon;
  words: Words;
  list: Paged & { data: { pages: { results: Row[] }[] } | undefined };
  /** What else it can be filtered by. */
  filters: ReactNode;
  /** Whether those filters leave a row. */
  fits: (row: Row) => boolean;
  /** Where what is typed may stand. */
  textOf: (row: Row) => string;
  children: (rows: readonly Row[]) => ReactNode;
}

/** The page of what starts workflows from outside: all of one kind, with a search, filters, and the way to a first one. */
export function TriggerPage<Row>(props: TriggerPageProps<Row>) {
  const { path, permission, icon, words, list, filters, fits, textOf, children } = props;
  const { t } = useTranslation('workflows');
  const { query, setQuery, field } = useFilter();
  useTitle(words.title);
  const wanted = query.toLowerCase();
  const all = list.data?.pages.flatMap((page) => page.results);
  const shown = all?.filter(fits).filter((row) => textOf(row).toLowerCase().includes(wanted));
  return (
    <div className="flex min-h-full flex-col">
      <PageHeader title={words.title}>
        <FilterField ref={field} label={words.filter} value={query} onChange={setQuery} />
        {filters}
      </PageHeader>
      <ListBody>
        <Gate permission={permission}>
          <ListCard
            list={list}
            all={all}
            shown={shown}
            empty={
              <Notice icon={icon} title={words.empty_title} text={words.empty}>
                <Link to="/workflows" className={buttonClass({ look: 'primary' })}>
                  {t('to_workflows')}
                </Link>
              </Notice>
            }
            unmatched={
              <Notice icon={SearchX} title={words.filter_empty}>
                <Link to={path} className={buttonClass()}>
                  {t('clear_filters')}
                </Link>
              </Notice>
            }
          >
            {children}
          </ListCard>
        </Gate>
      </ListBody>
    </div>
  );
}
