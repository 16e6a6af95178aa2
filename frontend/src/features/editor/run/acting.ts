import { useTranslation } from 'react-i18next';
import type { DocumentNode } from '@/engine/document';
import { holdsMasked, readJson } from '@/engine/json';
import { type Execution, isFinal, type Step, useLatest } from '@/features/executions/facade';
import { usePin, usePins, useUnpin } from '@/features/workflows/facade';
import { tell } from '@/lib/toast';
import { useMayHere } from '../may';
import { useEditor } from '../provider';
import type { DraftOrder, Extent } from './api';
import { runOf, runsOf } from './passes';
import { useRunner } from './running';
import { useShown } from './shown';
import { type Order, useOrder, useRun } from './store';

const NO_STEPS: readonly Step[] = [];

/** The only node that is selected; undefined: none, or several. */
export function useSelectedNode(): DocumentNode | undefined {
  return useEditor(({ selection, document }) => {
    const [id, ...others] = selection;
    return others.length > 0 ? undefined : document.nodes.find((node) => node.id === id);
  });
}

/** The run of a node that is looked at, and all its runs in the shown execution. */
export function useRuns(
  execution: Execution | undefined,
  nodeId: string | undefined,
): { step: Step | undefined; runs: readonly Step[] } {
  const pass = useRun(({ passes }) => passes[execution?.id ?? '']);
  if (execution === undefined || nodeId === undefined) return { step: undefined, runs: NO_STEPS };
  const runs = runsOf(execution.steps, nodeId);
  return { step: runOf(runs, pass), runs };
}

const isTrigger = (node: DocumentNode): boolean => node.type.startsWith('trigger:');

/** Whose data a part of the draft takes: the shown execution's, else the latest one's, else what was typed. */
function dataOf(
  shownId: string | undefined,
  latestId: string | undefined,
  order: Order,
): DraftOrder {
  const id = shownId ?? latestId;
  if (id !== undefined) return { execution_id: id };
  const typed = order.typed === null ? null : readJson(order.typed);
  return {
    input: typed?.ok === true ? typed.value : null,
    ...(order.trigger === null ? {} : { trigger_node: order.trigger }),
  };
}

export interface NodeActions {
  node: DocumentNode | undefined;
  /** Why nothing can be run; null: it can. */
  refusal: string | null;
  /** A retry can begin at the node: the shown execution has ended and came to it. */
  canRetry: boolean;
  isPinned: boolean;
  canPin: boolean;
  start: (extent: Extent) => void;
  retry: () => void;
  /** Pins what the node gave in the shown execution, or lets it run again. */
  turnPin: () => void;
  /** What it gave holds places where a secret was kept out: somebody has to fill them in. */
  isMasked: boolean;
}

const masked = new WeakMap<object, boolean>();

/** Whether a value has places where a secret was kept out; a large one is looked through once. */
function isMaskedIn(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return holdsMasked(String(value));
  const known = masked.get(value);
  if (known !== undefined) return known;
  const found = holdsMasked(JSON.stringify(value));
  masked.set(value, found);
  return found;
}

/** What can be tried with the selected node. */
export function useNodeActions(): NodeActions {
  const { t } = useTranslation('run');
  const node = useSelectedNode();
  const workflowId = useEditor(({ workflow }) => workflow.id);
  const order = useOrder(workflowId);
  const { execution } = useShown();
  const { step } = useRuns(execution, node?.id);
  const latest = useLatest(workflowId, 1, execution === undefined).data?.[0];
  const pins = usePins(workflowId).data;
  const pin = usePin(workflowId, node?.id ?? '');
  const unpin = useUnpin(workflowId);
  const mayExecute = useMayHere('workflow.execute');
  const mayUpdate = useMayHere('workflow.update');
  const { start } = useRunner();

  const isPinned = node !== undefined && pins?.has(node.id) === true;
  const hasOutput = step?.status === 'completed' && !step.output_omitted;
  const isRunnable = node !== undefined && !isTrigger(node);
  const refusal = !mayExecute
    ? t('refused.role')
    : node === undefined
      ? t('refused.no_node')
      : isRunnable
        ? null
        : t('refused.trigger');
  const canRetry =
    refusal === null &&
    execution !== undefined &&
    isFinal(execution.status) &&
    step !== undefined &&
    step.status !== 'skipped';
  const startPart = (part: Extent, data: DraftOrder): void => {
    if (refusal !== null) tell.failed(new Error(refusal));
    else if (node !== undefined) void start({ part, node_id: node.id, ...data });
  };
  return {
    node,
    refusal,
    canRetry,
    isPinned,
    canPin: mayUpdate && isRunnable && (isPinned || hasOutput),
    isMasked: hasOutput && isMaskedIn(step.output),
    start: (part) => startPart(part, dataOf(execution?.id, latest?.id, order)),
    retry: () => {
      if (canRetry) startPart('from', { execution_id: execution.id });
      else tell.failed(new Error(refusal ?? t('refused.not_reached')));
    },
    turnPin: () => {
      if (node === undefined) return;
      const name = node.name;
      if (isPinned)
        unpin.mutate(node.id, {
          onSuccess: () => tell.done(t('pin.removed', { name })),
          onError: tell.failed,
        });
      else if (hasOutput)
        pin.mutate(
          { output: step.output, port: step.port },
          { onSuccess: () => tell.done(t('pin.done', { name })), onError: tell.failed },
        );
    },
  };
}
