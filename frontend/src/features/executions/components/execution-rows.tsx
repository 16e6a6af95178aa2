import { type RefObject, useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { lookOf } from '@/canvas/families';
import { StatusBadge } from '@/canvas/status-badge';
import { cn } from '@/lib/cn';
import { shortId } from '@/lib/format';
import { useRowKeys } from '@/lib/list';
import { PHONE, useMedia } from '@/lib/media';
import { type Selection, useChoiceKeys } from '@/lib/selection';
import { useWindow } from '@/lib/window';
import { Choice } from '@/ui/choice';
import { ROW_OPENER } from '@/ui/list';
import { TimeAgo } from '@/ui/time-ago';
import type { ExecutionSummary } from '../types';
import { DurationOf } from './duration-of';

const ROW_PX = 44;
const PHONE_ROW_PX = 64;
const HEAD_PX = 36;
const GRID =
  'grid grid-cols-[24px_1fr_auto] items-center gap-x-3 px-3 md:gap-x-4 md:px-4 md:grid-cols-[24px_minmax(140px,1.6fr)_170px_110px_120px_90px_96px]';

interface RowProps {
  row: ExecutionSummary;
  name: string;
  selection: Selection<ExecutionSummary>;
}

function Row({ row, name, selection }: RowProps) {
  const { t } = useTranslation('executions');
  const Trigger = lookOf(`trigger:${row.trigger_kind}`).icon;
  return (
    <>
      <span role="cell" className="row-span-2 self-center md:row-span-1">
        <Choice
          label={t('bulk.choose', { name, id: shortId(row.id) })}
          isOn={selection.has(row.id)}
          onChange={(isRange) => selection.toggle(row.id, isRange)}
        />
      </span>
      <span className="min-w-0 truncate" role="cell">
        <Link
          data-row={row.id}
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
      <span role="cell" className="hidden min-w-0 items-center gap-1.5 text-fg-2 md:flex">
        <Trigger className="size-4 shrink-0 text-fg-3" aria-hidden />
        <span className="truncate">
          {t(`workflows:trigger.${row.trigger_kind as 'webhook'}`, {
            defaultValue: row.trigger_kind,
          })}
        </span>
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

interface ExecutionRowsProps {
  rows: readonly ExecutionSummary[];
  nameOf: (workflowId: string) => string;
  scroller: RefObject<HTMLDivElement | null>;
  hasMore: boolean;
  onEnd: () => void;
  selection: Selection<ExecutionSummary>;
}

/** Rows of a fixed height, of which only the visible ones exist; asks for more shortly before the end. */
export function ExecutionRows(props: ExecutionRowsProps) {
  const { rows, nameOf, scroller, hasMore, onEnd, selection } = props;
  const { t } = useTranslation('executions');
  const isPhone = useMedia(PHONE);
  const rowPx = isPhone ? PHONE_ROW_PX : ROW_PX;
  const headPx = isPhone ? 0 : HEAD_PX;
  const { start, end, scrollTo } = useWindow({ count: rows.length, rowPx, headPx, scroller });
  const ids = useMemo(() => rows.map(({ id }) => id), [rows]);
  const current = useRowKeys({ ids, scrollTo });
  useChoiceKeys(current !== null && ids.includes(current) ? current : undefined, selection);
  useEffect(() => {
    if (hasMore && end >= rows.length - 3) onEnd();
  }, [hasMore, end, rows.length, onEnd]);
  return (
    <div role="table" aria-label={t('title')} aria-rowcount={-1}>
      <div
        role="row"
        className={`${GRID} sticky top-0 z-10 hidden h-9 border-line border-b bg-panel font-medium text-fg-2 text-xs md:grid`}
      >
        <span role="columnheader">
          <Choice
            label={t('bulk.choose_all')}
            isOn={selection.isAll}
            isPartly={selection.chosen.length > 0 && !selection.isAll}
            onChange={selection.toggleAll}
          />
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
      <div role="rowgroup" className="relative" style={{ height: rows.length * rowPx }}>
        {rows.slice(start, end).map((row, index) => (
          <div
            key={row.id}
            role="row"
            aria-rowindex={start + index + 1}
            className={cn(
              GRID,
              'absolute inset-x-0 border-line border-b',
              selection.has(row.id) ? 'bg-accent-soft' : 'hover:bg-hover',
            )}
            style={{ height: rowPx, transform: `translateY(${(start + index) * rowPx}px)` }}
          >
            <Row row={row} name={nameOf(row.workflow_id)} selection={selection} />
          </div>
        ))}
      </div>
    </div>
  );
}
