import { ChevronDown, Download, ScrollText, SearchX } from 'lucide-react';
import { lazy, Suspense, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Gate, useMay } from '@/features/accounts/facade';
import { cn } from '@/lib/cn';
import { absolute } from '@/lib/format';
import { useShortcut } from '@/lib/keys';
import { useRowKeys } from '@/lib/list';
import { useTitle } from '@/lib/title';
import { Button } from '@/ui/button';
import { FilterField } from '@/ui/filter-field';
import { ListBody, ListCard, ListRows, ROW_GRID, ROW_OPENER } from '@/ui/list';
import { Menu, MenuDownload, MenuLabel } from '@/ui/menu';
import { Notice } from '@/ui/notice';
import { PageHeader } from '@/ui/page-header';
import { TimeAgo } from '@/ui/time-ago';
import { type Entry, exportOf, useEntries } from '../api';
import { wordsOf } from '../changes';
import { useSettledWanted, useWanted, type Wanted } from '../filters';
import { AuditTabs } from './audit-tabs';
import { Marks, useActorWords } from './entry-parts';
import { FilterRow } from './filter-row';

const EntryDialog = lazy(() => import('./entry-dialog'));

const COLUMNS = 'lg:grid-cols-[minmax(0,1.2fr)_minmax(0,1fr)_minmax(0,1fr)_minmax(88px,auto)]';
const FORMS = ['csv', 'json', 'ndjson'] as const;

function Export({ wanted }: { wanted: Wanted }) {
  const { t } = useTranslation('audit');
  return (
    <Menu
      align="end"
      className="w-64"
      trigger={
        <Button size="sm">
          <Download aria-hidden />
          {t('export')}
          <ChevronDown aria-hidden />
        </Button>
      }
    >
      <MenuLabel>{t('export_hint')}</MenuLabel>
      {FORMS.map((as) => (
        <MenuDownload key={as} href={exportOf(wanted, as)}>
          {t(`as.${as}`)}
        </MenuDownload>
      ))}
    </Menu>
  );
}

interface RowProps {
  entry: Entry;
  onOpen: () => void;
}

function Row({ entry, onOpen }: RowProps) {
  const { t, i18n } = useTranslation('audit');
  const actorOf = useActorWords();
  const words = wordsOf(entry.action);
  const who = actorOf(entry.actor);
  const about = entry.target.name || entry.target.kind;
  return (
    <li
      className={cn(
        'relative grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-6 gap-y-0.5 border-line border-b px-4 py-2.5 last:border-b-0 hover:bg-hover',
        ROW_GRID,
      )}
    >
      <span className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
        <button
          type="button"
          data-row={entry.id}
          aria-label={t('open', { action: words, when: absolute(entry.at, i18n.language) })}
          title={entry.action}
          onClick={onOpen}
          className={cn('min-w-0 truncate text-left font-medium', ROW_OPENER)}
        >
          {words}
        </button>
        <Marks entry={entry} />
      </span>
      <span className="min-w-0 truncate text-fg-2 max-lg:order-3" title={who}>
        {who}
      </span>
      <span className="min-w-0 truncate text-fg-2 max-lg:order-4 max-lg:text-right" title={about}>
        {about}
      </span>
      <TimeAgo at={entry.at} className="text-fg-2 max-lg:text-right" />
    </li>
  );
}

function Trail({ filter }: { filter: ReturnType<typeof useWanted> }) {
  const { t } = useTranslation('audit');
  const list = useEntries(useSettledWanted(filter.wanted));
  const [open, setOpen] = useState<Entry | null>(null);
  const all = list.data?.pages.flatMap((page) => page.results);
  useRowKeys();
  return (
    <>
      <FilterRow filter={filter} />
      <ListCard
        list={list}
        all={all}
        empty={
          filter.isAny ? (
            <Notice icon={SearchX} title={t('unmatched')}>
              <Button onClick={filter.clear}>{t('clear')}</Button>
            </Notice>
          ) : (
            <Notice icon={ScrollText} title={t('empty_title')} text={t('empty')} />
          )
        }
      >
        {(entries) => (
          <ListRows
            label={t('title')}
            columns={COLUMNS}
            heads={[t('column.what'), t('column.who'), t('column.about'), t('column.when')]}
          >
            {entries.map((entry) => (
              <Row key={entry.id} entry={entry} onOpen={() => setOpen(entry)} />
            ))}
          </ListRows>
        )}
      </ListCard>
      <Suspense>
        {open !== null && (
          <EntryDialog entry={open} onFilter={filter.set} onClose={() => setOpen(null)} />
        )}
      </Suspense>
    </>
  );
}

/** What was done in this tenant: by whom, to what, and how it went. */
export default function AuditPage() {
  const { t } = useTranslation('audit');
  const filter = useWanted();
  const field = useRef<HTMLInputElement>(null);
  const mayRead = useMay('audit.read');
  useTitle(t('title'));
  useShortcut('filter', () => field.current?.focus());
  return (
    <div className="flex min-h-full flex-col">
      <PageHeader
        title={
          <>
            <h1 className="sr-only">{t('title')}</h1>
            <AuditTabs />
          </>
        }
      >
        <FilterField
          ref={field}
          label={t('filter')}
          value={filter.valueOf('q')}
          onChange={(q) => filter.set({ q })}
        />
        {mayRead && <Export wanted={filter.wanted} />}
      </PageHeader>
      <ListBody>
        <Gate permission="audit.read">
          <Trail filter={filter} />
        </Gate>
      </ListBody>
    </div>
  );
}
