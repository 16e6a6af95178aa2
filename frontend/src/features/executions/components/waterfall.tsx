import { useTranslation } from 'react-i18next';
import { lookOf } from '@/canvas/families';
import { StatusIcon } from '@/canvas/status-icon';
import type { WorkflowDocument } from '@/engine/document';
import { axisOf, barOf, type Span } from '@/engine/timeline';
import { useNow } from '@/lib/clock';
import { cn } from '@/lib/cn';
import type { Step } from '../types';
import { DurationOf } from './duration-of';

const BAR: Readonly<Record<string, string>> = {
  completed: 'bg-ok',
  failed: 'bg-bad',
  running: 'bg-run',
  waiting: 'bg-warn',
  unknown: 'bg-warn',
};

const spanOf = (step: Step): Span | null => {
  if (step.started_at === null || step.status === 'skipped') return null;
  return {
    start: Date.parse(step.started_at),
    end: step.ended_at === null ? null : Date.parse(step.ended_at),
  };
};

interface RowProps {
  step: Step;
  name: string;
  bar: { left: number; width: number } | null;
  isSelected: boolean;
  onSelect: () => void;
}

function Row({ step, name, bar, isSelected, onSelect }: RowProps) {
  const { t } = useTranslation('executions');
  const Icon = lookOf(step.node_type).icon;
  return (
    <li>
      <button
        type="button"
        aria-pressed={isSelected}
        onClick={onSelect}
        className="flex h-8 w-full items-center gap-2.5 px-4 text-left hover:bg-hover focus-visible:-outline-offset-2 aria-pressed:bg-accent-soft"
      >
        <Icon className="size-4 shrink-0 text-fg-3" aria-hidden />
        <span
          className={cn('w-32 shrink-0 truncate xl:w-36', step.status === 'skipped' && 'text-fg-3')}
          title={name}
        >
          {name}
        </span>
        <span className="relative h-1.5 min-w-0 flex-1 rounded-full bg-hover" aria-hidden>
          {bar !== null && (
            <span
              className={cn(
                'absolute inset-y-0 rounded-full',
                BAR[step.status] ?? 'bg-line-strong',
              )}
              style={{ left: `${bar.left}%`, width: `${bar.width}%` }}
            />
          )}
        </span>
        <span className="w-16 shrink-0 text-right text-fg-2 text-xs tabular-nums">
          {step.status === 'skipped' ? t('status.skipped') : <DurationOf timed={step} />}
        </span>
        <StatusIcon status={step.status} />
        <span className="sr-only">{t(`status.${step.status}`)}</span>
      </button>
    </li>
  );
}

export const stepKey = (step: Step): string => `${step.scope}/${step.node_id}`;

interface WaterfallProps {
  document: WorkflowDocument;
  steps: readonly Step[];
  selected: string | null;
  onSelect: (key: string) => void;
}

/** The steps in the graph's order, with bars on one time axis. */
export function Waterfall({ document, steps, selected, onSelect }: WaterfallProps) {
  const { t } = useTranslation('executions');
  const now = useNow();
  const names = new Map(document.nodes.map((node) => [node.id, node.name]));
  const spans = steps.flatMap((step) => spanOf(step) ?? []);
  const axis = axisOf(spans, now);
  if (steps.length === 0) return <p className="px-4 py-3 text-fg-3">{t('page.no_steps')}</p>;
  return (
    <ol className="py-1">
      {steps.map((step) => {
        const span = spanOf(step);
        const name = names.get(step.node_id) ?? step.node_id;
        return (
          <Row
            key={stepKey(step)}
            step={step}
            name={step.scope === '' ? name : `${name} · ${step.scope}`}
            bar={span === null || axis === null ? null : barOf(span, axis, now)}
            isSelected={selected === stepKey(step)}
            onSelect={() => onSelect(stepKey(step))}
          />
        );
      })}
    </ol>
  );
}
