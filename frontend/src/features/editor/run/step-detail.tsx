import { Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type Execution,
  Files,
  GrowingText,
  isFinal,
  type Step,
  StepNotes,
  useGrowingText,
} from '@/features/executions/facade';
import { cn } from '@/lib/cn';
import { useEditor } from '../provider';
import { ErrorText } from './error-card';
import { inputOf } from './inputs';
import { PassPicker } from './pass-picker';
import { PANES, type Pane, run, useRun } from './store';
import { ValuePane } from './values/value-pane';

/** The input stands under the names by which expressions read it. */
const AT_THE_TOP: readonly string[] = [];

interface TabsProps {
  open: Pane;
  onOpen: (pane: Pane) => void;
}

/** Where the panes do not fit beside each other, one is shown at a time. */
function Tabs({ open, onOpen }: TabsProps) {
  const { t } = useTranslation('run');
  return (
    <fieldset className="flex gap-1 @2xl:hidden">
      <legend className="sr-only">{t('panes.label')}</legend>
      {PANES.map((pane) => (
        <button
          key={pane}
          type="button"
          aria-pressed={pane === open}
          onClick={() => onOpen(pane)}
          className="h-7 rounded-md px-2.5 font-medium text-fg-2 text-xs aria-pressed:bg-accent-soft aria-pressed:text-accent"
        >
          {t(`panes.${pane}`)}
        </button>
      ))}
    </fieldset>
  );
}

interface StepDetailProps {
  execution: Execution;
  step: Step;
  /** All runs of the node: one, or one for each pass of the loop around it. */
  runs: readonly Step[];
}

function Notes({ execution, step }: { execution: Execution; step: Step }) {
  return (
    <>
      {step.error !== null && step.status !== 'unknown' && (
        <div className="pt-1 pb-2">
          <ErrorText step={step} isCounted={step.attempts.length < 2} />
        </div>
      )}
      <Suspense>
        <div className="-mx-3 text-sm">
          <StepNotes executionId={execution.id} step={step} showsError={false} />
          <Files executionId={execution.id} value={step.output} />
        </div>
      </Suspense>
    </>
  );
}

function Output({ execution, step, className }: StepDetailProps & { className: string }) {
  const { t } = useTranslation(['run', 'executions']);
  const growth = useGrowingText(execution.id, step);
  const isTrigger = step.node_type.startsWith('trigger:');
  const root = useMemo(
    () => (isTrigger ? ['trigger'] : ['steps', step.node_id]),
    [isTrigger, step.node_id],
  );
  if (growth !== undefined) {
    return (
      <Suspense>
        <GrowingText title={t('panes.output')} growth={growth} />
      </Suspense>
    );
  }
  const isOver = step.ended_at !== null || isFinal(execution.status);
  const empty = step.output_omitted
    ? 'executions:detail.output_omitted'
    : isOver
      ? 'executions:detail.empty_output'
      : 'executions:detail.pending_output';
  const isFailed = step.error !== null;
  return (
    <ValuePane
      pane="output"
      title={t('panes.output')}
      value={step.output ?? undefined}
      empty={
        isFailed ? null : step.status === 'skipped' ? t('executions:detail.skipped') : t(empty)
      }
      root={root}
      className={className}
    >
      <Notes execution={execution} step={step} />
    </ValuePane>
  );
}

/** What one node could read, how it was set, and what it gave, side by side. */
export function StepDetail({ execution, step, runs }: StepDetailProps) {
  const { t } = useTranslation(['run', 'executions']);
  const document = useEditor((state) => state.document);
  const neighbours = useEditor((state) => state.neighbours);
  const closed = useRun((state) => state.closed);
  const isOnePass = useRun(({ passes }) => passes[execution.id] !== undefined);
  const [tab, setTab] = useState<Pane>('output');
  const { steps, trigger } = execution;
  // The same object while nothing has changed: it may be large, and each letter typed beside it draws this anew.
  const input = useMemo(
    () => inputOf({ steps, trigger }, neighbours, step),
    [steps, trigger, neighbours, step],
  );
  const styleOf = (pane: Pane): string =>
    cn(pane !== tab && '@max-2xl:hidden', closed.has(pane) && '@2xl:hidden');
  const isNone = Object.keys(input).length === 0;
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col">
      <div
        className={cn(
          'flex shrink-0 flex-wrap items-center gap-2 border-line border-b px-2 py-0.5 @max-2xl:py-1',
          runs.length < 2 && '@2xl:hidden',
        )}
      >
        <Tabs open={tab} onOpen={setTab} />
        {runs.length > 1 && (
          <PassPicker
            document={document}
            runs={runs}
            step={step}
            onChoose={(scope) => run.choosePass(execution.id, scope)}
            onAll={isOnePass ? () => run.leavePass(execution.id) : null}
          />
        )}
      </div>
      <div className="flex min-h-0 flex-1 divide-x divide-line">
        <ValuePane
          pane="input"
          title={t('panes.input')}
          value={isNone ? undefined : input}
          empty={t('executions:detail.empty_input')}
          root={AT_THE_TOP}
          className={styleOf('input')}
        />
        <ValuePane
          pane="config"
          title={t('panes.config')}
          value={step.input ?? undefined}
          empty={t('panes.no_config')}
          root={null}
          className={styleOf('config')}
        />
        <Output execution={execution} step={step} runs={runs} className={styleOf('output')} />
      </div>
    </div>
  );
}
