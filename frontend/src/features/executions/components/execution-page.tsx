import { Info } from 'lucide-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { Graph, GraphSkeleton } from '@/canvas/graph';
import { readDocument, type WorkflowDocument } from '@/engine/document';
import { topologicalOrder } from '@/engine/graph';
import { passName } from '@/engine/passes';
import { type GraphSource, useGraphSource } from '@/features/workflows/facade';
import { cn } from '@/lib/cn';
import { Failure } from '@/ui/failure';
import { Skeleton } from '@/ui/skeleton';
import { useExecution } from '../api';
import { useLiveExecution } from '../live';
import { stepsAt, useMoment } from '../moment';
import { inOrder, nodeStatesOf, ofNodes, settledCount, urgentStep } from '../node-states';
import { type Point, pointsOf } from '../retrying';
import { keyOf, stepKey } from '../spans';
import { type Execution, isFinal, motionOf, type Step } from '../types';
import { ExecutionDetail, StepDetail } from './detail';
import { ExecutionHeader } from './execution-header';
import { Family } from './family';
import { Part } from './part';
import { Reason } from './reason';
import { Scrubber } from './scrubber';
import { StepActions } from './step-actions';
import type { CalledStep } from './sub-lines';
import { Unreached } from './unreached';
import { Waterfall } from './waterfall';

const CalledDetail = lazy(() => import('./called-detail'));

/** The key of what a reader chose; until then that of the step that needs them. */
function useChosen(steps: readonly Step[]): [string | null, (key: string | null) => void] {
  const [chosen, setChosen] = useState<string | null | undefined>(undefined);
  if (chosen !== undefined) return [chosen, setChosen];
  const urgent = urgentStep(steps);
  const isBad = urgent?.status === 'failed' || urgent?.status === 'unknown';
  return [isBad ? stepKey(urgent) : null, setChosen];
}

function Cut({ execution }: { execution: Execution }) {
  const { t } = useTranslation('executions');
  if (execution.steps_truncated !== true) return null;
  return (
    <p className="flex shrink-0 items-center gap-2 border-line border-b bg-sunken px-4 py-1.5 text-fg-2 text-xs">
      <Info className="size-3.5 shrink-0 text-fg-3" aria-hidden />
      {t('page.steps_truncated', { count: execution.steps.length })}
    </p>
  );
}

/** Tells those who do not see the graph how far it is; sighted people have the graph. */
function Announcer({ execution }: { execution: Execution }) {
  const { t } = useTranslation('executions');
  const steps = execution.steps;
  return (
    <p role="status" className="sr-only">
      {isFinal(execution.status)
        ? t('announce_end', { status: t(`status.${execution.status}`) })
        : t('announce', { done: settledCount(steps), all: ofNodes(steps).length })}
    </p>
  );
}

interface BodyProps {
  execution: Execution;
  source: GraphSource;
  document: WorkflowDocument;
  /** The nodes that a retry may begin at. */
  points: readonly Point[];
}

