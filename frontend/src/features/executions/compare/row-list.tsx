import { type RefObject, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { lookOf } from '@/canvas/families';
import { StatusIcon } from '@/canvas/status-icon';
import type { SchemaStepListed } from '@/generated/api';
import { cn } from '@/lib/cn';
import { duration, elapsed } from '@/lib/format';
import { PHONE, useMedia } from '@/lib/media';
import { useWindow } from '@/lib/window';
import { isDifferent, type Row } from './rows';

const ROW_PX = 36;
const PHONE_ROW_PX = 60;
const GRID =
  'grid w-full items-center gap-x-3 px-4 text-left grid-cols-[16px_minmax(0,1fr)_auto_auto_64px] md:grid-cols-[16px_minmax(0,1.3fr)_84px_84px_76px_minmax(0,1fr)]';

const msOf = (step: SchemaStepListed | null): number | null =>
  step?.ended_at == null ? null : elapsed(step.started_at, step.ended_at, 0);

/** How much longer the later one took: "+1.2 s", "−40 ms". */
export function longer(before: number | null, after: number | null): string {
  if (before === null || after === null) return '';
  const by = after - before;
  if (Math.abs(by) < 0.5) return '±0';
  return `${by > 0 ? '+' : '−'}${duration(Math.abs(by))}`;
}

function Half({ step, side }: { step: SchemaStepListed | null; side: string }) {
  const { t } = useTranslation(['compare', 'executions']);
  const ms = msOf(step);
  return (
    <span className="flex items-center gap-1.5 text-fg-2 text-xs tabular-nums">
      <span className="sr-only">
        {side} {step === null ? t('absent') : t(`executions:status.${step.status}`)}
      </span>
      {step === null ? (
        <span className="size-3.5 text-center text-fg-3" aria-hidden>
          –
        </span>
      ) : (
        <StatusIcon status={step.status} />
      )}
      <span className="max-md:hidden">
        {ms === null || step?.status === 'skipped' ? '' : duration(ms)}
      </span>
    </span>
  );
}

function RowLine({ row }: { row: Row }) {
  const { t } = useTranslation('compare');
  const Icon = lookOf(row.type).icon;
  const what =
    row.only === null
      ? row.differs.map((part) => t(`differs.${part}`)).join(', ')
      : t(`only_short_${row.only}`);
  return (
    <>
      <Icon className="size-4 shrink-0 text-fg-3" aria-hidden />
      <span
        className={cn('flex min-w-0 items-baseline gap-1.5', !isDifferent(row) && 'text-fg-2')}
        title={row.pass === '' ? row.name : `${row.name} · ${row.pass}`}
      >
        <span className="min-w-0 truncate">{row.name}</span>
        {row.pass !== '' && <span className="shrink-0 text-fg-3 text-xs">{row.pass}</span>}
      </span>
      <Half step={row.before} side={t('before')} />
      <Half step={row.after} side={t('after')} />
      <span className="text-right text-fg-2 text-xs tabular-nums">
        {longer(msOf(row.before), msOf(row.after))}
      </span>
      <span
        className="truncate text-accent text-xs max-md:col-span-4 max-md:col-start-2"
        title={what}
      >
        {what}
      </span>
    </>
  );
}

/** What stands in the columns; on a phone there are none. */
export function RowHead() {
  const { t } = useTranslation('compare');
  return (
    <div
      className={cn(
        GRID,
        'hidden h-8 shrink-0 border-transparent border-l-2 font-medium text-fg-3 text-xs md:grid',
      )}
      aria-hidden
    >
      <span className="col-span-2">{t('column.node')}</span>
      <span>{t('before')}</span>
      <span>{t('after')}</span>
      <span className="text-right">{t('column.longer')}</span>
      <span>{t('column.differs')}</span>
    </div>
  );
}

interface RowListProps {
  rows: readonly Row[];
  selected: string | null;
  scroller: RefObject<HTMLDivElement | null>;
  onSelect: (key: string) => void;
}

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

/** One line for each node and pass, of which only those in view exist. The arrows lead from one to the next. */
export function RowList({ rows, selected, scroller, onSelect }: RowListProps) {
  const { t } = useTranslation('compare');
  const rowPx = useMedia(PHONE) ? PHONE_ROW_PX : ROW_PX;
  const { start, end, scrollTo } = useWindow({ count: rows.length, rowPx, headPx: 0, scroller });
  const index = rows.findIndex(({ key }) => key === selected);
  // Only what is chosen is scrolled to: whoever scrolls away stays there.
  const latest = useRef(scrollTo);
  useEffect(() => {
    latest.current = scrollTo;
  });
  useEffect(() => {
    if (index !== -1) latest.current(index);
  }, [index]);
  const walk = (key: string, from: number): void => {
    const next = rows[from + (STEPS[key] ?? 0)];
    if (next === undefined) return;
    onSelect(next.key);
    const drawn = scroller.current?.querySelectorAll<HTMLElement>('[data-line]') ?? [];
    [...drawn].find(({ dataset }) => dataset.line === next.key)?.focus();
  };
  return (
    <ol aria-label={t('nodes')} className="relative" style={{ height: rows.length * rowPx }}>
      {rows.slice(start, end).map((row, offset) => (
        <li
          key={row.key}
          className="absolute inset-x-0"
          style={{ height: rowPx, transform: `translateY(${(start + offset) * rowPx}px)` }}
        >
          <button
            type="button"
            data-line={row.key}
            aria-pressed={row.key === selected}
            onClick={() => onSelect(row.key)}
            onKeyDown={(event) => {
              if (STEPS[event.key] === undefined) return;
              event.preventDefault();
              walk(event.key, start + offset);
            }}
            className={cn(
              GRID,
              'h-full border-transparent border-l-2 hover:bg-hover focus-visible:-outline-offset-2 aria-pressed:bg-accent-soft',
              isDifferent(row) && 'border-l-accent',
            )}
          >
            <RowLine row={row} />
          </button>
        </li>
      ))}
    </ol>
  );
}
