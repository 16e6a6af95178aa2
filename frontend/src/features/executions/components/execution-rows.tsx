import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { lookOf } from '@/canvas/families';
import { StatusBadge } from '@/canvas/status-badge';
import { cn } from '@/lib/cn';
import { shortId } from '@/lib/format';
import { useShortcut } from '@/lib/keys';
import { type Selection, useChoiceKeys } from '@/lib/selection';
import { Choice } from '@/ui/choice';
import { ROW_OPENER } from '@/ui/list';
import { TimeAgo } from '@/ui/time-ago';
import type { ExecutionSummary } from '../types';
import { DurationOf } from './duration-of';

const ROW_PX = 44;
const PHONE_ROW_PX = 64;
const GRID =
  'grid grid-cols-[24px_1fr_auto] items-center gap-x-3 px-3 md:gap-x-4 md:px-4 md:grid-cols-[24px_minmax(140px,1.6fr)_170px_110px_120px_90px_96px]';

const isPhone = (): boolean => matchMedia('(width < 48rem)').matches;

interface RowProps {
  row: ExecutionSummary;
  name: string;
  isCurrent: boolean;
  /** Undefined: whoever looks may do nothing with it. */
  selection: Selection<ExecutionSummary> | undefined;
}

function Row({ row, name, isCurrent, selection }: RowProps) {
  const { t } = useTranslation('executions');
  const link = useRef<HTMLAnchorElement>(null);
  const Trigger = lookOf(`trigger:${row.trigger_kind}`).icon;
  useEffect(() => {
    if (isCurrent) link.current?.focus();
  }, [isCurrent]);
  return (
    <>
      <span role="cell" className="row-span-2 self-center md:row-span-1">
        {selection !== undefined && (
          <Choice
            label={t('bulk.choose', { name, id: shortId(row.id) })}
            isOn={selection.has(row.id)}
            onChange={(isRange) => selection.toggle(row.id, isRange)}
          />
        )}
      </span>
      <span className="min-w-0 truncate" role="cell">
        <Link
          ref={link}
          to={`/executions/${row.id}`}
          title={name}
          className={cn('font-medium', ROW_OPENER)}
        >
          {name}
        </Link>
      </span>
      <span role="cell" className="flex justify-self-end md:justify-self-start">
        <StatusBadge status={row.status} hadErrors={row.had_errors} />
      </span>
      <span role="cell" className="hidden items-center gap-1.5 text-fg-2 md:flex">
        <Trigger className="size-4 shrink-0 text-fg-3" aria-hidden />
        {t(`workflows:trigger.${row.trigger_kind as 'webhook'}`, {
          defaultValue: row.trigger_kind,
        })}
      </span>
      <TimeAgo at={row.created_at} className="text-fg-2 text-xs tabular-nums md:text-sm" />
      <span role="cell" className="justify-self-end text-fg-2 text-xs tabular-nums md:text-sm">
        <DurationOf timed={row} />
      </span>
      <span role="cell" className="hidden justify-self-end font-mono text-fg-3 text-xs md:block">
        {shortId(row.id)}
      </span>
    </>
  );
}

function useRowKeys(rows: readonly ExecutionSummary[], scrollTo: (index: number) => void) {
  const [current, setCurrent] = useState(-1);
  const move = (by: number): void => {
    const next = Math.min(rows.length - 1, Math.max(0, current + by));
    setCurrent(next);
    scrollTo(next);
  };
  useShortcut('next_row', () => move(1), rows.length > 0);
  useShortcut('previous_row', () => move(-1), rows.length > 0);
  return current;
}

interface ExecutionRowsProps {
  rows: readonly ExecutionSummary[];
  nameOf: (workflowId: string) => string;
  scroller: RefObject<HTMLDivElement | null>;
  hasMore: boolean;
  onEnd: () => void;
  selection: Selection<ExecutionSummary> | undefined;
}

/** Rows of a fixed height, of which only the visible ones exist; asks for more shortly before the end. */
export function ExecutionRows(props: ExecutionRowsProps) {
  const { rows, nameOf, scroller, hasMore, onEnd, selection } = props;
  const { t } = useTranslation('executions');
  const height = isPhone() ? PHONE_ROW_PX : ROW_PX;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 12,
  });
  const current = useRowKeys(rows, (index) => virtual.scrollToIndex(index));
  useChoiceKeys(rows[current]?.id, selection);
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && last >= rows.length - 15) onEnd();
  }, [hasMore, last, rows.length, onEnd]);
  return (
    <div role="table" aria-label={t('title')} aria-rowcount={-1}>
      <div
        role="row"
        className={`${GRID} sticky top-0 z-10 hidden h-9 border-line border-b bg-panel font-medium text-fg-2 text-xs md:grid`}
      >
        <span role="columnheader">
          {selection !== undefined && (
            <Choice
              label={t('bulk.choose_all')}
              isOn={selection.isAll}
              isPartly={selection.chosen.length > 0 && !selection.isAll}
              onChange={selection.toggleAll}
            />
          )}
        </span>
        <span role="columnheader">{t('column.workflow')}</span>
        <span role="columnheader">{t('column.status')}</span>
        <span role="columnheader">{t('column.trigger')}</span>
        <span role="columnheader">{t('column.started')}</span>
        <span role="columnheader" className="justify-self-end">
          {t('column.duration')}
        </span>
        <span role="columnheader" className="justify-self-end">
          {t('column.execution')}
        </span>
      </div>
      <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          return (
            <div
              key={row.id}
              role="row"
              aria-rowindex={item.index + 1}
              className={cn(
                GRID,
                'absolute inset-x-0 border-line border-b',
                selection?.has(row.id) === true ? 'bg-accent-soft' : 'hover:bg-hover',
              )}
              style={{ height, transform: `translateY(${item.start}px)` }}
            >
              <Row
                row={row}
                name={nameOf(row.workflow_id)}
                isCurrent={item.index === current}
                selection={selection}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}
