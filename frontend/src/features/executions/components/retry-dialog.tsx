import { RotateCw } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { holdsMasked, readJson } from '@/engine/json';
import { useShortcut } from '@/lib/keys';
import { Button } from '@/ui/button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { SelectField, TextArea } from '@/ui/field';
import { FormError } from '@/ui/form-error';
import { mayFail, type Point, useRetrier } from '../retrying';
import type { Execution, RetryFrom, RetryOrder, RetryVersion } from '../types';

interface RetryDialogProps {
  execution: Execution;
  points: readonly Point[];
  /** The node to begin at, unless a person chooses otherwise. */
  here?: string;
  onClose: () => void;
}

const NODE = 'node ';
const VERSIONS = ['same', 'newest'] as const;

/** What the field of the place holds: `start`, `failed`, or `node ` with its id. */
const placeOf = (place: string): Pick<RetryOrder, 'start_at' | 'node_id'> =>
  place.startsWith(NODE)
    ? { start_at: 'node', node_id: place.slice(NODE.length) }
    : { start_at: place as RetryFrom };

function hintOf(isChanged: boolean, source: string, isWhole: boolean) {
  if (!isChanged) return 'data_same';
  if (holdsMasked(source)) return 'data_masked';
  return isWhole ? 'data_changed' : 'data_partly';
}

/** Runs a finished execution again as its reader says: from where, in which version, with which data. */
export default function RetryDialog({ execution, points, here, onClose }: RetryDialogProps) {
  const { t } = useTranslation(['executions', 'common']);
  const first = JSON.stringify(execution.trigger ?? null, null, 2);
  const [place, setPlace] = useState(here === undefined ? 'start' : `${NODE}${here}`);
  const [version, setVersion] = useState<RetryVersion>('same');
  const [source, setSource] = useState(first);
  const { start, isBusy, error } = useRetrier(execution);
  const isChanged = source !== first;
  const input = readJson(source);
  const submit = (): void => {
    if (!input.ok) return;
    const order = { ...placeOf(place), version };
    // What is left as it was is not sent: the screen has neither its secrets nor its largest numbers.
    start(isChanged ? { ...order, input: input.value } : order, () => undefined);
  };
  useShortcut('run', submit);
  return (
    <Dialog isOpen onClose={onClose} title={t('retry.title')} description={t('retry.description')}>
      <DialogBody>
        {error !== null && <FormError>{error.message}</FormError>}
        <div className="grid gap-4 sm:grid-cols-2">
          <SelectField
            label={t('retry.place')}
            value={place}
            onChange={(event) => setPlace(event.target.value)}
          >
            <option value="start">{t('retry.start')}</option>
            {mayFail(execution) && <option value="failed">{t('retry.failed')}</option>}
            {points.map(({ id, name }) => (
              <option key={id} value={`${NODE}${id}`}>
                {t('retry.node', { name })}
              </option>
            ))}
          </SelectField>
          <SelectField
            label={t('retry.version')}
            value={version}
            onChange={(event) => setVersion(event.target.value as RetryVersion)}
          >
            {VERSIONS.map((one) => (
              <option key={one} value={one}>
                {t(`retry.${one}`)}
              </option>
            ))}
          </SelectField>
        </div>
        {place !== 'start' && <p className="text-fg-2">{t('retry.kept')}</p>}
        <TextArea
          label={t('retry.data')}
          hint={t(`retry.${hintOf(isChanged, source, place === 'start')}`)}
          error={input.ok ? undefined : t('no_json')}
          value={source}
          onChange={(event) => setSource(event.target.value)}
          rows={9}
        />
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>{t('common:cancel')}</Button>
        <Button look="primary" onClick={submit} isBusy={isBusy} disabled={!input.ok}>
          <RotateCw aria-hidden />
          {t('retry.submit')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
