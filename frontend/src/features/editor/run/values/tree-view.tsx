import { ChevronRight, Copy, Link2 } from 'lucide-react';
import { type KeyboardEvent, memo, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Key, pathText } from '@/engine/values/path';
import { hasBranches, type TreeRow, treeRows } from '@/engine/values/rows';
import type { Found } from '@/engine/values/search';
import { cn } from '@/lib/cn';
import { InsertButton } from '../../inspector/data/insert-button';
import { Leaf } from './leaf';
import { useTelling } from './telling';

const STEP = 300;

interface RowProps {
  row: TreeRow;
  /** Where the value stands among what expressions read; null: they do not read it. */
  root: readonly Key[] | null;
  isCurrent: boolean;
  onTurn: () => void;
  onCurrent: () => void;
}

function Actions({
  row,
  path,
  isCurrent,
}: {
  row: TreeRow;
  path: string | null;
  isCurrent: boolean;
}) {
  const { t } = useTranslation('run');
  const tell = useTelling();
  const tabIndex = isCurrent ? 0 : -1;
  const style =
    'grid size-6 place-items-center rounded-sm text-fg-3 hover:bg-hover hover:text-fg [&_svg]:size-3.5';
  const name = path ?? String(row.keys.at(-1));
  return (
    <span
      className={cn(
        'absolute top-0 right-0 flex bg-panel opacity-0 focus-within:opacity-100 group-hover:opacity-100',
        isCurrent && 'group-focus-visible:opacity-100',
      )}
    >
      {path !== null && <InsertButton path={path} tabIndex={tabIndex} className={style} />}
      {path !== null && (
        <button
          type="button"
          tabIndex={tabIndex}
          className={style}
          aria-label={t('values.copy_path', { path })}
          title={t('values.copy_path', { path })}
          onClick={() => tell.path(path)}
        >
          <Link2 aria-hidden />
        </button>
      )}
      <button
        type="button"
        tabIndex={tabIndex}
        className={style}
        aria-label={t('values.copy_value', { path: name })}
        title={t('values.copy_value', { path: name })}
        onClick={() => tell.value(row.value)}
      >
        <Copy aria-hidden />
      </button>
    </span>
  );
}

function Row({ row, root, isCurrent, onTurn, onCurrent }: RowProps) {
  const { keys, depth, size, isOpen, value } = row;
  const path = root === null ? null : pathText([...root, ...keys]);
  return (
    <div
      role="treeitem"
      aria-level={depth + 1}
      aria-selected={isCurrent}
      {...(size > 0 ? { 'aria-expanded': isOpen } : {})}
      data-place={row.place}
      tabIndex={isCurrent ? 0 : -1}
      draggable={path !== null}
      onDragStart={(event) => {
        if (path !== null) event.dataTransfer.setData('text/plain', `{{ ${path} }}`);
      }}
      onClick={() => {
        onCurrent();
        if (size > 0) onTurn();
      }}
      onKeyDown={(event) => {
        if (event.target !== event.currentTarget || size === 0) return;
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        onTurn();
      }}
      className="group relative min-h-6 rounded-sm hover:bg-hover focus-visible:-outline-offset-2"
      style={{ paddingLeft: depth * 14 }}
    >
      <span className="flex min-w-0 items-start py-0.5">
        <ChevronRight
          className={cn(
            'mt-[3px] mr-0.5 size-3.5 shrink-0 text-fg-3',
            isOpen && 'rotate-90',
            size === 0 && 'invisible',
          )}
          aria-hidden
        />
        <span className="min-w-0">
          <span className="break-words text-fg-2">{String(keys.at(-1))}: </span>
          {isOpen ? (
            <span className="text-fg-3">{Array.isArray(value) ? `[${size}]` : ''}</span>
          ) : (
            <Leaf value={value} className={size > 0 ? 'line-clamp-1 inline' : ''} />
          )}
        </span>
      </span>
      <Actions row={row} path={path} isCurrent={isCurrent} />
    </div>
  );
}

interface TreeViewProps {
  value: unknown;
  root: readonly Key[] | null;
  label: string;
  found: Found | null;
}

/**
 * A value as a tree: one tab stop, arrows walk and open, each line tells its path and its value to the clipboard. Hundreds of
 * lines are drawn only when they change.
 */
export const TreeView = memo(function TreeView({ value, root, label, found }: TreeViewProps) {
  const { t } = useTranslation('run');
  const [turned, setTurned] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [most, setMost] = useState(STEP);
  const [current, setCurrent] = useState<string | null>(null);
  const tree = useRef<HTMLDivElement>(null);
  const all = useMemo(() => treeRows(value, turned, found, most), [value, turned, found, most]);
  const rows = all.slice(0, most);
  const isKnown = rows.some(({ place }) => place === current);
  const tabStop = isKnown ? current : rows[0]?.place;
  if (!hasBranches(value))
    return (
      <p className="px-1 font-mono text-xs leading-5">
        <Leaf value={value} />
      </p>
    );

  const goTo = (place: string | undefined): void => {
    if (place === undefined) return;
    setCurrent(place);
    const items = [...(tree.current?.querySelectorAll<HTMLElement>('[data-place]') ?? [])];
    items.find((one) => one.dataset.place === place)?.focus();
  };
  const turn = (row: TreeRow, isOpen: boolean): void =>
    setTurned(new Map(turned).set(row.place, isOpen));
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = rows.findIndex(({ place }) => place === tabStop);
    const row = rows[at];
    if (row === undefined) return;
    const act: Readonly<Record<string, () => void>> = {
      ArrowDown: () => goTo(rows[at + 1]?.place),
      ArrowUp: () => goTo(rows[at - 1]?.place),
      Home: () => goTo(rows[0]?.place),
      End: () => goTo(rows.at(-1)?.place),
      ArrowRight: () => (row.size > 0 && !row.isOpen ? turn(row, true) : goTo(rows[at + 1]?.place)),
      ArrowLeft: () =>
        row.isOpen
          ? turn(row, false)
          : goTo(rows.slice(0, at).findLast(({ depth }) => depth < row.depth)?.place),
    };
    const action = act[event.key];
    if (action === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };
  return (
    <>
      <div
        ref={tree}
        role="tree"
        tabIndex={-1}
        aria-label={label}
        onKeyDown={onKeyDown}
        className="font-mono text-xs leading-5"
      >
        {rows.map((row) => (
          <Row
            key={row.place}
            row={row}
            root={root}
            isCurrent={row.place === tabStop}
            onTurn={() => turn(row, !row.isOpen)}
            onCurrent={() => setCurrent(row.place)}
          />
        ))}
      </div>
      {all.length > most && (
        <button
          type="button"
          className="min-h-6 px-1 text-accent text-xs hover:underline"
          onClick={() => setMost(most + STEP)}
        >
          {t('values.more_rows')}
        </button>
      )}
    </>
  );
});
