import { Check, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { readJson } from '@/engine/json';
import { useMay } from '@/features/accounts/facade';
import { ApiError } from '@/lib/problem';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { TextArea } from '@/ui/field';
import { FormError } from '@/ui/form-error';
import { type Answer, useAnswer, useApproval } from '../approvals';
import type { Step } from '../types';

interface ApprovalProps {
  executionId: string;
  step: Step;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What a form asks for, to be filled in: its properties, each empty. */
function blankOf(form: unknown): string {
  const isForm = typeof form === 'object' && form !== null && 'properties' in form;
  const properties = isForm ? form.properties : {};
  const names = Object.keys(properties ?? {});
  return JSON.stringify(Object.fromEntries(names.map((name) => [name, ''])), null, 2);
}

/** What of the form the server refused: "window: This is not one of …"; undefined where it refused something else. */
function refusedIn(error: Error | null): string | undefined {
  const places = error instanceof ApiError ? error.errors : [];
  const ofForm = places.filter(({ path }) => path.startsWith('/data'));
  const told = ofForm.map(({ path, message }) => {
    const place = path.replace(/^\/data\/?/, '').replaceAll('/', ' › ');
    return place === '' ? message : `${place}: ${message}`;
  });
  return told.length === 0 ? undefined : told.join(' ');
}

interface AnswerDialogProps extends ApprovalProps {
  answer: Answer;
  title: string;
  /** A JSON Schema, or null where nothing is asked beside yes and no. */
  form: unknown;
  onClose: () => void;
}

function AnswerDialog({ executionId, step, answer, title, form, onClose }: AnswerDialogProps) {
  const { t } = useTranslation(['executions', 'common']);
  const decide = useAnswer(executionId, step);
  const [comment, setComment] = useState('');
  const [source, setSource] = useState(() => blankOf(form));
  const data = readJson(source);
  const refused = refusedIn(decide.error);
  const submit = (): void => {
    if (!data.ok) return;
    decide.mutate(
      { answer, comment, data: data.value },
      {
        onSuccess: () => {
          tell.done(t(`approval.said_${answer}`));
          onClose();
        },
      },
    );
  };
  return (
    <Dialog isOpen onClose={onClose} title={t(`approval.${answer}`)} description={title}>
      <DialogBody>
        {decide.error !== null && refused === undefined && (
          <FormError>{decide.error.message}</FormError>
        )}
        {form !== null && (
          <TextArea
            label={t('approval.data')}
            hint={
              <code className="block whitespace-pre-wrap break-words">
                {JSON.stringify(form, null, 1)}
              </code>
            }
            error={data.ok ? refused : t('no_json')}
            value={source}
            onChange={(event) => setSource(event.target.value)}
            rows={4}
          />
        )}
        <TextArea
          label={t('approval.comment')}
          value={comment}
          onChange={(event) => setComment(event.target.value)}
          rows={3}
          maxLength={10_000}
        />
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>{t('common:cancel')}</Button>
        <Button
          look={answer === 'approve' ? 'primary' : 'danger'}
          isBusy={decide.isPending}
          disabled={!data.ok}
          onClick={submit}
        >
          {t(`approval.${answer}`)}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

/** The question of a waiting step, and, for who may answer it, yes and no. */
export function Approval({ executionId, step }: ApprovalProps) {
  const { t, i18n } = useTranslation('executions');
  const asked = useApproval(executionId, step);
  const mayExecute = useMay('workflow.execute');
  const [answer, setAnswer] = useState<Answer | null>(null);
  if (asked === undefined) return null;
  const title = text(asked.title);
  const people = Array.isArray(asked.assignees) ? asked.assignees.map(String) : [];
  return (
    <div className="flex flex-wrap items-center gap-2">
      <div className="min-w-0 flex-1 basis-64">
        <p className="font-medium">{title}</p>
        <p className="text-fg-2 empty:hidden">{text(asked.message)}</p>
        {people.length > 0 && (
          <p className="text-fg-3 text-xs">
            {t('approval.for', {
              people: new Intl.ListFormat(i18n.language, { type: 'disjunction' }).format(people),
            })}
          </p>
        )}
      </div>
      {mayExecute && (
        <div className="flex gap-2">
          <Button look="primary" size="sm" onClick={() => setAnswer('approve')}>
            <Check aria-hidden />
            {t('approval.approve')}
          </Button>
          <Button look="danger" size="sm" onClick={() => setAnswer('reject')}>
            <X aria-hidden />
            {t('approval.reject')}
          </Button>
        </div>
      )}
      {answer !== null && (
        <AnswerDialog
          executionId={executionId}
          step={step}
          answer={answer}
          title={title}
          form={asked.form ?? null}
          onClose={() => setAnswer(null)}
        />
      )}
    </div>
  );
}
