import { RotateCw } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { topologicalOrder } from '@/engine/graph';
import { holdsMasked, readJson } from '@/engine/json';
import {
  type Execution,
  isPoint,
  mayFail,
  type RetryOrder,
  urgentStep,
} from '@/features/executions/facade';
import { useVersions } from '@/features/workflows/facade';
import { useShortcut } from '@/lib/keys';
import { Button } from '@/ui/button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { SelectField, TextArea } from '@/ui/field';
import { FormError } from '@/ui/form-error';
import { useEditor } from '../provider';
import type { DraftOrder } from './api';
import { explained, useRetrier, useRunner } from './running';

const VERSIONS = ['draft', 'same', 'newest'] as const;
type Version = (typeof VERSIONS)[number];

interface Wish {
  /** `start`, `failed`, or `node ` with its id. */
  place: string;
  /** Undefined: the data as they were. */
  input: { value: unknown } | undefined;
}

const NODE = 'node ';

const nodeOf = (place: string): string | null =>
  place.startsWith(NODE) ? place.slice(NODE.length) : null;

/** The order for a published version. */
function retryOf({ place, input }: Wish, version: 'same' | 'newest'): RetryOrder {
  const node = nodeOf(place);
  return {
    start_at: node === null ? (place as 'start' | 'failed') : 'node',
    version,
    ...(node === null ? {} : { node_id: node }),
    ...(input === undefined ? {} : { input: input.value }),
  };
}

/** The order for the draft: where something failed stands for the node that did. */
function draftOf({ place, input }: Wish, execution: Execution): DraftOrder {
  const node = place === 'failed' ? urgentStep(execution.steps)?.node_id : nodeOf(place);
  const given = input === undefined ? {} : { input: input.value };
  const { id, trigger_node } = execution;
  if (node == null)
    return { trigger_node, ...(input === undefined ? { execution_id: id } : given) };
  return { part: 'from', node_id: node, execution_id: id, ...given };
}

interface RetryDialogProps {
  execution: Execution;
  /** The node to begin at, unless a person chooses otherwise; "": the start. */
  here: string;
  onClose: () => void;
}

/** Begins anew as a person says: from where, in the draft or a published version, with which data. */
export default function RetryDialog({ execution, here, onClose }: RetryDialogProps) {
  const { t } = useTranslation(['run', 'executions', 'common']);
  const document = useEditor((state) => state.document);
  const isPublished = (useVersions(execution.workflow_id).data?.length ?? 0) > 0;
  const { start, isStarting } = useRunner();
  const retrier = useRetrier(execution.id);
  const first = JSON.stringify(execution.trigger ?? null, null, 2);
  const [place, setPlace] = useState(here === '' ? 'start' : `${NODE}${here}`);
  const [version, setVersion] = useState<Version>('draft');
  const [source, setSource] = useState(first);
  const [error, setError] = useState<Error | null>(null);

  const reached = new Set(execution.steps.filter(isPoint).map(({ node_id }) => node_id));
  const names = new Map(document.nodes.map(({ id, name }) => [id, name]));
  const input = readJson(source);
  const isChanged = source !== first;
  const submit = async (): Promise<void> => {
    if (!input.ok || isStarting) return;
    // What is left as it was is not sent: the screen has neither its secrets nor its largest numbers.
    const wish = { place, input: isChanged ? { value: input.value } : undefined };
    if (version !== 'draft') retrier.start(retryOf(wish, version), onClose);
    else if (await start(draftOf(wish, execution), setError)) onClose();
  };
  useShortcut('run', () => void submit());
  const hint = !isChanged ? 'data_same' : holdsMasked(source) ? 'data_masked' : 'data_changed';
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t('retry.title')}
      description={t('executions:retry.description')}
    >
      <DialogBody>
        {error !== null && (
          <FormError>{explained(error, t('start.data_missing')).message}</FormError>
        )}
        <div className="grid gap-4 sm:grid-cols-2">
          <SelectField
            label={t('executions:retry.place')}
            value={place}
            onChange={(event) => setPlace(event.target.value)}
          >
            <option value="start">{t('retry.start')}</option>
            {mayFail(execution) && <option value="failed">{t('retry.failed')}</option>}
            {topologicalOrder(document)
              .filter((id) => reached.has(id))
              .map((id) => (
                <option key={id} value={`${NODE}${id}`}>
                  {t('retry.node', { name: names.get(id) ?? id })}
                </option>
              ))}
          </SelectField>
          <SelectField
            label={t('executions:retry.version')}
            value={version}
            onChange={(event) => setVersion(event.target.value as Version)}
          >
            {VERSIONS.filter((one) => one !== 'newest' || isPublished).map((one) => (
              <option key={one} value={one}>
                {t(`retry.${one}`)}
              </option>
            ))}
          </SelectField>
        </div>
        {place !== 'start' && <p className="text-fg-2">{t('executions:retry.kept')}</p>}
        <TextArea
          label={t('executions:retry.data')}
          hint={t(`executions:retry.${hint}`)}
          error={input.ok ? undefined : t('data.no_json')}
          value={source}
          onChange={(event) => setSource(event.target.value)}
          rows={9}
        />
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>{t('common:cancel')}</Button>
        <Button
          look="primary"
          onClick={() => void submit()}
          isBusy={isStarting || retrier.isBusy}
          disabled={!input.ok}
        >
          <RotateCw aria-hidden />
          {t('executions:retry.submit')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
