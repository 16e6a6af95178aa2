import { CircleStop } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCancelExecution } from '@/features/executions/facade';
import { useShortcut } from '@/lib/keys';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { Kbd } from '@/ui/kbd';
import { Menu } from '@/ui/menu';
import { useMayHere } from '../may';
import { useEditor } from '../provider';
import { useNodeActions } from './acting';
import { RunButton, RunMore } from './run-buttons';
import { useRunner } from './running';
import { isLive, useShown } from './shown';
import { run, useRun } from './store';
import { useWhole } from './whole';

const RunMenu = lazy(() => import('./run-menu'));
const DataDialog = lazy(() => import('./data-dialog'));

/** The keys of running that act on the selected node and on the panel. */
function Keys({ onPinDialog }: { onPinDialog: () => void }) {
  const { start, retry, turnPin, canPin, isPinned, isMasked } = useNodeActions();
  const isOpen = useRun((state) => state.isOpen);
  useShortcut('run_node', () => start('only'));
  useShortcut('run_until', () => start('until'));
  useShortcut('retry_here', retry);
  useShortcut('pin', () => (isMasked && !isPinned ? onPinDialog() : turnPin()), canPin);
  useShortcut('run_panel', () => run.open(!isOpen));
  useShortcut('input_pane', () => run.turnPane('input'), isOpen);
  useShortcut('output_pane', () => run.turnPane('output'), isOpen);
  return null;
}

/** Stops the execution that is shown while it goes on. */
function Stop({ executionId, isStopping }: { executionId: string; isStopping: boolean }) {
  const { t } = useTranslation('run');
  const cancel = useCancelExecution();
  const mayCancel = useMayHere('execution.cancel');
  const stop = (): void =>
    cancel.mutate(executionId, {
      onSuccess: () => tell.done(t('stop_asked')),
      onError: tell.failed,
    });
  const isBusy = cancel.isPending || isStopping;
  useShortcut('run', stop, mayCancel && !isBusy);
  return (
    <Button
      size="sm"
      look="danger"
      isBusy={isBusy}
      disabled={!mayCancel}
      title={mayCancel ? undefined : t('refused.role_stop')}
      onClick={stop}
    >
      {!isBusy && <CircleStop aria-hidden />}
      {t('stop')}
      <Kbd id="run" className="max-md:hidden" />
    </Button>
  );
}

function Start() {
  const { isStarting } = useRunner();
  const { begin, refusal, asks } = useWhole();
  const [isAsking, setAsking] = useState(false);
  const ask = (): void => setAsking(true);
  const go = (): void => (asks ? ask() : begin(ask));
  useShortcut('run', go, refusal === null && !isAsking);
  return (
    <span className="flex">
      <RunButton
        isBusy={isStarting}
        disabled={refusal !== null}
        title={refusal ?? undefined}
        onClick={go}
      />
      <Menu align="end" className="w-72" trigger={<RunMore disabled={refusal !== null} />}>
        <Suspense>
          <RunMenu onAsk={ask} />
        </Suspense>
      </Menu>
      <Suspense>{isAsking && <DataDialog onClose={() => setAsking(false)} />}</Suspense>
    </span>
  );
}

/** Starts an execution, or stops the one that runs; what the keys of running do. Reads the store. */
export default function RunActions() {
  const { execution } = useShown();
  const isOurs = useEditor(({ workflow }) => workflow.id) === execution?.workflow_id;
  return (
    <>
      <Keys onPinDialog={() => run.pinning(true)} />
      {execution !== undefined && isOurs && isLive(execution) ? (
        <Stop executionId={execution.id} isStopping={execution.status === 'cancelling'} />
      ) : (
        <Start />
      )}
    </>
  );
}
