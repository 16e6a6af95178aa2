import { type SubmitEvent, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { cn } from '@/lib/cn';
import { leave } from '@/lib/leave';
import { ApiError } from '@/lib/problem';
import { useTitle } from '@/lib/title';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { Failure } from '@/ui/failure';
import { TextField } from '@/ui/field';
import { FormError } from '@/ui/form-error';
import { Mark } from '@/ui/mark';
import { Skeleton } from '@/ui/skeleton';
import { textOf } from '../arrival';
import { useAccount, useChangeEmail, useChangePassword, useRename, useResend } from '../own';
import { AppSection } from './app-section';
import { PasskeySection } from './passkey-section';
import { PasswordField } from './password-field';
import { Line, Section } from './section';
import { SessionSection } from './session-section';
import { shownOf, useStepUp } from './step-up';
import { TenantSection } from './tenant-section';

function NameSection({ name }: { name: string }) {
  const { t } = useTranslation('accounts');
  const rename = useRename();
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    rename.mutate(textOf(new FormData(event.currentTarget), 'name'), {
      onSuccess: () => tell.done(t('account.saved')),
    });
  };
  return (
    <Section title={t('account.you')}>
      <form onSubmit={submit} className="flex flex-col gap-3">
        {rename.error !== null && <FormError>{rename.error.message}</FormError>}
        <Line>
          <TextField
            label={t('sign_up.name')}
            name="name"
            autoComplete="name"
            defaultValue={name}
          />
          <Button type="submit" size="lg" isBusy={rename.isPending}>
            {t('account.save')}
          </Button>
        </Line>
      </form>
    </Section>
  );
}

function EmailSection({ email, isVerified }: { email: string; isVerified: boolean }) {
  const { t } = useTranslation('accounts');
  const resend = useResend();
  const change = useChangeEmail();
  const { guard, dialog } = useStepUp();
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const wanted = textOf(new FormData(event.currentTarget), 'email').trim();
    guard((onError) =>
      change.mutate(wanted, { onError, onSuccess: () => tell.done(t('account.letter_sent')) }),
    );
  };
  const error = shownOf(change.error) ?? resend.error;
  return (
    <Section
      title={t('account.email')}
      text={t(isVerified ? 'account.verified' : 'account.unverified', { email })}
    >
      {error !== null && <FormError>{error.message}</FormError>}
      {!isVerified && (
        <Button
          className="self-start"
          isBusy={resend.isPending}
          onClick={() =>
            resend.mutate(undefined, { onSuccess: () => tell.done(t('account.letter_sent')) })
          }
        >
          {t('account.resend')}
        </Button>
      )}
      <form onSubmit={submit}>
        <Line>
          <TextField label={t('account.new_email')} name="email" type="email" required />
          <Button type="submit" size="lg" isBusy={change.isPending}>
            {t('account.change')}
          </Button>
        </Line>
      </form>
      {dialog}
    </Section>
  );
}

function PasswordSection() {
  const { t } = useTranslation('accounts');
  const change = useChangePassword();
  const refusal = change.error instanceof ApiError ? change.error : null;
  const isNamed = refusal?.errors.some((each) => each.path === '/password') ?? false;
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const target = event.currentTarget;
    const form = new FormData(target);
    change.mutate(
      { password: textOf(form, 'password'), new_password: textOf(form, 'new_password') },
      {
        onSuccess: () => {
          target.reset();
          tell.done(t('account.password_changed'));
        },
      },
    );
  };
  return (
    <Section title={t('account.password')} text={t('account.password_text')}>
      <form onSubmit={submit} className="flex flex-col gap-3">
        {change.error !== null && (
          <FormError>{refusal?.errors[0]?.message ?? change.error.message}</FormError>
        )}
        <PasswordField
          label={t('account.old_password')}
          autoComplete="current-password"
          error={isNamed ? refusal?.field('password') : undefined}
        />
        <PasswordField
          label={t('reset.password')}
          name="new_password"
          hint={t('sign_up.password_hint')}
          autoComplete="new-password"
        />
        <Button type="submit" size="lg" className="self-start" isBusy={change.isPending}>
          {t('account.change_password')}
        </Button>
      </form>
    </Section>
  );
}

const Loading = () => (
  <div aria-busy className="flex flex-col gap-5">
    {['h-32', 'h-44', 'h-52'].map((height) => (
      <Skeleton key={height} className={cn('rounded-xl', height)} />
    ))}
  </div>
);

/** My own account, on the host where people sign in. */
export default function AccountPage() {
  const { t } = useTranslation(['accounts', 'common']);
  const { data: account, error, refetch } = useAccount();
  const notice = new URLSearchParams(useLocation().search).get('notice');
  useTitle(t('account.title'));
  const isStranger = error instanceof ApiError && error.status === 401;
  useEffect(() => {
    if (isStranger) leave.to('/sign-in?back=/account');
  }, [isStranger]);
  return (
    <main className="mx-auto flex w-full max-w-[680px] flex-col gap-5 px-4 py-8">
      <div className="flex items-center gap-2.5">
        <Mark className="size-7" />
        <span className="font-semibold tracking-tight">{t('common:product')}</span>
        <a href="/choose" className="ml-auto font-medium text-accent hover:underline">
          {t('account.to_tenants')}
        </a>
      </div>
      <h1 className="font-semibold text-xl tracking-tight">{t('account.title')}</h1>
      {error !== null && account === undefined && !isStranger && (
        <div className="rounded-xl border border-line bg-panel shadow-1">
          <Failure error={error} onRetry={() => void refetch()} />
        </div>
      )}
      {account === undefined && error === null && <Loading />}
      {account !== undefined && (
        <>
          {notice === 'second_factor_needed' && (
            <FormError>
              {t(
                account.has_app || account.passkeys.length > 0
                  ? 'account.second_factor_unshown'
                  : 'account.second_factor_needed',
              )}
            </FormError>
          )}
          <AppSection hasApp={account.has_app} codesLeft={account.recovery_codes} />
          <PasskeySection passkeys={account.passkeys} />
          <EmailSection email={account.email} isVerified={account.is_verified} />
          <PasswordSection />
          <SessionSection />
          <NameSection name={account.name} />
          <TenantSection />
        </>
      )}
    </main>
  );
}
