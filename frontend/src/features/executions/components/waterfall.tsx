import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WorkflowDocument } from '@/engine/document';
import { topologicalOrder } from '@/engine/graph';
import { isPass, passName } from '@/engine/passes';
import { type Axis, axisOf, barOf } from '@/engine/timeline';
import { useNow } from '@/lib/clock';
import { memory } from '@/lib/storage';
import { Segmented } from '@/ui/segmented';
import { settledCount } from '../node-states';
import { keyOf, spanOf, stepKey } from '../spans';
import type { Step } from '../types';
import { StepLine } from './step-line';
import type { CalledStep } from './sub-lines';

const Lanes = lazy(() => import('./lanes'));
const SubLines = lazy(() => import('./sub-lines'));

const CALLER = 'control:sub_workflow';

type View = 'list' | 'lanes';

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

interface LineItemProps {
  executionId: string;
  line: Line;
  axis: Axis | null;
  now: number;
  isSelected: boolean;
  onSelect: () => void;
  called: CalledStep | null;
  onCalled: (called: CalledStep) => void;
}

/** A node; one that has called workflows opens to what they did. */
function LineItem(props: LineItemProps) {
  const { executionId, line, axis, now, isSelected, onSelect, called, onCalled } = props;
  const { t } = useTranslation('executions');
  const [isOpen, setOpen] = useState(false);
  const { step } = line;
  const span = step === null ? null : spanOf(step);
  const calls = step !== null && step.node_type === CALLER && step.started_at !== null;
  return (
    <li>
      <StepLine
        name={line.name}
        pass={line.pass}
        type={line.type}
        step={step}
        bar={span === null || axis === null ? null : barOf(span, axis, now)}
        isSelected={isSelected}
        onSelect={onSelect}
        toggle={
          calls && !isPass(step)
            ? {
                isOpen,
                label: t('called.open', { name: line.name }),
                onToggle: () => setOpen(!isOpen),
              }
            : undefined
        }
      />
      {isOpen && step !== null && (
        <Suspense>
          <SubLines
            executionId={executionId}
            step={step}
            axis={axis}
            depth={1}
            selected={called}
            onSelect={onCalled}
          />
        </Suspense>
      )}
    </li>
  );
}

interface WaterfallProps {
  executionId: string;
  document: WorkflowDocument;
  steps: readonly Step[];
  /** There are more steps than these. */
  isCut: boolean;
  selected: string | null;
  onSelect: (key: string) => void;
  /** The step of another execution that is looked at. */
  called: CalledStep | null;
  onCalled: (called: CalledStep) => void;
}

/** The nodes in the graph's order with bars on one axis of time; or in lanes, by when they ran. */
export function Waterfall(props: WaterfallProps) {
  const { executionId, document, steps, isCut, selected, onSelect, called, onCalled } = props;
  const { t } = useTranslation('executions');
  const now = useNow();
  const [view, setView] = useState<View>(memory.get('steps-view') === 'lanes' ? 'lanes' : 'list');
  const choose = (next: View): void => {
    memory.set('steps-view', next);
    setView(next);
  };
  const axis = axisOf(
    steps.flatMap((step) => spanOf(step) ?? []),
    now,
  );
  const lines = linesOf(document, steps, isCut);
  return (
    <>
      <header className="sticky top-0 z-1 flex h-10 items-center gap-2 border-line border-b bg-panel px-4">
        <h2 className="font-semibold">{t('page.steps')}</h2>
        <Segmented
          label={t('lanes.view')}
          value={view}
          onChoose={choose}
          options={[
            { value: 'list', label: t('lanes.list') },
            { value: 'lanes', label: t('lanes.lanes') },
          ]}
        />
        <span className="ml-auto text-fg-2 text-xs tabular-nums">
          {t('page.progress', {
            done: settledCount(steps),
            all: lines.filter(({ step }) => step === null || !isPass(step)).length,
          })}
        </span>
      </header>
      {view === 'lanes' ? (
        <Suspense>
          <Lanes
            lines={lines.flatMap(({ step, ...line }) => (step === null ? [] : [{ ...line, step }]))}
            axis={axis}
            now={now}
            selected={selected}
            onSelect={onSelect}
          />
        </Suspense>
      ) : (
        <ol className="py-1">
          {lines.map((line) => (
            <LineItem
              key={line.key}
              executionId={executionId}
              line={line}
              axis={axis}
              now={now}
              isSelected={called === null && selected === line.key}
              onSelect={() => onSelect(line.key)}
              called={called}
              onCalled={onCalled}
            />
          ))}
        </ol>
      )}
    </>
  );
}