function Body({ execution, source, document, points }: BodyProps) {
  const { t } = useTranslation('executions');
  const steps = useMemo(
    () => inOrder(execution.steps, topologicalOrder(document)),
    [execution.steps, document],
  );
  const moment = useMoment(execution);
  const start = execution.started_at;
  const at = moment.at === null || start === null ? null : Date.parse(start) + moment.at;
  const states = useMemo(() => nodeStatesOf(at === null ? steps : stepsAt(steps, at)), [steps, at]);
  const pinned = useMemo(() => new Set(execution.pinned), [execution.pinned]);
  const [chosen, setChosen] = useChosen(steps);
  const [called, setCalled] = useState<CalledStep | null>(null);
  const choose = (key: string | null): void => {
    setCalled(null);
    setChosen(key);
  };
  const step = steps.find((one) => stepKey(one) === chosen);
  const isCut = execution.steps_truncated === true;
  const unreached = isCut
    ? undefined
    : document.nodes.find((node) => keyOf('', node.id) === chosen);
  const nameOf = (id: string): string => document.nodes.find((node) => node.id === id)?.name ?? id;
  const chooseNode = (id: string | null): void => {
    const ofNode = ofNodes(steps).filter((one) => one.node_id === id);
    const best = urgentStep(ofNode) ?? ofNode.at(-1);
    choose(id === null ? null : best === undefined ? keyOf('', id) : stepKey(best));
  };
  const close = (): void => choose(null);
  return (
    <>
      <Reason execution={execution} nameOf={nameOf} onStep={(one) => choose(stepKey(one))} />
      <Part execution={execution} nameOf={nameOf} />
      <Family execution={execution} />
      <section
        aria-label={t('page.graph')}
        className="relative h-[300px] shrink-0 md:h-auto md:min-h-[240px] md:flex-1"
      >
        {source.isDraft && (
          <p className="absolute top-2 left-1/2 z-10 -translate-x-1/2 whitespace-nowrap rounded-full bg-warn-soft px-3 py-1 text-warn text-xs">
            {t('page.draft_graph')}
          </p>
        )}
        {source.definition !== null && (
          <div className="absolute inset-0">
            <Graph
              document={document}
              states={states}
              pinned={pinned}
              motion={at === null ? motionOf(execution.status) : 'moving'}
              label={t('page.graph')}
              selected={step?.node_id ?? unreached?.id ?? null}
              onSelect={chooseNode}
            />
          </div>
        )}
        {source.definition !== null && <Scrubber moment={moment} />}
      </section>
      <section className="flex shrink-0 flex-col border-line border-t bg-panel md:h-[42%] md:min-h-[260px] md:flex-row">
        <div className="shrink-0 overflow-y-auto border-line border-b md:w-[400px] xl:w-[460px] md:border-r md:border-b-0">
          <Waterfall
            executionId={execution.id}
            document={document}
            steps={steps}
            isCut={isCut}
            selected={chosen}
            onSelect={choose}
            called={called}
            onCalled={setCalled}
          />
        </div>
        {called !== null ? (
          <Suspense>
            <CalledDetail called={called} onClose={() => setCalled(null)} />
          </Suspense>
        ) : step !== undefined ? (
          <StepDetail
            key={chosen}
            executionId={execution.id}
            step={step}
            name={nameOf(step.node_id)}
            pass={passName(document, step.scope)}
            actions={
              <StepActions
                execution={execution}
                step={step}
                name={nameOf(step.node_id)}
                points={points}
              />
            }
            onClose={close}
          />
        ) : unreached !== undefined ? (
          <Unreached node={unreached} isOver={isFinal(execution.status)} onClose={close} />
        ) : (
          <ExecutionDetail execution={execution} />
        )}
      </section>
      <Announcer execution={execution} />
    </>
  );
}

const Loading = () => (
  <div aria-busy className="flex h-full flex-col">
    <div className="flex h-12 shrink-0 items-center gap-4 border-line border-b bg-panel px-4">
      <Skeleton className="w-56" />
      <Skeleton className="w-20" />
    </div>
    <div className="min-h-0 flex-1">
      <GraphSkeleton />
    </div>
    <div className="flex h-[42%] border-line border-t bg-panel">
      <div className="flex w-full flex-col gap-5 border-line p-5 md:w-[400px] md:border-r xl:w-[460px]">
        {['w-72', 'w-64', 'w-80', 'w-60'].map((width) => (
          <Skeleton key={width} className={cn('max-w-full', width)} />
        ))}
      </div>
      <div className="hidden flex-col gap-4 p-5 md:flex">
        {['w-48', 'w-64', 'w-56', 'w-40'].map((width) => (
          <Skeleton key={width} className={width} />
        ))}
      </div>
    </div>
  </div>
);

function Loaded({ execution }: { execution: Execution }) {
  const source = useGraphSource(execution.workflow_id, execution.version_id);
  const document = useMemo(() => readDocument(source.definition), [source.definition]);
  const points = useMemo(() => pointsOf(document, execution.steps), [document, execution.steps]);
  return (
    <div className="flex min-h-full flex-col md:h-full">
      <ExecutionHeader execution={execution} version={source.version} points={points} />
      <Cut execution={execution} />
      <Body execution={execution} source={source} document={document} points={points} />
    </div>
  );
}

export default function ExecutionPage() {
  const { id = '' } = useParams();
  const { data, error, refetch } = useExecution(id);
  useLiveExecution(id, data !== undefined && !isFinal(data.status));
  if (data !== undefined) return <Loaded key={data.id} execution={data} />;
  if (error !== null) return <Failure error={error} onRetry={() => void refetch()} />;
  return <Loading />;
}
