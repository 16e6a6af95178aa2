import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import type { SchemaWantedOut } from '@/generated/api';
import { leave } from '@/lib/leave';
import { ApiError } from '@/lib/problem';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { FormError } from '@/ui/form-error';
import { Skeleton } from '@/ui/skeleton';
import { textOf } from '../arrival';
import { tokenOf, useAcceptInvitation, useInvitation, useInvitedSignUp } from '../by-letter';
import { Frame } from './frame';
import { PasswordField } from './password-field';

const LINK = 'font-medium text-accent hover:underline';

interface AcceptProps {
  token: string;
  wanted: SchemaWantedOut;
}

/** For who has an account: they accept as that person, after signing in if they have not. */
function AcceptAsMyself({ token, wanted }: AcceptProps) {
  const { t } = useTranslation('accounts');
  const accept = useAcceptInvitation();
  const isStranger = accept.error instanceof ApiError && accept.error.status === 401;
  return (
    <div className="flex flex-col gap-4">
      {accept.error !== null && (
        <FormError>{isStranger ? t('invitation.sign_in_first') : accept.error.message}</FormError>
      )}
      <Button
        look="primary"
        size="lg"
        isBusy={accept.isPending}
        onClick={() => accept.mutate(token, { onSuccess: ({ redirect }) => leave.to(redirect) })}
      >
        {t('invitation.accept_as', { email: wanted.email })}
      </Button>
      <Link
        to={{ pathname: '/sign-in', search: '?back=/invitation', hash: `#${token}` }}
        className={LINK}
      >
        {t('invitation.sign_in')}
      </Link>
    </div>
  );
}

/** For who is new: the letter has shown that the address is theirs. */
function AcceptAsNew({ token }: { token: string }) {
  const { t } = useTranslation('accounts');
  const signUp = useInvitedSignUp();
  const [isLeaving, setLeaving] = useState(false);
  const refusal = signUp.error instanceof ApiError ? signUp.error.field('password') : undefined;
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    signUp.mutate(
      { token, name: textOf(form, 'name'), password: textOf(form, 'password') },
      {
        onSuccess: ({ redirect }) => {
          setLeaving(true);
          leave.to(redirect);
        },
      },
    );
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {signUp.error !== null && refusal === undefined && (
        <FormError>{signUp.error.message}</FormError>
      )}
      <TextField label={t('sign_up.name')} name="name" autoComplete="name" />
      <PasswordField
        label={t('sign_up.password')}
        hint={t('sign_up.password_hint')}
        autoComplete="new-password"
        error={refusal}
      />
      <Button type="submit" look="primary" size="lg" isBusy={signUp.isPending || isLeaving}>
        {t('invitation.accept')}
      </Button>
    </form>
  );
}

/** An invitation, opened by the link of its letter. */
export default function Invitation() {
  const { t, i18n } = useTranslation('accounts');
  const token = tokenOf(useLocation().hash);
  const { data: wanted, error } = useInvitation(token);
  const roles = new Intl.ListFormat(i18n.language);
  return (
    <Frame
      title={
        wanted === undefined
          ? t('invitation.title')
          : t('invitation.to', { tenant: wanted.tenant_name })
      }
      {...(wanted === undefined
        ? {}
        : {
            text: t('invitation.text', {
              who: wanted.invited_by,
              role: roles.format([wanted.role, ...wanted.roles]),
            }),
          })}
    >
      {error !== null && <FormError>{error.message}</FormError>}
      {error !== null && <p className="mt-3 text-pretty text-fg-2">{t('invitation.ask')}</p>}
      {wanted === undefined && error === null && <Skeleton className="h-10" />}
      {wanted?.has_account === true && <AcceptAsMyself token={token} wanted={wanted} />}
      {wanted?.has_account === false && <AcceptAsNew token={token} />}
    </Frame>
  );
}
