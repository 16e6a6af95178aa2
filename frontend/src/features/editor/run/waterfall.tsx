import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { lookOf } from '@/canvas/families';
import type { NodeStates } from '@/canvas/states';
import { StatusIcon } from '@/canvas/status-icon';
import type { WorkflowDocument } from '@/engine/document';
import { topologicalOrder } from '@/engine/graph';
import { isPass } from '@/engine/passes';
import { axisOf, type Bar, barOf, type Span } from '@/engine/timeline';
import type { Step } from '@/features/executions/facade';
import { useNow } from '@/lib/clock';
import { cn } from '@/lib/cn';
import { duration } from '@/lib/format';

interface Line {
  id: string;
  name: string;
  type: string;
  /** From its first start to its last end, in all passes; null: it has not begun, or was skipped. */
  span: Span | null;
  /** How often it ran. */
  runs: number;
  /** The draft has it no more. */
  isGone: boolean;
}

/** From the first start to the last end of a node's runs. */
function spanOf(runs: readonly Step[]): Span | null {
  const begun = runs.filter(
    ({ started_at, status }) => started_at !== null && status !== 'skipped',
  );
  if (begun.length === 0) return null;
  const ends = begun.map(({ ended_at }) => (ended_at === null ? null : Date.parse(ended_at)));
  return {
    start: Math.min(...begun.map(({ started_at }) => Date.parse(started_at ?? ''))),
    end: ends.includes(null) ? null : Math.max(...ends.map((end) => end ?? 0)),
  };
}

/** The runs of each node. */
function runsIn(steps: readonly Step[]): ReadonlyMap<string, readonly Step[]> {
  const runs = new Map<string, Step[]>();
  for (const step of steps) {
    if (isPass(step)) continue;
    const known = runs.get(step.node_id);
    if (known === undefined) runs.set(step.node_id, [step]);
    else known.push(step);
  }
  return runs;
}

function linesOf(
  document: WorkflowDocument,
  runs: ReadonlyMap<string, readonly Step[]>,
  spans: ReadonlyMap<string, Span | null>,
): Line[] {
  const nodes = new Map(document.nodes.map((node) => [node.id, node]));
  const gone = [...runs.keys()].filter((id) => !nodes.has(id));
  return [...topologicalOrder(document), ...gone].map((id) => {
    const own = runs.get(id) ?? [];
    const node = nodes.get(id);
    return {
      id,
      name: node?.name ?? id,
      type: node?.type ?? own[0]?.node_type ?? '',
      span: spans.get(id) ?? null,
      runs: own.length,
      isGone: node === undefined,
    };
  });
}

const BAR: Readonly<Record<string, string>> = {
  completed: 'bg-ok',
  failed: 'bg-bad',
  running: 'bg-run',
  waiting: 'bg-warn',
  unknown: 'bg-warn',
};

interface RowProps {
  line: Line;
  status: string;
  bar: Bar | null;
  took: string;
  isSelected: boolean;
  onSelect: () => void;
}

function Row({ line, status, bar, took, isSelected, onSelect }: RowProps) {
  const { t } = useTranslation(['run', 'executions']);
  const Icon = lookOf(line.type).icon;
  const isQuiet = line.span === null;
  const name = line.isGone ? t('panel.gone', { name: line.name }) : line.name;
  return (
    <li>
      <button
        type="button"
        aria-pressed={isSelected}
        onClick={onSelect}
        title={name}
        className="flex h-7 w-full items-center gap-2 px-3 text-left hover:bg-hover focus-visible:-outline-offset-2 aria-pressed:bg-accent-soft"
      >
        <Icon className="size-3.5 shrink-0 text-fg-3" aria-hidden />
        <span className={cn('w-28 shrink-0 truncate', isQuiet && 'text-fg-3')}>{line.name}</span>
        {line.runs > 1 && (
          <span className="-ml-1 shrink-0 text-2xs text-fg-3 tabular-nums">×{line.runs}</span>
        )}
        <span className="relative h-1.5 min-w-6 flex-1 rounded-full bg-hover" aria-hidden>
          {bar !== null && (
            <span
              className={cn('absolute inset-y-0 rounded-full', BAR[status] ?? 'bg-line-strong')}
              style={{ left: `${bar.left}%`, width: `${bar.width}%` }}
            />
          )}
        </span>
        <span className="w-12 shrink-0 text-right text-2xs text-fg-2 tabular-nums">{took}</span>
        <StatusIcon status={status} />
        {status === '' ? (
          <span className="size-3.5 shrink-0" aria-hidden />
        ) : (
          <span className="sr-only">{t(`executions:status.${status as 'completed'}`)}</span>
        )}
      </button>
    </li>
  );
}

interface WaterfallProps {
  document: WorkflowDocument;
  steps: readonly Step[];
  states: NodeStates;
  selected: string | null;
  onSelect: (nodeId: string, isGone: boolean) => void;
}

/** The nodes in the graph's order with bars on one axis of time: one line for each, however often it ran. */
export function Waterfall({ document, steps, states, selected, onSelect }: WaterfallProps) {
  const { t } = useTranslation('run');
  const now = useNow();
  const { runs, spans } = useMemo(() => {
    const found = runsIn(steps);
    return { runs: found, spans: new Map([...found].map(([id, own]) => [id, spanOf(own)])) };
  }, [steps]);
  const lines = useMemo(() => linesOf(document, runs, spans), [document, runs, spans]);
  const axis = axisOf(
    lines.flatMap(({ span }) => span ?? []),
    now,
  );
  const tookOf = ({ span }: Line): string =>
    span === null ? '–' : duration((span.end ?? Math.max(now, span.start)) - span.start);
  return (
    <ol aria-label={t('panel.nodes')} className="py-1">
      {lines.map((line) => (
        <Row
          key={line.id}
          line={line}
          status={states.get(line.id)?.status ?? ''}
          bar={line.span === null || axis === null ? null : barOf(line.span, axis, now)}
          took={tookOf(line)}
          isSelected={selected === line.id}
          onSelect={() => onSelect(line.id, line.isGone)}
        />
      ))}
    </ol>
  );
}
