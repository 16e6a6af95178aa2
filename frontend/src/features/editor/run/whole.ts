import { useTranslation } from 'react-i18next';
import type { DocumentNode } from '@/engine/document';
import { readJson, sameJson } from '@/engine/json';
import { useLatest } from '@/features/executions/facade';
import { ApiError } from '@/lib/problem';
import { tell } from '@/lib/toast';
import { useMayHere } from '../may';
import { useEditor } from '../provider';
import { useTriggerOf } from './api';
import { defaultsOf, fieldsOf, schemaOf } from './input-fields';
import { useRunner } from './running';
import { useOrder } from './store';
import { triggerOf, triggersOf } from './triggers';

export interface Whole {
  triggers: readonly DocumentNode[];
  trigger: DocumentNode | undefined;
  /** Why it cannot be run; null: it can. */
  refusal: string | null;
  /** The form has to be filled in first. */
  asks: boolean;
  /** The data of the latest execution of this workflow; undefined: there is none, or it is not known yet. */
  last: { value: unknown } | undefined;
  /** The data that a run would begin with now. */
  input: unknown;
  /** Data that the trigger's form does not take are asked for anew. */
  begin: (onUnfit: () => void) => void;
  /** Begins with these data. */
  beginWith: (input: unknown, onError: (error: Error) => void) => Promise<boolean>;
  /** Begins with those of the latest execution as the server has them: the screen has neither its secrets nor its largest numbers. */
  beginAgain: (onError: (error: Error) => void) => Promise<boolean>;
}

/** The trigger's form does not take the data. */
const isUnfit = (error: Error): boolean =>
  error instanceof ApiError && error.errors.some(({ path }) => path.startsWith('/input'));

/** A run of the whole draft: where it begins, with which data, and whether it may. */
export function useWhole(): Whole {
  const { t } = useTranslation('run');
  const document = useEditor((state) => state.document);
  const workflowId = useEditor(({ workflow }) => workflow.id);
  const order = useOrder(workflowId);
  const mayExecute = useMayHere('workflow.execute');
  const latest = useLatest(workflowId, 1).data?.[0];
  const last = useTriggerOf(latest?.id ?? null);
  const { start } = useRunner();

  const triggers = triggersOf(document);
  const trigger = triggerOf(document, order);
  const schema = schemaOf(trigger?.config ?? {});
  const typed = order.typed === null ? undefined : readJson(order.typed);
  const isLast = order.source === 'last' && last !== undefined;
  const input = isLast ? last.value : typed?.ok === true ? typed.value : defaultsOf(schema);
  const isUntouched = typed === undefined && !isLast && sameJson(input, defaultsOf(schema));
  const asks = isUntouched && fieldsOf(schema)?.some((field) => field.isRequired) === true;
  const at = trigger === undefined ? {} : { trigger_node: trigger.id };
  const again = latest === undefined ? at : { ...at, execution_id: latest.id };
  return {
    triggers,
    trigger,
    refusal: !mayExecute
      ? t('refused.role')
      : trigger === undefined
        ? t('refused.no_trigger')
        : null,
    asks,
    last,
    input,
    begin: (onUnfit) =>
      void start(isLast ? again : { ...at, input }, (error) => {
        if (isUnfit(error)) onUnfit();
        tell.failed(error);
      }),
    beginWith: (data, onError) => start({ ...at, input: data }, onError),
    beginAgain: (onError) => start(again, onError),
  };
}
