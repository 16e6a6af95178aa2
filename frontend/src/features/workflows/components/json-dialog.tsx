import { CircleCheck } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { type Pasted, readDocument, readPasted } from '@/engine/document';
import { ApiError } from '@/lib/problem';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { TextArea, TextField } from '@/ui/field';
import { FormError } from '@/ui/form-error';
import { useCreateWorkflow, usePublishAndActivate, useSaveDraft } from '../api';
import { EXAMPLE } from '../example';
import { isError, type Workflow } from '../types';
import { ProblemList } from './problem-list';

interface JsonDialogProps {
  /** The workflow to change; null makes a new one. */
  workflow: Workflow | null;
  onClose: () => void;
}

/** What is wrong with the text, in words; undefined where nothing is. */
function useFault(pasted: Pasted, isShown: boolean): string | undefined {
  const { t } = useTranslation('workflows');
  if (pasted.ok || !isShown) return undefined;
  return t(`json.fault_${pasted.reason}`, { line: pasted.line, column: pasted.column });
}

function Summary({ pasted }: { pasted: Pasted }) {
  const { t } = useTranslation('workflows');
  if (!pasted.ok) return null;
  const { nodes, edges } = readDocument(pasted.definition);
  return (
    <>
      {t('json.summary_nodes', { count: nodes.length })} ·{' '}
      {t('json.summary_edges', { count: edges.length })}
    </>
  );
}

function UseExample({ onUse }: { onUse: () => void }) {
  const { t } = useTranslation('workflows');
  return (
    <button
      type="button"
      className="min-h-6 rounded-sm font-medium text-accent hover:underline"
      onClick={onUse}
    >
      {t('json.example')}
    </button>
  );
}

function Saved({ workflow }: { workflow: Workflow }) {
  const { t } = useTranslation('workflows');
  const names = new Map(
    readDocument(workflow.definition).nodes.map((node) => [node.id, node.name]),
  );
  return (
    <section aria-label={t('problems.title')} className="flex flex-col gap-2">
      <p role="status" className="flex items-center gap-2 text-ok">
        <CircleCheck className="size-4" aria-hidden />
        {t('json.saved')} {workflow.problems.length === 0 && t('json.clean')}
      </p>
      <ProblemList problems={workflow.problems} nameOf={(id) => names.get(id) ?? id} />
      {workflow.problems.some(isError) && (
        <p className="text-fg-3 text-xs">{t('json.publish_blocked')}</p>
      )}
    </section>
  );
}

/** Text and name of the dialog, and how they are saved: the first time as a new draft, then over it. */
function useDraft(workflow: Workflow | null) {
  const create = useCreateWorkflow();
  const save = useSaveDraft();
  const [source, setSource] = useState(() =>
    workflow === null ? '' : JSON.stringify(workflow.definition, null, 2),
  );
  const [name, setName] = useState(workflow?.name ?? '');
  const [saved, setSaved] = useState<Workflow | null>(null);
  const [kept, setKept] = useState('');
  const pasted = readPasted(source);
  const target = saved ?? workflow;
  const submit = (): void => {
    if (!pasted.ok) return;
    const onSuccess = (done: Workflow): void => {
      setSaved(done);
      setKept(source);
    };
    const draft = { name: name.trim() || pasted.name, definition: pasted.definition };
    if (target === null) create.mutate(draft, { onSuccess });
    else save.mutate({ ...draft, id: target.id, revision: target.draft_revision }, { onSuccess });
  };
  return {
    source,
    name,
    pasted,
    saved,
    isKept: kept === source,
    submit,
    setName,
    setSource: (next: string): void => {
      setSource(next);
      const read = readPasted(next);
      if (read.ok && read.name !== '' && name === '') setName(read.name);
    },
    error: create.error ?? save.error,
    isSaving: create.isPending || save.isPending,
  };
}

function usePublish(onClose: () => void) {
  const { t } = useTranslation('workflows');
  const navigate = useNavigate();
  const publish = usePublishAndActivate();
  return {
    isPublishing: publish.isPending,
    publish: (workflow: Workflow): void =>
      publish.mutate(workflow.id, {
        onSuccess: () => {
          tell.done(t('page.activated'));
          onClose();
          void navigate(`/workflows/${workflow.id}`);
        },
        onError: tell.failed,
      }),
  };
}

export default function JsonDialog({ workflow, onClose }: JsonDialogProps) {
  const { t } = useTranslation('workflows');
  const navigate = useNavigate();
  const draft = useDraft(workflow);
  const { publish, isPublishing } = usePublish(onClose);
  const [isTried, setTried] = useState(false);
  const { pasted, saved, error } = draft;
  const isNameMissing = isTried && draft.name.trim() === '' && pasted.ok && pasted.name === '';
  const submit = (): void => {
    setTried(true);
    if (pasted.ok && (draft.name.trim() !== '' || pasted.name !== '')) draft.submit();
  };
  const isConflict = error instanceof ApiError && error.status === 412;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={workflow === null ? t('json.title') : t('json.edit_title', { name: workflow.name })}
      description={t('json.description')}
      isWide
      isBrief={draft.isKept}
    >
      <DialogBody>
        {error !== null && <FormError>{isConflict ? t('json.conflict') : error.message}</FormError>}
        <TextField
          label={t('json.name')}
          value={draft.name}
          onChange={(event) => draft.setName(event.target.value)}
          error={isNameMissing ? t('json.name_missing') : undefined}
          autoComplete="off"
        />
        <TextArea
          label={t('json.source')}
          value={draft.source}
          onChange={(event) => draft.setSource(event.target.value)}
          placeholder={t('json.placeholder')}
          error={useFault(pasted, isTried || draft.source !== '')}
          hint={
            draft.source === '' ? (
              <UseExample onUse={() => draft.setSource(EXAMPLE)} />
            ) : (
              <Summary pasted={pasted} />
            )
          }
          rows={saved === null ? 14 : 8}
        />
        {saved !== null && <Saved workflow={saved} />}
      </DialogBody>
      <DialogActions>
        {saved !== null && (
          <Button
            look="quiet"
            className="mr-auto"
            onClick={() => {
              onClose();
              void navigate(`/workflows/${saved.id}`);
            }}
          >
            {t('json.open')}
          </Button>
        )}
        <Button
          look={saved === null ? 'primary' : 'secondary'}
          onClick={submit}
          isBusy={draft.isSaving}
        >
          {saved === null ? t('json.save') : t('json.save_again')}
        </Button>
        {saved !== null && (
          <Button
            look="primary"
            onClick={() => publish(saved)}
            isBusy={isPublishing}
            disabled={saved.problems.some(isError)}
          >
            {t('json.publish')}
          </Button>
        )}
      </DialogActions>
    </Dialog>
  );
}
