import { Play } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { holdsMasked, kindOf, readJson } from '@/engine/json';
import { useShortcut } from '@/lib/keys';
import { ApiError } from '@/lib/problem';
import { Button } from '@/ui/button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { SelectField, TextArea } from '@/ui/field';
import { FormError } from '@/ui/form-error';
import { Segmented } from '@/ui/segmented';
import { useEditor } from '../provider';
import { defaultsOf, fieldsOf, schemaOf } from './input-fields';
import { InputForm } from './input-form';
import { useRunner } from './running';
import { run, useOrder } from './store';
import { useWhole, type Whole } from './whole';

type Values = Readonly<Record<string, unknown>>;

const written = (value: unknown): string => JSON.stringify(value ?? {}, null, 2);

function TriggerField({ whole }: { whole: Whole }) {
  const { t } = useTranslation('run');
  const workflowId = useEditor(({ workflow }) => workflow.id);
  if (whole.triggers.length < 2) return null;
  return (
    <SelectField
      label={t('menu.trigger')}
      value={whole.trigger?.id ?? ''}
      onChange={(event) => run.order(workflowId, { trigger: event.target.value })}
    >
      {whole.triggers.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </SelectField>
  );
}

/** Runs the draft with data that a person types: by the trigger's form where it has one, else as JSON. */
export default function DataDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['run', 'common']);
  const whole = useWhole();
  const workflowId = useEditor(({ workflow }) => workflow.id);
  const order = useOrder(workflowId);
  const { isStarting } = useRunner();
  const [source, setSource] = useState(() => order.typed ?? written(whole.input));
  const [isAsJson, setAsJson] = useState(false);
  const [faulty, setFaulty] = useState<ReadonlySet<string>>(new Set());
  const [error, setError] = useState<Error | null>(null);

  const schema = schemaOf(whole.trigger?.config ?? {});
  const fields = fieldsOf(schema);
  const input = readJson(source.trim() === '' ? '{}' : source);
  const isObject = input.ok && kindOf(input.value) === 'object';
  const isForm = fields !== null && !isAsJson && isObject;
  const faults = error instanceof ApiError ? error.errors : [];
  const isWhole = input.ok && !(isForm && faulty.size > 0);
  const submit = async (): Promise<void> => {
    if (!isWhole || isStarting) return;
    const isLast = whole.last !== undefined && source === written(whole.last.value);
    run.order(workflowId, isLast ? { source: 'last' } : { source: 'typed', typed: source });
    const hasBegun = isLast
      ? await whole.beginAgain(setError)
      : await whole.beginWith(input.value, setError);
    if (hasBegun) onClose();
  };
  useShortcut('run', () => void submit());
  return (
    <Dialog isOpen onClose={onClose} title={t('data.title')} description={t('data.description')}>
      <DialogBody>
        {error !== null && <FormError>{error.message}</FormError>}
        <TriggerField whole={whole} />
        <div className="flex flex-wrap items-center gap-2">
          {fields !== null && (
            <Segmented
              label={t('data.as')}
              value={isForm ? 'form' : 'json'}
              onChoose={(as) => setAsJson(as === 'json')}
              options={[
                { value: 'form', label: t('data.form') },
                { value: 'json', label: t('values.json') },
              ]}
            />
          )}
          {whole.last !== undefined && (
            <Button size="sm" onClick={() => setSource(written(whole.last?.value))}>
              {t('data.take_last')}
            </Button>
          )}
          <Button size="sm" look="quiet" onClick={() => setSource(written(defaultsOf(schema)))}>
            {t('data.clear')}
          </Button>
        </div>
        {isForm ? (
          <InputForm
            fields={fields}
            values={input.value as Values}
            faults={faults}
            onChange={(values) => setSource(written(values))}
            onFaulty={setFaulty}
          />
        ) : (
          <TextArea
            label={t('data.input')}
            hint={t(holdsMasked(source) ? 'data.masked' : 'data.hint')}
            error={input.ok ? faults[0]?.message : t('data.no_json')}
            value={source}
            onChange={(event) => setSource(event.target.value)}
            rows={10}
          />
        )}
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>{t('common:cancel')}</Button>
        <Button
          look="primary"
          onClick={() => void submit()}
          isBusy={isStarting}
          disabled={!isWhole}
        >
          <Play aria-hidden />
          {t('run')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
