import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/lib/problem';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Failure } from '@/ui/failure';
import { FormError } from '@/ui/form-error';
import { Skeleton } from '@/ui/skeleton';
import { textOf } from '../arrival';
import { useConfirm, useConfirmBegin } from '../own';
import { PasswordField } from './password-field';
import { SecondStep } from './second-step';

const isAskedFor = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 'step_up_needed';

/**
 * Sensitive acts ask who it is, at most once in ten minutes: `guard` does an act, and if the server wants to know first,
 * the dialog asks and then does it again.
 */
export function useStepUp() {
  const [waiting, setWaiting] = useState<(() => void) | null>(null);
  const guard = (act: (onError: (error: unknown) => void) => void): void => {
    const again = (): void =>
      act((error) => {
        if (isAskedFor(error)) setWaiting(() => again);
      });
    again();
  };
  const done = (): void => {
    const again = waiting;
    setWaiting(null);
    again?.();
  };
  return {
    guard,
    dialog: <StepUp isOpen={waiting !== null} onDone={done} onClose={() => setWaiting(null)} />,
  };
}

/** An error for the page: none while the dialog asks. */
export const shownOf = (error: Error | null): Error | null => (isAskedFor(error) ? null : error);

interface StepUpProps {
  isOpen: boolean;
  onDone: () => void;
  onClose: () => void;
}

function StepUp({ isOpen, onDone, onClose }: StepUpProps) {
  const { t } = useTranslation('accounts');
  return (
    <Dialog
      title={t('confirm.title')}
      description={t('confirm.text')}
      isOpen={isOpen}
      isBrief
      onClose={onClose}
    >
      <div className="overflow-y-auto px-5 pt-3 pb-5">
        <Question onDone={onDone} />
      </div>
    </Dialog>
  );
}

function Question({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation('accounts');
  const { data: challenge, error, refetch } = useConfirmBegin(true);
  const confirm = useConfirm();
  if (error !== null) return <Failure error={error} onRetry={() => void refetch()} />;
  if (challenge === undefined) return <Skeleton className="h-10" />;
  if (challenge !== null)
    return (
      <SecondStep
        challenge={challenge}
        onShown={(shown) => confirm.mutate(shown, { onSuccess: onDone })}
        error={confirm.error}
        isBusy={confirm.isPending}
      />
    );
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const password = textOf(new FormData(event.currentTarget), 'password');
    confirm.mutate({ password }, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {confirm.error !== null && <FormError>{confirm.error.message}</FormError>}
      <PasswordField label={t('sign_in.password')} autoComplete="current-password" />
      <Button type="submit" look="primary" isBusy={confirm.isPending}>
        {t('confirm.submit')}
      </Button>
    </form>
  );
}
