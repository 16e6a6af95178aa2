import { CircleCheck, CircleX, FlaskConical } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readDocument } from '@/engine/document';
import { readJson } from '@/engine/json';
import type { SchemaDryRunOut } from '@/generated/api';
import { Button } from '@/ui/button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { TextArea } from '@/ui/field';
import { FormError } from '@/ui/form-error';
import { JsonTree } from '@/ui/json-view';
import { useTrial } from './api';

interface TrialDialogProps {
  workflowId: string;
  /** Null: the draft. */
  version: number | null;
  definition: unknown;
  title: string;
  onClose: () => void;
}

const said = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : '';

function Outcome({ outcome, definition }: { outcome: SchemaDryRunOut; definition: unknown }) {
  const { t } = useTranslation('versions');
  const names = new Map(readDocument(definition).nodes.map(({ id, name }) => [id, name]));
  const isDone = outcome.status === 'completed';
  const Icon = isDone ? CircleCheck : CircleX;
  const error = said(outcome.error);
  return (
    <section role="status" className="flex flex-col gap-3">
      <p className={isDone ? 'flex gap-2 text-ok' : 'flex gap-2 text-bad'}>
        <Icon className="mt-0.5 size-4 shrink-0" aria-hidden />
        <span>
          {isDone ? t('trial.completed') : t('trial.failed')} {error}
        </span>
      </p>
      {outcome.path.length > 0 && (
        <div>
          <h3 className="mb-1 font-medium">{t('trial.path')}</h3>
          <p className="text-fg-2">{outcome.path.map((id) => names.get(id) ?? id).join(' → ')}</p>
        </div>
      )}
      {outcome.problems.length > 0 && (
        <div>
          <h3 className="mb-1 font-medium">{t('trial.problems')}</h3>
          <ul className="list-disc pl-5 text-fg-2">
            {outcome.problems.map((problem) => (
              <li key={`${problem.path} ${problem.code}`}>{problem.message}</li>
            ))}
          </ul>
        </div>
      )}
      {outcome.output !== null && (
        <div>
          <h3 className="mb-1 font-medium">{t('trial.output')}</h3>
          <div className="rounded-lg border border-line bg-sunken px-1.5 py-2">
            <JsonTree value={outcome.output} />
          </div>
        </div>
      )}
    </section>
  );
}

/** Goes through a version with chosen data, without calling anybody. */
export default function TrialDialog(props: TrialDialogProps) {
  const { workflowId, version, definition, title, onClose } = props;
  const { t } = useTranslation(['versions', 'common']);
  const [source, setSource] = useState('{}');
  const trial = useTrial();
  const data = readJson(source.trim() === '' ? '{}' : source);
  const submit = (): void => {
    if (data.ok) trial.mutate({ id: workflowId, version, trigger: data.value });
  };
  return (
    <Dialog isOpen onClose={onClose} title={title} description={t('trial.description')} isWide>
      <DialogBody>
        {trial.error !== null && <FormError>{trial.error.message}</FormError>}
        <TextArea
          label={t('trial.data')}
          hint={t('trial.hint')}
          error={data.ok ? undefined : t('trial.fault')}
          value={source}
          onChange={(event) => setSource(event.target.value)}
          rows={6}
        />
        {trial.data !== undefined && <Outcome outcome={trial.data} definition={definition} />}
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>{t('common:close')}</Button>
        <Button look="primary" onClick={submit} isBusy={trial.isPending} disabled={!data.ok}>
          <FlaskConical aria-hidden />
          {t('trial.submit')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
