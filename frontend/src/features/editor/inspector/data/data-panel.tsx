import { ChevronRight, Search, TextCursorInput } from 'lucide-react';
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '@/lib/cn';
import { useSettled } from '@/lib/settled';
import { useKnown } from '../expression/known-context';
import { useTargets } from '../form/target';
import { type DataRow, dataRows } from '../model/data-rows';

interface RowProps {
  row: DataRow;
  isCurrent: boolean;
  onTurn: () => void;
  onCurrent: () => void;
}

/** A value: it is dragged into a field, or written where the last field was left. */
function Row({ row, isCurrent, onTurn, onCurrent }: RowProps) {
  const { t } = useTranslation('inspector');
  const target = useTargets((state) => state.target);
  const { place, name, kind, sample, depth, hasParts, isOpen } = row;
  const reason = target === null ? t('data.no_target') : t('data.into', { field: target.label });
  return (
    <div
      role="treeitem"
      aria-level={depth + 1}
      aria-selected={isCurrent}
      {...(hasParts ? { 'aria-expanded': isOpen } : {})}
      data-place={place}
      tabIndex={isCurrent ? 0 : -1}
      draggable
      onDragStart={(event) => {
        event.dataTransfer.setData('text/plain', `{{ ${place} }}`);
        event.dataTransfer.effectAllowed = 'copy';
      }}
      onClick={() => {
        onCurrent();
        if (hasParts) onTurn();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.target !== event.currentTarget) return;
        event.preventDefault();
        target?.insert(row.path);
      }}
      style={{ paddingLeft: 4 + depth * 12 }}
      className="group relative flex min-h-6 cursor-grab items-center gap-1 rounded-sm pr-1 hover:bg-hover focus-visible:-outline-offset-2"
    >
      <ChevronRight
        className={cn(
          'size-3.5 shrink-0 text-fg-3',
          isOpen && 'rotate-90',
          !hasParts && 'invisible',
        )}
        aria-hidden
      />
      <span
        className={cn('max-w-[60%] shrink-0 truncate', depth === 0 ? 'font-medium font-sans' : '')}
      >
        {name}
      </span>
      <span className="min-w-0 truncate text-fg-3">{isOpen ? '' : sample || kind}</span>
      <button
        type="button"
        tabIndex={isCurrent ? 0 : -1}
        aria-label={t('data.insert_path', { path: place })}
        aria-disabled={target === null || undefined}
        title={reason}
        // The field keeps the focus, and with it its caret.
        onMouseDown={(event) => event.preventDefault()}
        onClick={(event) => {
          event.stopPropagation();
          target?.insert(row.path);
        }}
        className="absolute right-0 flex h-6 items-center gap-1 rounded-sm border border-line bg-raised px-1.5 font-sans text-2xs text-fg-2 opacity-0 hover:text-fg focus-visible:opacity-100 group-hover:opacity-100 group-focus-visible:opacity-100 aria-disabled:text-fg-3 pointer-coarse:opacity-100"
      >
        <TextCursorInput className="size-3" aria-hidden />
        {t('data.insert')}
      </button>
    </div>
  );
}

/** All that the node can read, with what it was the last time: one tab stop, arrows walk and open, Enter inserts. */
function DataTree() {
  const { t } = useTranslation('inspector');
  const roots = useKnown(false);
  const [typed, setTyped] = useState('');
  const text = useSettled(typed);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [current, setCurrent] = useState('');
  const tree = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => dataRows(roots, open, text), [roots, open, text]);
  const tabStop = rows.some(({ place }) => place === current) ? current : rows[0]?.place;

  const turn = (place: string, isOpen: boolean): void => {
    const next = new Set(open);
    if (isOpen) next.add(place);
    else next.delete(place);
    setOpen(next);
  };
  const goTo = (place: string | undefined): void => {
    if (place === undefined) return;
    setCurrent(place);
    const items = [...(tree.current?.querySelectorAll<HTMLElement>('[data-place]') ?? [])];
    items.find(({ dataset }) => dataset.place === place)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = rows.findIndex(({ place }) => place === tabStop);
    const row = rows[at];
    if (row === undefined) return;
    const act: Readonly<Record<string, () => void>> = {
      ArrowDown: () => goTo(rows[at + 1]?.place),
      ArrowUp: () => goTo(rows[at - 1]?.place),
      Home: () => goTo(rows[0]?.place),
      End: () => goTo(rows.at(-1)?.place),
      ArrowRight: () =>
        row.hasParts && !row.isOpen ? turn(row.place, true) : goTo(rows[at + 1]?.place),
      ArrowLeft: () =>
        row.isOpen
          ? turn(row.place, false)
          : goTo(rows.slice(0, at).findLast(({ depth }) => depth < row.depth)?.place),
    };
    const action = act[event.key];
    if (action === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };
  return (
    <div className="flex min-h-0 flex-col">
      <div className="flex h-8 shrink-0 items-center gap-2 border-line border-b px-4">
        <Search className="size-3.5 shrink-0 text-fg-3" aria-hidden />
        <input
          type="search"
          aria-label={t('data.search')}
          placeholder={t('data.search')}
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
          className="h-full min-w-0 flex-1 bg-transparent outline-none placeholder:text-fg-3"
        />
      </div>
      <div
        ref={tree}
        role="tree"
        tabIndex={-1}
        aria-label={t('data.title')}
        onKeyDown={onKeyDown}
        className="min-h-0 flex-1 overflow-y-auto px-3 py-1.5 font-mono text-xs leading-5"
      >
        {rows.map((row) => (
          <Row
            key={row.place}
            row={row}
            isCurrent={row.place === tabStop}
            onTurn={() => turn(row.place, !row.isOpen)}
            onCurrent={() => setCurrent(row.place)}
          />
        ))}
      </div>
      {rows.length === 0 && (
        <p role="status" className="px-4 pb-3 text-fg-2">
          {text === '' ? t('data.none') : t('data.nothing', { query: text })}
        </p>
      )}
    </div>
  );
}

/** The drawer below a form that opens the data of earlier nodes. */
export function DataDrawer() {
  const { t } = useTranslation('inspector');
  const [isOpen, setOpen] = useState(false);
  return (
    <div className={cn('flex flex-col border-line border-t', isOpen && 'h-2/5 shrink-0')}>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="flex h-10 w-full shrink-0 items-center gap-1.5 px-4 text-left font-medium hover:bg-hover focus-visible:-outline-offset-2"
      >
        <ChevronRight
          className={cn('size-3.5 text-fg-3', isOpen ? 'rotate-90' : '-rotate-90')}
          aria-hidden
        />
        {t('data.title')}
      </button>
      {isOpen && <DataTree />}
    </div>
  );
}
