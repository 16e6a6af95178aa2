import type { SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { FormError } from '@/ui/form-error';
import { textOf } from '../arrival';
import { useForgot } from '../by-letter';
import { Frame } from './frame';

/** Asks for a link to set a new password. */
export default function Forgot() {
  const { t } = useTranslation('accounts');
  const forgot = useForgot();
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    forgot.mutate(textOf(new FormData(event.currentTarget), 'email').trim());
  };
  return (
    <Frame
      title={t('forgot.title')}
      text={t(forgot.isSuccess ? 'forgot.sent' : 'forgot.text')}
      footer={
        <Link to="/sign-in" className="font-medium text-accent hover:underline">
          {t('forgot.back')}
        </Link>
      }
    >
      {!forgot.isSuccess && (
        <form onSubmit={submit} className="flex flex-col gap-4">
          {forgot.error !== null && <FormError>{forgot.error.message}</FormError>}
          <TextField
            label={t('sign_in.email')}
            name="email"
            type="email"
            autoComplete="username"
            required
          />
          <Button type="submit" look="primary" size="lg" isBusy={forgot.isPending}>
            {t('forgot.submit')}
          </Button>
        </form>
      )}
    </Frame>
  );
}
