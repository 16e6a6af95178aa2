import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { leave } from '@/lib/leave';
import { ApiError } from '@/lib/problem';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { FormError } from '@/ui/form-error';
import { useSignUp } from '../api';
import { textOf } from '../arrival';
import { slugOf } from '../slug';
import { Frame } from './frame';
import { PasswordField } from './password-field';

const LEAST_PASSWORD = 10;
const FIELDS = ['name', 'email', 'password', 'tenant_name'] as const;

type Field = (typeof FIELDS)[number];
type Faults = Partial<Record<Field, string>>;

/** Where the tenant will live, such as "acme.localhost:8000". */
const hostOf = (slug: string): string => `${slug}.${location.host}`;

function useFaults() {
  const { t } = useTranslation('accounts');
  const [faults, setFaults] = useState<Faults>({});
  const check = (values: Record<Field, string>): boolean => {
    const found: Faults = {};
    for (const field of FIELDS)
      if (values[field].trim() === '') found[field] = t('sign_up.missing');
    if (values.password !== '' && values.password.length < LEAST_PASSWORD)
      found.password = t('sign_up.short');
    setFaults(found);
    return Object.keys(found).length === 0;
  };
  return { faults, check };
}

export default function SignUp() {
  const { t } = useTranslation('accounts');
  const signUp = useSignUp();
  const { faults, check } = useFaults();
  const [tenantName, setTenantName] = useState('');
  const [isLeaving, setLeaving] = useState(false);
  const slug = slugOf(tenantName);
  const refusal = signUp.error instanceof ApiError ? signUp.error : null;
  const errorOf = (field: Field): string | undefined => faults[field] ?? refusal?.field(field);
  // Ours, or the way's: whoever signed up has done nothing wrong.
  const isOurs = refusal === null || refusal.status >= 500;
  const isNamed = FIELDS.some((field) => refusal?.field(field) !== undefined);

  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const read = (field: Field): string => textOf(form, field);
    const values = {
      name: read('name'),
      email: read('email').trim(),
      password: read('password'),
      tenant_name: read('tenant_name'),
    };
    if (!check(values)) return;
    signUp.mutate(values, {
      onSuccess: ({ redirect }) => {
        setLeaving(true);
        leave.to(redirect);
      },
    });
  };

  return (
    <Frame
      title={t('sign_up.title')}
      footer={
        <>
          {t('sign_up.has_account')}{' '}
          <Link to="/sign-in" className="font-medium text-accent hover:underline">
            {t('sign_up.to_sign_in')}
          </Link>
        </>
      }
    >
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        {signUp.error !== null && !isNamed && (
          <FormError>{isOurs ? t('sign_up.failed') : signUp.error.message}</FormError>
        )}
        <TextField
          label={t('sign_up.name')}
          name="name"
          autoComplete="name"
          error={errorOf('name')}
          required
        />
        <TextField
          label={t('sign_up.email')}
          name="email"
          type="email"
          autoComplete="username"
          error={errorOf('email')}
          required
        />
        <PasswordField
          label={t('sign_up.password')}
          hint={t('sign_up.password_hint')}
          autoComplete="new-password"
          error={errorOf('password')}
        />
        <TextField
          label={t('sign_up.tenant')}
          name="tenant_name"
          autoComplete="organization"
          value={tenantName}
          onChange={(event) => setTenantName(event.target.value)}
          error={errorOf('tenant_name') ?? refusal?.field('tenant_slug')}
          hint={
            slug === '' ? (
              t('sign_up.tenant_hint')
            ) : (
              <>
                {t('sign_up.slug')}{' '}
                <span className="block break-all font-mono text-fg-2">{hostOf(slug)}</span>
              </>
            )
          }
          required
        />
        <Button
          type="submit"
          look="primary"
          size="lg"
          className="mt-2"
          isBusy={signUp.isPending || isLeaving}
        >
          {signUp.isPending || isLeaving ? t('sign_up.busy') : t('sign_up.submit')}
        </Button>
      </form>
    </Frame>
  );
}
