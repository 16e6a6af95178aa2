import { Download, Search, X } from 'lucide-react';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cutLarge } from '@/engine/values/cut';
import type { Key } from '@/engine/values/path';
import { type Found, search } from '@/engine/values/search';
import { cn } from '@/lib/cn';
import { save } from '@/lib/save';
import { useSettled } from '@/lib/settled';
import { Button } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';
import { JsonText } from '@/ui/json-view';
import { Scrolling } from '@/ui/scrolling';
import { ShapeView } from './shape-view';
import { TableView } from './table-view';
import { TreeView } from './tree-view';
import { useView, type View, Views } from './views';

interface SearchBarProps {
  title: string;
  query: string;
  setQuery: (query: string) => void;
  found: Found | null;
  onClose: () => void;
}

function SearchBar({ title, query, setQuery, found, onClose }: SearchBarProps) {
  const { t } = useTranslation('run');
  const field = useRef<HTMLInputElement>(null);
  // Who opens the search wants to type into it.
  useEffect(() => field.current?.focus(), []);
  return (
    <div className="flex shrink-0 items-center gap-2 px-3 pb-1.5">
      <input
        ref={field}
        type="search"
        aria-label={t('values.search', { title })}
        placeholder={t('values.search', { title })}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && onClose()}
        className="h-7 min-w-0 flex-1 rounded-md border border-line bg-bg px-2 text-xs placeholder:text-fg-3 focus-visible:border-accent focus-visible:outline-1 focus-visible:outline-offset-0 [&::-webkit-search-cancel-button]:hidden"
      />
      <span role="status" className="shrink-0 text-2xs text-fg-3 tabular-nums">
        {found !== null && t('values.found', { count: found.count })}
      </span>
      <Button
        look="quiet"
        size="icon-sm"
        aria-label={t('values.search_close')}
        onClick={onClose}
        className="-ml-1"
      >
        <X aria-hidden />
      </Button>
    </div>
  );
}

interface ShownProps {
  view: View;
  value: unknown;
  root: readonly Key[] | null;
  title: string;
  query: string;
  found: Found | null;
}

function Shown({ view, value, root, title, query, found }: ShownProps) {
  const { t } = useTranslation('run');
  if (found?.count === 0)
    return <p className="text-fg-3">{t('values.found_none', { query: query.trim() })}</p>;
  if (view === 'tree') return <TreeView value={value} root={root} label={title} found={found} />;
  if (view === 'table') return <TableView value={value} label={title} found={found} />;
  if (view === 'schema') return <ShapeView value={value} />;
  return <JsonText value={value} />;
}

export interface ValuePaneProps {
  /** Under which its view is remembered. */
  pane: string;
  title: string;
  /** `undefined`: there is none; `empty` says why. */
  value: unknown;
  empty: ReactNode;
  /** Where the value stands among what expressions read; null: they do not read it. */
  root: readonly Key[] | null;
  /** Stands above the value: files, how it came here. */
  children?: ReactNode;
  className?: string;
}

/** One payload as a tree, a table, JSON or a schema: searched, copied whole or in parts, downloaded. */
export function ValuePane(props: ValuePaneProps) {
  const { pane, title, value, empty, root, children, className } = props;
  const { t } = useTranslation('run');
  const [view, setView] = useView(pane);
  const [typed, setTyped] = useState<string | null>(null);
  const [whole, setWhole] = useState<unknown>(undefined);
  const cut = useMemo(() => cutLarge(value), [value]);
  const isCut = cut.isCut && whole !== value;
  const shown = isCut ? cut.value : value;
  const query = useSettled(typed ?? '');
  const found = useMemo(() => (query.trim() === '' ? null : search(value, query)), [value, query]);
  const isThere = value !== undefined;
  return (
    <article
      aria-label={title}
      className={cn('@container/pane flex min-h-0 min-w-0 flex-1 flex-col bg-panel', className)}
    >
      <header className="flex h-9 shrink-0 items-center gap-2 pr-2 pl-3">
        <h2 className="min-w-0 shrink-0 truncate font-semibold">{title}</h2>
        {isThere && (
          <>
            <Views view={view} onChoose={setView} />
            <span className="ml-auto flex @min-[19rem]/pane:gap-0.5">
              <Button
                look="quiet"
                size="icon-sm"
                aria-label={t('values.search', { title })}
                title={t('values.search', { title })}
                aria-expanded={typed !== null}
                onClick={() => setTyped(typed === null ? '' : null)}
              >
                <Search aria-hidden />
              </Button>
              <Button
                look="quiet"
                size="icon-sm"
                aria-label={t('values.download', { title })}
                title={t('values.download', { title })}
                className="@max-[15rem]/pane:hidden"
                onClick={() => save(`${pane}.json`, JSON.stringify(value, null, 2))}
              >
                <Download aria-hidden />
              </Button>
              <CopyButton
                label={t('values.copy', { title })}
                text={() => JSON.stringify(value, null, 2)}
              />
            </span>
          </>
        )}
      </header>
      {typed !== null && isThere && (
        <SearchBar
          title={title}
          query={typed}
          setQuery={setTyped}
          found={found}
          onClose={() => setTyped(null)}
        />
      )}
      <Scrolling label={title} className="px-3 pb-3">
        {children}
        {isCut && (
          <p className="mb-1 flex items-center gap-2 text-fg-2 text-xs">
            {t('values.cut')}
            <Button size="sm" onClick={() => setWhole(value)}>
              {t('values.load_full')}
            </Button>
          </p>
        )}
        {isThere ? (
          <Shown view={view} value={shown} root={root} title={title} query={query} found={found} />
        ) : (
          <div className="text-fg-3">{empty}</div>
        )}
      </Scrolling>
    </article>
  );
}
