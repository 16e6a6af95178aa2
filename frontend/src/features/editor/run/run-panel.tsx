import { Play } from 'lucide-react';
import { lazy, Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type Execution,
  isFinal,
  ofNodes,
  settledCount,
  useLatest,
  useLiveExecution,
} from '@/features/executions/facade';
import { PinDialog } from '@/features/workflows/facade';
import { cn } from '@/lib/cn';
import { untilRest } from '@/lib/hand';
import { Button } from '@/ui/button';
import { Failure } from '@/ui/failure';
import { Kbd } from '@/ui/kbd';
import { Skeleton } from '@/ui/skeleton';
import { TimeAgo } from '@/ui/time-ago';
import { useCommands } from '../canvas/commands-context';
import { useMayHere } from '../may';
import { useEditor, useEditorActions } from '../provider';
import { useRuns, useSelectedNode } from './acting';
import { useDistance } from './changes';
import { DistanceNote } from './distance-note';
import { PanelHeader } from './panel-header';
import { ResizeHandle } from './resize-handle';
import { isLive, useShown, useShownId } from './shown';
import { run, useRun } from './store';

const PanelBody = lazy(() => import('./panel-body'));
const RetryDialog = lazy(() => import('./retry-dialog'));

/**
 * Selects the node that ended an execution and brings it into view, once: whoever then looks elsewhere is left there. It
 * waits for a hand that writes: the form under it would change.
 */
function useFailureSelected(execution: Execution | undefined): void {
  const actions = useEditorActions();
  const { show } = useCommands();
  const document = useEditor((state) => state.document);
  const told = useRun((state) => state.told);
  useEffect(() => {
    if (execution === undefined || told.has(execution.id)) return undefined;
    const failed = ofNodes(execution.steps).find(
      ({ status, port }) => (status === 'failed' && port === '') || status === 'unknown',
    );
    if (failed === undefined || !document.nodes.some(({ id }) => id === failed.node_id))
      return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const select = (): void => {
      const left = untilRest();
      if (left > 0) {
        timer = setTimeout(select, left);
        return;
      }
      run.tell(execution.id);
      actions.select([failed.node_id]);
      // The canvas has perhaps opened at the trigger before it was known what failed.
      show(failed.node_id);
    };
    select();
    return () => clearTimeout(timer);
  }, [execution, document, told, actions, show]);
}

/** Nothing is shown yet: how to run, and the way to the latest execution if there is one. */
function Empty() {
  const { t } = useTranslation(['run', 'executions']);
  const workflowId = useEditor(({ workflow }) => workflow.id);
  const mayExecute = useMayHere('workflow.execute');
  const latest = useLatest(workflowId, 1).data?.[0];
  const [, show] = useShownId();
  return (
    <div className="flex min-h-0 flex-1 flex-col items-center justify-center gap-2 px-6 text-center">
      <p className="flex flex-wrap items-center justify-center gap-2 text-fg-2">
        <Play className="size-4 text-fg-3" aria-hidden />
        {t(mayExecute ? 'panel.empty' : 'panel.empty_role')}
        {mayExecute && <Kbd id="run" />}
      </p>
      {latest !== undefined && (
        <Button size="sm" onClick={() => show(latest.id)}>
          {t('panel.show_latest')} <TimeAgo at={latest.created_at} className="text-fg-3" />
        </Button>
      )}
    </div>
  );
}

const Loading = () => (
  <div aria-busy className="flex min-h-0 flex-1">
    <div className="flex w-[300px] flex-col gap-4 border-line border-r p-4 max-md:w-full">
      {['w-56', 'w-48', 'w-60', 'w-44'].map((width) => (
        <Skeleton key={width} className={width} />
      ))}
    </div>
    <div className="flex flex-col gap-4 p-4 max-md:hidden">
      {['w-48', 'w-64', 'w-56'].map((width) => (
        <Skeleton key={width} className={width} />
      ))}
    </div>
  </div>
);

/** The dialogs that the panel, its menus and the keys ask for. */
function Dialogs({ execution }: { execution: Execution }) {
  const retryAt = useRun((state) => state.retryAt);
  const isPinning = useRun((state) => state.isPinning);
  const node = useSelectedNode();
  const { step } = useRuns(execution, node?.id);
  // What was asked of one execution is not asked of the next.
  useEffect(
    () => () => {
      run.retrying(null);
      run.pinning(false);
    },
    [execution.id],
  );
  return (
    <Suspense>
      {retryAt !== null && (
        <RetryDialog execution={execution} here={retryAt} onClose={() => run.retrying(null)} />
      )}
      {isPinning && node !== undefined && step !== undefined && (
        <PinDialog
          workflowId={execution.workflow_id}
          node={node}
          ports={[step.port]}
          first={{ output: step.output, port: step.port }}
          takesPast={false}
          onClose={() => run.pinning(false)}
        />
      )}
    </Suspense>
  );
}

/** Tells those who do not see the canvas how far the shown execution is. */
function Announcer({ execution }: { execution: Execution }) {
  const { t } = useTranslation('executions');
  const { steps, status } = execution;
  return (
    <p role="status" className="sr-only">
      {isFinal(status)
        ? t('announce_end', { status: t(`status.${status}`) })
        : t('announce', { done: settledCount(steps), all: ofNodes(steps).length })}
    </p>
  );
}

/** Below the canvas: an execution of this workflow, with the input and output of the selected node. Reads the store. */
export function RunPanel() {
  const { t } = useTranslation('run');
  const { id, execution, error, read } = useShown();
  const height = useRun((state) => state.height);
  const isOpen = useRun((state) => state.isOpen);
  const distance = useDistance(execution);
  useLiveExecution(id ?? '', isLive(execution));
  useFailureSelected(execution);
  return (
    <section
      aria-label={t('panel.label')}
      style={{ '--run-height': `${height}px` }}
      className={cn(
        'relative flex shrink-0 flex-col border-line border-t bg-panel',
        isOpen
          ? // On a small screen it covers what is behind it, like a sheet.
            'h-(--run-height) max-h-[70dvh] max-lg:absolute max-lg:inset-x-0 max-lg:bottom-0 max-lg:z-20 max-lg:h-[86%] max-lg:max-h-none max-lg:shadow-2'
          : 'h-10 overflow-hidden',
      )}
    >
      {isOpen && <ResizeHandle />}
      <PanelHeader execution={execution} distance={distance} />
      {isOpen && execution !== undefined && distance !== undefined && (
        <DistanceNote distance={distance} />
      )}
      {isOpen && (
        <Suspense fallback={<Loading />}>
          {execution !== undefined ? (
            <PanelBody key={execution.id} execution={execution} />
          ) : id === null ? (
            <Empty />
          ) : error !== null ? (
            <div className="overflow-y-auto">
              <Failure error={error} onRetry={read} />
            </div>
          ) : (
            <Loading />
          )}
        </Suspense>
      )}
      {execution !== undefined && <Announcer execution={execution} />}
      {execution !== undefined && <Dialogs execution={execution} />}
    </section>
  );
}
