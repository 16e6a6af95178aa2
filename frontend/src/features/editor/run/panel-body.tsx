import { CircleDashed } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Execution, isFinal } from '@/features/executions/facade';
import { useEditor, useEditorActions } from '../provider';
import { useRuns, useSelectedNode } from './acting';
import { useStates, useSteps } from './shown';
import { StepDetail } from './step-detail';
import { Waterfall } from './waterfall';
import { WholeDetail } from './whole-detail';

/** The place of a node that has not begun: it will fill by itself, or the execution did not come to it. */
function Unreached({ isOver }: { isOver: boolean }) {
  const { t } = useTranslation('executions');
  return (
    <p className="flex flex-1 items-center justify-center gap-2 px-6 text-center text-fg-3">
      <CircleDashed className="size-4 shrink-0" aria-hidden />
      {t(isOver ? 'detail.unreached_over' : 'detail.unreached')}
    </p>
  );
}

interface DetailProps {
  execution: Execution;
  nodeId: string | undefined;
}

function Detail({ execution, nodeId }: DetailProps) {
  const { step, runs } = useRuns(execution, nodeId);
  if (nodeId === undefined) return <WholeDetail execution={execution} />;
  if (step === undefined) return <Unreached isOver={isFinal(execution.status)} />;
  return <StepDetail key={step.node_id} execution={execution} step={step} runs={runs} />;
}

/** The shown execution: its nodes on one axis of time, and what the selected one was given and gave. */
export default function PanelBody({ execution }: { execution: Execution }) {
  const { t } = useTranslation('executions');
  const document = useEditor((state) => state.document);
  const selection = useEditor((state) => state.selection);
  const actions = useEditorActions();
  const node = useSelectedNode();
  const steps = useSteps(execution);
  const states = useStates(execution);
  // A node that the draft has no more cannot be selected on the canvas; it is looked at here alone.
  const [gone, setGone] = useState<string | null>(null);
  const nodeId = node?.id ?? (selection.size === 0 ? (gone ?? undefined) : undefined);
  const choose = (id: string, isGone: boolean): void => {
    setGone(isGone ? id : null);
    actions.select(isGone ? [] : [id]);
  };
  return (
    <div className="@container flex min-h-0 flex-1 max-md:flex-col">
      <div className="shrink-0 overflow-y-auto border-line max-md:max-h-40 max-md:border-b md:w-[300px] md:border-r">
        <Waterfall
          document={document}
          steps={steps}
          states={states}
          selected={nodeId ?? null}
          onSelect={choose}
        />
        {execution.steps_truncated === true && (
          <p className="px-3 pb-2 text-fg-3 text-xs">
            {t('page.steps_truncated', { count: steps.length })}
          </p>
        )}
      </div>
      <Detail execution={execution} nodeId={nodeId} />
    </div>
  );
}
