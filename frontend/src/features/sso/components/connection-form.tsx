import { useTranslation } from 'react-i18next';
import * as z from 'zod/mini';
import { besideFields, restOf, useSchemaForm } from '@/lib/form';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { TextField } from '@/ui/field';
import { Refused } from '@/ui/form-error';
import { type SsoConnection, useChangeConnection, useCreateConnection } from '../api';

const FIELDS = [
  'name',
  'issuer',
  'client_id',
  'client_secret',
  'scopes',
  'email_claim',
  'name_claim',
  'session_hours',
] as const;
const MOST_HOURS = 336;

function useForm(connection: SsoConnection | undefined) {
  const { t } = useTranslation('sso');
  const isHours = (text: string): boolean =>
    /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= MOST_HOURS;
  return useSchemaForm(
    z.object({
      name: z.string().check(z.trim(), z.minLength(1, t('form.name_missing'))),
      issuer: z.string().check(z.trim(), z.regex(/^https?:\/\/./, t('form.issuer_wrong'))),
      client_id: z.string().check(z.trim(), z.minLength(1, t('form.client_missing'))),
      client_secret: z.string(),
      scopes: z.string(),
      email_claim: z.string().check(z.trim()),
      name_claim: z.string().check(z.trim()),
      session_hours: z.string().check(z.trim(), z.refine(isHours, t('form.hours_wrong'))),
    }),
    {
      name: connection?.name ?? '',
      issuer: connection?.issuer ?? '',
      client_id: connection?.client_id ?? '',
      client_secret: '',
      scopes: (connection?.scopes ?? ['email', 'profile'])
        .filter((one) => one !== 'openid')
        .join(' '),
      email_claim: connection?.email_claim ?? 'email',
      name_claim: connection?.name_claim ?? 'name',
      session_hours: String(connection?.session_hours ?? 12),
    },
  );
}

interface ConnectionFormProps {
  /** The one that is changed; a new one if left out. */
  connection?: SsoConnection | undefined;
  onClose: () => void;
}

/** What gorax knows of the provider. The client's secret goes in and never comes out. */
export default function ConnectionForm({ connection, onClose }: ConnectionFormProps) {
  const { t } = useTranslation(['sso', 'common']);
  const create = useCreateConnection();
  const change = useChangeConnection(connection?.id ?? '');
  const { error, isPending } = connection === undefined ? create : change;
  const form = useForm(connection);
  const { register, formState, handleSubmit } = form;
  const send = handleSubmit(({ scopes, session_hours, client_secret, ...about }) => {
    const wanted = {
      ...about,
      scopes: scopes.split(/[\s,]+/).filter((one) => one !== ''),
      session_hours: Number(session_hours),
      // Left out, the one that is stored stays.
      ...(client_secret === '' ? {} : { client_secret }),
    };
    const then = {
      onError: besideFields(form, FIELDS),
      onSuccess: ({ name }: SsoConnection) => {
        tell.done(t(connection === undefined ? 'form.made' : 'form.saved', { name }));
        onClose();
      },
    };
    if (connection === undefined) create.mutate(wanted, then);
    else change.mutate(wanted, then);
  });
  const field = (name: (typeof FIELDS)[number]) => ({
    ...register(name),
    autoComplete: 'off',
    spellCheck: false,
    error: formState.errors[name]?.message,
  });
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={connection === undefined ? t('form.new') : t('form.change', { name: connection.name })}
      description={t('form.text')}
    >
      <form onSubmit={(event) => void send(event)} className="contents" noValidate>
        <DialogBody>
          <Refused error={restOf(error, FIELDS)} />
          <TextField {...field('name')} label={t('form.name')} />
          <TextField {...field('issuer')} label={t('form.issuer')} hint={t('form.issuer_hint')} />
          <TextField {...field('client_id')} label={t('form.client_id')} />
          <TextField
            {...field('client_secret')}
            type="password"
            autoComplete="new-password"
            label={t('form.secret')}
            hint={t(
              connection?.has_client_secret === true ? 'form.secret_kept' : 'form.secret_hint',
            )}
          />
          <TextField {...field('scopes')} label={t('form.scopes')} hint={t('form.scopes_hint')} />
          <div className="grid gap-4 sm:grid-cols-3">
            <TextField {...field('email_claim')} label={t('form.email_claim')} />
            <TextField {...field('name_claim')} label={t('form.name_claim')} />
            <TextField {...field('session_hours')} inputMode="numeric" label={t('form.hours')} />
          </div>
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button type="submit" look="primary" isBusy={isPending}>
            {t(connection === undefined ? 'form.create' : 'form.save')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
