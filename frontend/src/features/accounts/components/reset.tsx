import type { SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { ApiError } from '@/lib/problem';
import { Button } from '@/ui/button';
import { FormError } from '@/ui/form-error';
import { textOf } from '../arrival';
import { tokenOf, useReset } from '../by-letter';
import { Frame } from './frame';
import { PasswordField } from './password-field';

/** Sets a new password, by the link of a letter. */
export default function Reset() {
  const { t } = useTranslation('accounts');
  const token = tokenOf(useLocation().hash);
  const reset = useReset();
  const refusal = reset.error instanceof ApiError ? reset.error.field('password') : undefined;
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    reset.mutate({ token, password: textOf(new FormData(event.currentTarget), 'password') });
  };
  return (
    <Frame
      title={t('reset.title')}
      text={t(reset.isSuccess ? 'reset.done' : 'reset.text')}
      footer={
        <Link
          to={reset.isSuccess ? '/sign-in' : '/forgot'}
          className="font-medium text-accent hover:underline"
        >
          {t(reset.isSuccess ? 'sign_in.title' : 'reset.again')}
        </Link>
      }
    >
      {!reset.isSuccess && (
        <form onSubmit={submit} className="flex flex-col gap-4">
          {reset.error !== null && refusal === undefined && (
            <FormError>{reset.error.message}</FormError>
          )}
          <PasswordField
            label={t('reset.password')}
            hint={t('sign_up.password_hint')}
            autoComplete="new-password"
            error={refusal}
          />
          <Button type="submit" look="primary" size="lg" isBusy={reset.isPending}>
            {t('reset.submit')}
          </Button>
        </form>
      )}
    </Frame>
  );
}
