import { Pin as PinIcon } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { holdsMasked, readJson } from '@/engine/json';
import { useShortcut } from '@/lib/keys';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { SelectField, TextArea } from '@/ui/field';
import { FormError } from '@/ui/form-error';
import { useNodeType } from '../node-types';
import { usePastChoice, usePastName, usePastOutput } from '../past';
import { usePin } from '../pins';

interface TakeProps {
  workflowId: string;
  nodeId: string;
  onTake: (output: unknown, port: string) => void;
}

/** Fills the form with what the node gave in an earlier execution. */
function Take({ workflowId, nodeId, onTake }: TakeProps) {
  const { t } = useTranslation('workflows');
  const past = usePastChoice(workflowId);
  const nameOf = usePastName();
  const id = past.chosen ?? past.offered[0]?.id ?? null;
  const found = usePastOutput(id, nodeId);
  if (id === null && past.error === null && !past.isPending)
    return <p className="text-fg-3">{t('pin.none_ran')}</p>;
  const error = past.error ?? found.error;
  const lacks = found.data === null ? t('pin.not_there') : undefined;
  return (
    <div className="flex flex-col gap-2 sm:flex-row sm:items-start">
      <div className="min-w-0 flex-1">
        <SelectField
          label={t('pin.from')}
          value={id ?? ''}
          onChange={(event) => past.choose(event.target.value)}
          error={error?.message ?? lacks}
        >
          {past.offered.map((one) => (
            <option key={one.id} value={one.id}>
              {nameOf(one)}
            </option>
          ))}
        </SelectField>
      </div>
      <Button
        className="sm:mt-[27px]"
        isBusy={past.isPending || found.isFetching}
        disabled={found.data === null || found.data === undefined}
        onClick={() => {
          if (found.data != null) onTake(found.data.output, found.data.port);
        }}
      >
        {t('pin.take')}
      </Button>
    </div>
  );
}

export interface Pinned {
  output: unknown;
  port: string;
}

interface PinDialogProps {
  workflowId: string;
  node: { id: string; name: string; type: string };
  /** The ports that are known of it, beside those of its type. */
  ports: readonly string[];
  /** What the form begins with; null: nothing is known yet. */
  first: Pinned | null;
  /** Whether an earlier execution's output may be taken. */
  takesPast: boolean;
  onClose: () => void;
}

/** Pins an output: one that an execution gave, or one that somebody types. */
export default function PinDialog(props: PinDialogProps) {
  const { workflowId, node, first, takesPast, onClose } = props;
  const { t } = useTranslation(['workflows', 'common']);
  const pin = usePin(workflowId, node.id);
  const type = useNodeType(node.type).data;
  const [source, setSource] = useState(first === null ? '' : JSON.stringify(first.output, null, 2));
  const [port, setPort] = useState(first?.port ?? '');
  const output = readJson(source);
  const ports = [...new Set([...(type?.ports ?? []), ...props.ports])].filter(Boolean);
  const submit = (): void => {
    if (pin.isPending || !output.ok) return;
    pin.mutate(
      { output: output.value, port },
      {
        onSuccess: () => {
          tell.done(t('pin.done', { name: node.name }));
          onClose();
        },
      },
    );
  };
  useShortcut('run', submit);
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t('pin.title', { name: node.name })}
      description={t('pin.description')}
    >
      <DialogBody>
        {pin.error !== null && <FormError>{pin.error.message}</FormError>}
        {takesPast && (
          <Take
            workflowId={workflowId}
            nodeId={node.id}
            onTake={(taken, by) => {
              setSource(JSON.stringify(taken, null, 2));
              setPort(by);
            }}
          />
        )}
        <TextArea
          label={t('pin.output')}
          hint={holdsMasked(source) ? t('pin.masked') : t('pin.hint')}
          error={output.ok || source === '' ? undefined : t('json.fault_syntax_plain')}
          value={source}
          onChange={(event) => setSource(event.target.value)}
          rows={9}
        />
        {ports.length > 1 && (
          <SelectField
            label={t('pin.port')}
            value={port}
            onChange={(event) => setPort(event.target.value)}
          >
            <option value="">{t('pin.port_usual')}</option>
            {ports.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </SelectField>
        )}
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>{t('common:cancel')}</Button>
        <Button look="primary" onClick={submit} isBusy={pin.isPending} disabled={!output.ok}>
          <PinIcon aria-hidden />
          {t('pin.submit')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
