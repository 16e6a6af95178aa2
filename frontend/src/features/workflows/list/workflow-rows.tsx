import { type ReactNode, type RefObject, useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Trend } from '@/features/executions/facade';
import { cn } from '@/lib/cn';
import { useRowKeys } from '@/lib/list';
import { useMedia } from '@/lib/media';
import { type Selection, useChoiceKeys } from '@/lib/selection';
import { useWindow } from '@/lib/window';
import { Choice } from '@/ui/choice';
import type { WorkflowSummary } from '../types';
import { lade } from './dragging';
import { type RowAct, type RowMay, WorkflowRow } from './workflow-row';

const ROW_PX = 48;
const NARROW_ROW_PX = 72;
const HEAD_PX = 36;
const GRID =
  'grid grid-cols-[24px_minmax(0,1fr)_auto] content-center items-center gap-x-3 gap-y-1 px-3 sm:px-4 lg:grid-cols-[24px_minmax(160px,1fr)_128px_88px_228px_88px_144px] lg:gap-x-4';

interface WorkflowRowsProps {
  rows: readonly WorkflowSummary[];
  trendOf: ((workflowId: string) => Trend | undefined) | null;
  demo: (workflowId: string) => ReactNode;
  may: RowMay;
  scroller: RefObject<HTMLDivElement | null>;
  selection: Selection<WorkflowSummary> | undefined;
  hasMore: boolean;
  onEnd: () => void;
  /** Which row J and K have reached. */
  onCurrent: (id: string | null) => void;
  onAct: (act: RowAct, workflow: WorkflowSummary) => void;
}

/** Rows of one height, of which only those near the window exist; asks for more shortly before the end. */
export function WorkflowRows(props: WorkflowRowsProps) {
  const { rows, trendOf, demo, may, scroller, selection, hasMore, onEnd, onCurrent, onAct } = props;
  const { t } = useTranslation('workflows');
  const isNarrow = useMedia('(width < 64rem)');
  const rowPx = isNarrow ? NARROW_ROW_PX : ROW_PX;
  const headPx = isNarrow ? 0 : HEAD_PX;
  const { start, end, scrollTo } = useWindow({ count: rows.length, rowPx, headPx, scroller });
  const ids = useMemo(() => rows.map(({ id }) => id), [rows]);
  const last = useRowKeys({ ids, scrollTo });
  const current = last !== null && ids.includes(last) ? last : null;
  useChoiceKeys(current ?? undefined, selection);
  useEffect(() => onCurrent(current), [current, onCurrent]);
  useEffect(() => {
    if (hasMore && end >= rows.length - 3) onEnd();
  }, [hasMore, end, rows.length, onEnd]);
  return (
    <div role="table" aria-label={t('title')} aria-rowcount={-1}>
      <div
        role="row"
        className={cn(
          GRID,
          'sticky top-0 z-10 hidden h-9 border-line border-b bg-panel font-medium text-fg-2 text-xs lg:grid',
        )}
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
        <span role="columnheader">{t('column.name')}</span>
        <span role="columnheader">{t('column.trigger')}</span>
        <span role="columnheader">{t('column.state')}</span>
        <span role="columnheader">{trendOf !== null && t('column.last')}</span>
        <span role="columnheader">{trendOf !== null && t('column.trend')}</span>
        <span role="columnheader">
          <span className="sr-only">{t('column.actions')}</span>
        </span>
      </div>
      <div role="rowgroup" className="relative" style={{ height: rows.length * rowPx }}>
        {rows.slice(start, end).map((row, index) => {
          const isChosen = selection?.has(row.id) === true;
          return (
            <div
              key={row.id}
              role="row"
              aria-rowindex={start + index + 1}
              className={cn(
                GRID,
                'absolute inset-x-0 border-line border-b',
                isChosen ? 'bg-accent-soft' : 'hover:bg-hover',
              )}
              style={{ height: rowPx, transform: `translateY(${(start + index) * rowPx}px)` }}
            >
              <WorkflowRow
                workflow={row}
                trend={trendOf?.(row.id)}
                hasTrend={trendOf !== null}
                demo={demo(row.id)}
                may={may}
                isChosen={isChosen}
                onChoose={selection?.toggle}
                onAct={onAct}
                onDrag={(event) =>
                  lade(event, {
                    workflows: isChosen ? selection.chosen.map(({ id }) => id) : [row.id],
                  })
                }
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}
