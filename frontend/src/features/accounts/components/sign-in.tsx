import { KeyRound } from 'lucide-react';
import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useNavigate } from 'react-router';
import { leave } from '@/lib/leave';
import { knowsPasskeys } from '@/lib/passkey';
import { ApiError } from '@/lib/problem';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { FormError } from '@/ui/form-error';
import { type SignedIn, usePasskeySignIn, useSecondFactor, useSignIn } from '../api';
import { readArrival, textOf } from '../arrival';
import { CompanySignIn } from './company-sign-in';
import { Frame } from './frame';
import { PasswordField } from './password-field';
import { SecondStep, type Shown } from './second-step';

const LINK = 'font-medium text-accent underline-offset-2 hover:underline';
/** Pages of this host to which sign-in leads back: they are about the person, and no tenant's. */
const OWN_PAGES = ['/account', '/invitation'];

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
  'sso_second_factor_missing',
  'sso_unreachable',
] as const;

/** Why somebody was sent here instead of in. */
const noticeOf = (search: string): (typeof NOTICES)[number] | undefined => {
  const given = new URLSearchParams(search).get('notice');
  return NOTICES.find((notice) => notice === given);
};

function useWayOn() {
  const navigate = useNavigate();
  const { search, hash } = useLocation();
  const [isLeaving, setLeaving] = useState(false);
  const arrival = readArrival(search);
  const back = new URLSearchParams(search).get('back') ?? '';
  const go = ({ redirect, tenants, challenge }: SignedIn): void => {
    if (challenge !== null) return;
    if (OWN_PAGES.includes(back)) {
      setLeaving(true);
      leave.to(`${back}${hash}`);
    } else if (redirect === null) {
      void navigate('/choose', { state: { tenants, next: arrival.next } });
    } else {
      setLeaving(true);
      leave.to(redirect);
    }
  };
  return { go, arrival, isLeaving };
}

function useSubmit() {
  const signIn = useSignIn();
  const byPasskey = usePasskeySignIn();
  const second = useSecondFactor();
  const { go, arrival, isLeaving } = useWayOn();
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const credentials = { email: textOf(form, 'email').trim(), password: textOf(form, 'password') };
    signIn.mutate({ ...credentials, ...arrival }, { onSuccess: go });
  };
  const show = (shown: Shown): void => {
    second.mutate(
      { ...shown, ...arrival },
      {
        onSuccess: go,
        onError: (error) => {
          // The ticket is over: the password is asked for once more.
          if (error instanceof ApiError && error.code === 'ticket_over') signIn.reset();
        },
      },
    );
  };
  return {
    submit,
    show,
    signByPasskey: () => byPasskey.mutate(arrival, { onSuccess: go }),
    challenge: signIn.data?.challenge ?? null,
    error: signIn.error ?? (byPasskey.error instanceof ApiError ? byPasskey.error : null),
    secondError: second.error,
    isBusy: signIn.isPending || byPasskey.isPending || second.isPending || isLeaving,
  };
}

export default function SignIn() {
  const { t } = useTranslation('accounts');
  const { submit, show, signByPasskey, challenge, error, secondError, isBusy } = useSubmit();
  const notice = noticeOf(useLocation().search);
  if (challenge !== null)
    return (
      <Frame title={t('second.title')} text={t('second.text')}>
        <SecondStep challenge={challenge} onShown={show} error={secondError} isBusy={isBusy} />
      </Frame>
    );
  return (
    <Frame
      title={t('sign_in.title')}
      footer={
        <>
          {t('sign_in.no_account')}{' '}
          <Link to="/sign-up" className={LINK}>
            {t('sign_in.to_sign_up')}
          </Link>
        </>
      }
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        {error !== null && <FormError>{messageOf(error, t('sign_in.wrong'))}</FormError>}
        {error === null && secondError !== null && <FormError>{secondError.message}</FormError>}
        {error === null && secondError === null && notice !== undefined && (
          <FormError>{t(`sign_in.${notice}`)}</FormError>
        )}
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
        {knowsPasskeys() && (
          <Button size="lg" isBusy={isBusy} onClick={signByPasskey}>
            <KeyRound aria-hidden />
            {t('sign_in.passkey')}
          </Button>
        )}
        <CompanySignIn />
        <Link to="/forgot" className={LINK}>
          {t('sign_in.forgot')}
        </Link>
      </form>
    </Frame>
  );
}
