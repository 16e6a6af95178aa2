import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useNavigate } from 'react-router';
import { leave } from '@/lib/leave';
import { ApiError } from '@/lib/problem';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { FormError } from '@/ui/form-error';
import { useSignIn } from '../api';
import { readArrival, textOf } from '../arrival';
import { CompanySignIn } from './company-sign-in';
import { Frame } from './frame';
import { PasswordField } from './password-field';

/** 401 never says which of the two was wrong; everything else speaks for itself. */
const messageOf = (error: Error, wrong: string): string =>
  error instanceof ApiError && error.status === 401 ? wrong : error.message;

const NOTICES = [
  'crossing_refused',
  'sso_denied',
  'sso_misconfigured',
  'sso_not_a_member',
  'sso_not_linked',
  'sso_not_offered',
  'sso_refused',
  'sso_unreachable',
] as const;

/** Why somebody was sent here instead of in. */
const noticeOf = (search: string): (typeof NOTICES)[number] | undefined => {
  const given = new URLSearchParams(search).get('notice');
  return NOTICES.find((notice) => notice === given);
};

function useSubmit() {
  const navigate = useNavigate();
  const signIn = useSignIn();
  const [isLeaving, setLeaving] = useState(false);
  const arrival = readArrival(useLocation().search);
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const credentials = { email: textOf(form, 'email').trim(), password: textOf(form, 'password') };
    signIn.mutate(
      { ...credentials, ...arrival },
      {
        onSuccess: ({ redirect, tenants }) => {
          if (redirect === null) {
            void navigate('/choose', { state: { tenants, next: arrival.next } });
            return;
          }
          setLeaving(true);
          leave.to(redirect);
        },
      },
    );
  };
  return { submit, error: signIn.error, isBusy: signIn.isPending || isLeaving };
}

export default function SignIn() {
  const { t } = useTranslation('accounts');
  const { submit, error, isBusy } = useSubmit();
  const notice = noticeOf(useLocation().search);
  return (
    <Frame
      title={t('sign_in.title')}
      footer={
        <>
          {t('sign_in.no_account')}{' '}
          <Link
            to="/sign-up"
            className="font-medium text-accent underline-offset-2 hover:underline"
          >
            {t('sign_in.to_sign_up')}
          </Link>
        </>
      }
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        {error !== null && <FormError>{messageOf(error, t('sign_in.wrong'))}</FormError>}
        {error === null && notice !== undefined && <FormError>{t(`sign_in.${notice}`)}</FormError>}
        <TextField
          label={t('sign_in.email')}
          name="email"
          type="email"
          autoComplete="username"
          required
        />
        <PasswordField label={t('sign_in.password')} autoComplete="current-password" />
        <Button type="submit" look="primary" size="lg" className="mt-2" isBusy={isBusy}>
          {t('sign_in.submit')}
        </Button>
        <CompanySignIn />
      </form>
    </Frame>
  );
}
