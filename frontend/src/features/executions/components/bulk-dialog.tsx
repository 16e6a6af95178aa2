import { CircleAlert, CircleCheck } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { shortId } from '@/lib/format';
import { Button } from '@/ui/button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { FormError } from '@/ui/form-error';
import { type Answered, refusalsOf, useBulk } from '../bulk';
import type { ExecutionSummary } from '../types';
import { type RetryChoice, RetryFields } from './retry-choice';

export type What = 'cancel' | 'retry' | 'delete';

/** So many of the refused ones are named; of the others it is said that they are there. */
const NAMED = 8;

interface ResultProps {
  what: What;
  answers: readonly Answered[];
  /** What a person calls an execution. */
  nameOf: (id: string) => string;
}

/** How many were done, and which were refused for which reason. */
function Result({ what, answers, nameOf }: ResultProps) {
  const { t } = useTranslation('executions');
  const done = answers.filter(({ code }) => code === '').length;
  return (
    <div role="status" className="flex flex-col gap-3">
      {done > 0 && (
        <p className="flex items-start gap-2 text-ok">
          <CircleCheck className="mt-0.5 size-4 shrink-0" aria-hidden />
          {t(`bulk.${what}_done`, { count: done })}
        </p>
      )}
      {refusalsOf(answers).map(({ message, ids }) => (
        <section key={message} className="rounded-lg border border-line px-3 py-2">
          <p className="flex items-start gap-2">
            <CircleAlert className="mt-0.5 size-4 shrink-0 text-warn" aria-hidden />
            <span>
              <strong className="font-medium">{t('bulk.refused', { count: ids.length })}</strong>{' '}
              {message}
            </span>
          </p>
          <ul className="mt-1 ml-6 text-fg-2">
            {ids.slice(0, NAMED).map((id) => (
              <li key={id} className="flex min-w-0 gap-2">
                <Link
                  to={`/executions/${id}`}
                  className="min-w-0 truncate leading-6 hover:underline"
                >
                  {nameOf(id)}
                </Link>
                <span className="ml-auto font-mono text-fg-3 text-xs">{shortId(id)}</span>
              </li>
            ))}
            {ids.length > NAMED && (
              <li className="text-fg-3">{t('bulk.more', { count: ids.length - NAMED })}</li>
            )}
          </ul>
        </section>
      ))}
    </div>
  );
}

interface BulkDialogProps {
  what: What;
  rows: readonly ExecutionSummary[];
  nameOf: (workflowId: string) => string;
  /** Told which executions have been answered. */
  onClose: (answered: readonly string[]) => void;
}

/** Asks once more, does it, and says what became of each. While a request is under way it stays. */
export default function BulkDialog({ what, rows, nameOf, onClose }: BulkDialogProps) {
  const { t } = useTranslation(['executions', 'common']);
  // The list goes on changing behind the dialog; what was chosen does not.
  const [meant] = useState(rows);
  const [choice, setChoice] = useState<RetryChoice>({ start_at: 'start', version: 'same' });
  const { mutate, isPending, error, answers, left } = useBulk(meant.map(({ id }) => id));
  const count = meant.length;
  const hasBegun = answers.length > 0;
  const workflowOf = new Map(meant.map((row) => [row.id, nameOf(row.workflow_id)]));
  const close = (): void => {
    if (!isPending) onClose(answers.map(({ id }) => id));
  };
  const submit = (): void => mutate(what === 'retry' ? { what, ...choice } : { what });
  return (
    <Dialog
      isOpen
      onClose={close}
      title={t(`bulk.${what}_title`, { count })}
      description={t(`bulk.${what}_hint`)}
    >
      <DialogBody>
        {error !== null && (
          <FormError>
            {error.message} {hasBegun && t('bulk.left', { count: left })}
          </FormError>
        )}
        {what === 'retry' && !hasBegun && (
          <RetryFields choice={choice} isDisabled={isPending} onChange={setChoice} />
        )}
        {isPending && count > answers.length && (
          <div role="status" className="flex items-center gap-3 text-fg-2">
            <progress
              value={answers.length}
              max={count}
              aria-label={t('bulk.progress', { done: answers.length, of: count })}
              className="h-1.5 flex-1 accent-accent"
            />
            {t('bulk.progress', { done: answers.length, of: count })}
          </div>
        )}
        {hasBegun && (
          <Result what={what} answers={answers} nameOf={(id) => workflowOf.get(id) ?? id} />
        )}
      </DialogBody>
      <DialogActions>
        <Button look={left === 0 ? 'primary' : 'secondary'} disabled={isPending} onClick={close}>
          {t(left === 0 || hasBegun ? 'common:close' : 'bulk.keep')}
        </Button>
        {left > 0 && (
          <Button
            look={what === 'retry' ? 'primary' : 'danger'}
            isBusy={isPending}
            onClick={submit}
          >
            {error === null ? t(`bulk.${what}_do`, { count }) : t('common:retry')}
          </Button>
        )}
      </DialogActions>
    </Dialog>
  );
}
