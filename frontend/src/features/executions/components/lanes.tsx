import { useTranslation } from 'react-i18next';
import { type Axis, barOf, lanesOf, roomOf } from '@/engine/timeline';
import { cn } from '@/lib/cn';
import { duration } from '@/lib/format';
import { spanOf } from '../spans';
import type { Step } from '../types';
import { BAR } from './step-line';

const LANE_PX = 30;
/** Per cent of the axis: a node can be hit and read, however short it ran; its bar below is as long as it ran. */
const LEAST = 10;
const MARKS = 4;

interface Line {
  key: string;
  name: string;
  pass: string;
  step: Step;
}

interface LanesProps {
  lines: readonly Line[];
  axis: Axis | null;
  now: number;
  selected: string | null;
  onSelect: (key: string) => void;
}

/** Bars by when they ran: what follows lies in one lane, what went on at the same time in several. */
export default function Lanes({ lines, axis, now, selected, onSelect }: LanesProps) {
  const { t } = useTranslation('executions');
  const begun = lines.flatMap((line) => {
    const span = spanOf(line.step);
    return span === null ? [] : [{ ...line, span }];
  });
  if (axis === null) return <p className="p-4 text-fg-3">{t('lanes.empty')}</p>;
  const length = axis.end - axis.start;
  const spans = begun.map(({ span }) => span);
  const lanes = lanesOf(
    spans.map((span) => roomOf(span, axis, now, (length * LEAST) / 100)),
    now,
  );
  const count = Math.max(...lanes) + 1;
  const atOnce = Math.max(...lanesOf(spans, now)) + 1;
  return (
    <div className="px-4 py-2">
      <div
        className="relative mb-1 flex justify-between text-2xs text-fg-3 tabular-nums"
        aria-hidden
      >
        {Array.from({ length: MARKS + 1 }, (_, index) => (
          <span key={index}>{index === 0 ? '0' : duration((length * index) / MARKS)}</span>
        ))}
      </div>
      <ol
        aria-label={t('lanes.label')}
        className="relative overflow-hidden"
        style={{ height: count * LANE_PX }}
      >
        {begun.map(({ key, name, pass, step, span }, index) => {
          const bar = barOf(span, axis, now);
          const width = Math.max(LEAST, bar.width);
          const left = Math.min(bar.left, 100 - width);
          const took = duration((span.end ?? now) - span.start);
          const label = pass === '' ? name : `${name} ${pass}`;
          return (
            <li
              key={key}
              className="absolute p-px"
              style={{
                top: (lanes[index] ?? 0) * LANE_PX,
                height: LANE_PX - 2,
                left: `${left}%`,
                width: `${width}%`,
              }}
            >
              <button
                type="button"
                aria-pressed={selected === key}
                title={`${label} · ${took}`}
                onClick={() => onSelect(key)}
                className="relative flex size-full items-center overflow-hidden rounded-sm bg-hover px-1.5 text-left text-2xs inset-ring inset-ring-line hover:inset-ring-line-strong aria-pressed:inset-ring-2 aria-pressed:inset-ring-accent"
              >
                <span
                  className={cn(
                    'absolute bottom-0 h-1 rounded-full',
                    BAR[step.status] ?? 'bg-line-strong',
                  )}
                  style={{
                    left: `${((bar.left - left) / width) * 100}%`,
                    width: `${(bar.width / width) * 100}%`,
                  }}
                  aria-hidden
                />
                <span className="truncate">{label}</span>
                <span className="sr-only">
                  {took} {t(`status.${step.status}`)}
                </span>
              </button>
            </li>
          );
        })}
      </ol>
      <p className="mt-1.5 text-fg-3 text-xs">{t('lanes.count', { count: atOnce })}</p>
    </div>
  );
}
