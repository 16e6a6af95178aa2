import { ChevronRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { lookOf } from '@/canvas/families';
import { StatusIcon } from '@/canvas/status-icon';
import type { Bar } from '@/engine/timeline';
import type { SchemaStepListed } from '@/generated/api';
import { cn } from '@/lib/cn';
import { DurationOf } from './duration-of';

export const BAR: Readonly<Record<string, string>> = {
  completed: 'bg-ok',
  failed: 'bg-bad',
  running: 'bg-run',
  waiting: 'bg-warn',
  unknown: 'bg-warn',
};

const INDENT_PX = 16;

interface Toggle {
  isOpen: boolean;
  label: string;
  onToggle: () => void;
}

interface StepLineProps {
  name: string;
  /** The pass it ran in; "" outside of every container. */
  pass: string;
  type: string;
  /** Null: the node has not begun. */
  step: Pick<SchemaStepListed, 'status' | 'started_at' | 'ended_at'> | null;
  bar: Bar | null;
  isSelected: boolean;
  onSelect: () => void;
  /** How many executions it lies within. */
  depth?: number;
  /** It opens what it called. */
  toggle?: Toggle | undefined;
}

/** One node on the axis of time. */
export function StepLine(props: StepLineProps) {
  const { name, pass, type, step, bar, isSelected, onSelect, depth = 0, toggle } = props;
  const { t } = useTranslation('executions');
  const Icon = lookOf(type).icon;
  const isQuiet = step === null || step.status === 'skipped';
  return (
    <div className="flex items-stretch" style={{ paddingLeft: depth * INDENT_PX }}>
      {toggle !== undefined && (
        <button
          type="button"
          aria-expanded={toggle.isOpen}
          aria-label={toggle.label}
          onClick={toggle.onToggle}
          className="relative z-1 -mr-4 ml-1 grid w-6 shrink-0 place-items-center rounded-sm text-fg-3 hover:bg-hover hover:text-fg focus-visible:-outline-offset-2"
        >
          <ChevronRight className={cn('size-3.5', toggle.isOpen && 'rotate-90')} aria-hidden />
        </button>
      )}
      <button
        type="button"
        aria-pressed={isSelected}
        onClick={onSelect}
        className="flex h-8 min-w-0 flex-1 items-center gap-2.5 px-4 text-left hover:bg-hover focus-visible:-outline-offset-2 aria-pressed:bg-accent-soft"
      >
        <Icon className="size-4 shrink-0 text-fg-3" aria-hidden />
        <span
          className={cn(
            'flex w-36 shrink-0 items-baseline gap-1.5 md:w-40 xl:w-48',
            isQuiet && 'text-fg-3',
          )}
          title={pass === '' ? name : `${name} · ${pass}`}
        >
          <span className="min-w-0 truncate">{name}</span>
          {pass !== '' && <span className="shrink-0 text-fg-3 text-xs">{pass}</span>}
        </span>
        <span className="relative h-1.5 min-w-0 flex-1 rounded-full bg-hover" aria-hidden>
          {bar !== null && step !== null && (
            <span
              className={cn(
                'absolute inset-y-0 rounded-full',
                BAR[step.status] ?? 'bg-line-strong',
              )}
              style={{ left: `${bar.left}%`, width: `${bar.width}%` }}
            />
          )}
        </span>
        <span className="min-w-14 shrink-0 whitespace-nowrap text-right text-fg-2 text-xs tabular-nums">
          {step === null ? (
            '–'
          ) : step.status === 'skipped' ? (
            t('status.skipped')
          ) : (
            <DurationOf timed={step} />
          )}
        </span>
        {step === null ? (
          <span className="size-3.5 shrink-0" />
        ) : (
          <StatusIcon status={step.status} />
        )}
        <span className="sr-only">
          {step === null ? t('detail.unreached_title') : t(`status.${step.status}`)}
        </span>
      </button>
    </div>
  );
}
