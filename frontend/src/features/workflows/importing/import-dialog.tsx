import { FileUp } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { nodeOfCall } from '@/engine/importing';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { TextArea, TextField } from '@/ui/field';
import { FormError } from '@/ui/form-error';
import { useCreateWorkflow } from '../api';
import { Preview } from './preview';
import { type Reading, useReading } from './reading';

interface ImportDialogProps {
  /** What was dropped or pasted already. */
  text?: string;
  /** The name of the file that it came from. */
  fileName?: string;
  /** Puts the nodes of a document into the workflow that is open; without it only a new workflow can be made. */
  onAdd?: (document: { nodes: unknown; edges: unknown }) => void;
  onClose: () => void;
}

function useFault(reading: Reading | null): string | undefined {
  const { t } = useTranslation('importing');
  if (reading?.kind !== 'fault') return undefined;
  switch (reading.reason) {
    case 'json':
    case 'yaml':
      return reading.place === null
        ? t(`fault_${reading.reason}`)
        : t(`fault_${reading.reason}_at`, { ...reading.place });
    case 'number':
      return t('fault_number', { number: reading.number });
    case 'refused':
      return reading.message;
    case 'shape':
      return t('fault_shape');
  }
}

/** Chooses a file by the browser's own window. */
function ChooseFile({ onText }: { onText: (text: string, name: string) => void }) {
  const { t } = useTranslation('importing');
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        accept=".json,.yaml,.yml,.txt,application/json"
        aria-label={t('choose')}
        onChange={({ target }) => {
          const file = target.files?.[0];
          if (file !== undefined) void file.text().then((text) => onText(text, file.name));
          target.value = '';
        }}
      />
      <Button size="sm" onClick={() => input.current?.click()}>
        <FileUp aria-hidden />
        {t('choose')}
      </Button>
    </>
  );
}

const withoutEnding = (fileName: string): string => fileName.replace(/\.\w+$/, '');

export default function ImportDialog({
  text: first = '',
  fileName = '',
  onAdd,
  onClose,
}: ImportDialogProps) {
  const { t } = useTranslation(['importing', 'common']);
  const navigate = useNavigate();
  const create = useCreateWorkflow();
  const [text, setText] = useState(first);
  const [file, setFile] = useState(fileName);
  const [typedName, setTypedName] = useState<string | null>(null);
  const reading = useReading(text);
  const found = reading?.kind === 'workflow' ? reading : null;
  const given = found?.workflow.name ?? '';
  const name = typedName ?? (given === '' ? withoutEnding(file) : given);
  const make = (): void => {
    if (found === null) return;
    const { description, definition } = found.workflow;
    create.mutate(
      { name: name.trim() || t('untitled'), description, definition },
      {
        onSuccess: ({ id }) => {
          tell.done(t('done'));
          onClose();
          void navigate(`/workflows/${id}`);
        },
      },
    );
  };
  const add = (): void => {
    if (found === null) return;
    // Of a command only the call itself is wanted here: the workflow has a trigger already.
    const { nodes, edges = [] } = found.workflow.definition;
    onAdd?.(
      found.call === null
        ? { nodes, edges }
        : { nodes: [nodeOfCall(found.call.config).node], edges: [] },
    );
    onClose();
  };
  return (
    <Dialog isOpen onClose={onClose} title={t('title')} description={t('description')} isWide>
      <DialogBody>
        {create.error !== null && <FormError>{create.error.message}</FormError>}
        <div className="flex flex-col gap-2">
          <TextArea
            label={t('text')}
            value={text}
            rows={found === null ? 10 : 4}
            placeholder={t('placeholder')}
            error={useFault(reading)}
            hint={file === '' ? t('hint') : t('from_file', { name: file })}
            onChange={(event) => {
              setText(event.target.value);
              setFile('');
            }}
          />
          <div>
            <ChooseFile
              onText={(next, from) => {
                setText(next);
                setFile(from);
                setTypedName(null);
              }}
            />
          </div>
        </div>
        {found !== null && (
          <TextField
            label={t('name')}
            value={name}
            autoComplete="off"
            onChange={(event) => setTypedName(event.target.value)}
          />
        )}
        {found !== null && <Preview workflow={found.workflow} call={found.call} />}
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>{t('common:cancel')}</Button>
        <Button
          look={onAdd === undefined ? 'primary' : 'secondary'}
          disabled={found === null}
          isBusy={create.isPending}
          onClick={make}
        >
          {t('create')}
        </Button>
        {onAdd !== undefined && (
          <Button look="primary" disabled={found === null} onClick={add}>
            {found?.call == null ? t('add') : t('add_call')}
          </Button>
        )}
      </DialogActions>
    </Dialog>
  );
}
