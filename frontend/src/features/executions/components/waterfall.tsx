import { useTranslation } from 'react-i18next';
import { lookOf } from '@/canvas/families';
import { StatusIcon } from '@/canvas/status-icon';
import type { WorkflowDocument } from '@/engine/document';
import { topologicalOrder } from '@/engine/graph';
import { isPass, passName } from '@/engine/passes';
import { axisOf, barOf, type Span } from '@/engine/timeline';
import { useNow } from '@/lib/clock';
import { cn } from '@/lib/cn';
import { settledCount } from '../node-states';
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

export const keyOf = (scope: string, nodeId: string): string => `${scope}/${nodeId}`;
export const stepKey = (step: Step): string => keyOf(step.scope, step.node_id);

interface Line {
  key: string;
  name: string;
  /** The pass it ran in; "" outside of every container. */
  pass: string;
  type: string;
  /** Null: the node has not begun. */
  step: Step | null;
}

/** One line per step in the given order, then one for each node that has not begun, as far as that is known. */
function linesOf(document: WorkflowDocument, steps: readonly Step[], isCut: boolean): Line[] {
  const byId = new Map(document.nodes.map((node) => [node.id, node]));
  const begun = new Set(steps.map((step) => step.node_id));
  const nameOf = (step: Step): string => byId.get(step.node_id)?.name ?? step.node_id;
  return [
    ...steps.map((step) => ({
      key: stepKey(step),
      name: nameOf(step),
      pass: passName(document, step.scope),
      type: step.node_type,
      step,
    })),
    ...topologicalOrder(document).flatMap((id) => {
      const node = byId.get(id);
      if (isCut || node === undefined || begun.has(id)) return [];
      return [{ key: keyOf('', id), name: node.name, pass: '', type: node.type, step: null }];
    }),
  ];
}

interface RowProps {
  line: Line;
  bar: { left: number; width: number } | null;
  isSelected: boolean;
  onSelect: () => void;
}

function Row({ line: { name, pass, type, step }, bar, isSelected, onSelect }: RowProps) {
  const { t } = useTranslation('executions');
  const Icon = lookOf(type).icon;
  const isQuiet = step === null || step.status === 'skipped';
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
          {step === null ? '–' : <Took step={step} />}
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
    </li>
  );
}

function Took({ step }: { step: Step }) {
  const { t } = useTranslation('executions');
  return step.status === 'skipped' ? t('status.skipped') : <DurationOf timed={step} />;
}

interface WaterfallProps {
  document: WorkflowDocument;
  steps: readonly Step[];
  /** There are more steps than these. */
  isCut: boolean;
  selected: string | null;
  onSelect: (key: string) => void;
}

/** The nodes in the graph's order, with bars on one time axis. */
export function Waterfall({ document, steps, isCut, selected, onSelect }: WaterfallProps) {
  const { t } = useTranslation('executions');
  const now = useNow();
  const axis = axisOf(
    steps.flatMap((step) => spanOf(step) ?? []),
    now,
  );
  const lines = linesOf(document, steps, isCut);
  return (
    <>
      <header className="sticky top-0 z-1 flex h-10 items-center gap-2 border-line border-b bg-panel px-4">
        <h2 className="font-semibold">{t('page.steps')}</h2>
        <span className="ml-auto text-fg-2 text-xs tabular-nums">
          {t('page.progress', {
            done: settledCount(steps),
            all: lines.filter(({ step }) => step === null || !isPass(step)).length,
          })}
        </span>
      </header>
      <ol className="py-1">
        {lines.map((line) => {
          const span = line.step === null ? null : spanOf(line.step);
          return (
            <Row
              key={line.key}
              line={line}
              bar={span === null || axis === null ? null : barOf(span, axis, now)}
              isSelected={selected === line.key}
              onSelect={() => onSelect(line.key)}
            />
          );
        })}
      </ol>
    </>
  );
}
