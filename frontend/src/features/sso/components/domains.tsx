import { Plus, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import * as z from 'zod/mini';
import { besideFields, restOf, useSchemaForm } from '@/lib/form';
import { tell } from '@/lib/toast';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';
import { TextField } from '@/ui/field';
import { Refused } from '@/ui/form-error';
import {
  type MailDomain,
  type SsoConnection,
  useAddDomain,
  useRemoveDomain,
  useVerifyDomain,
} from '../api';

const FIELDS = ['domain'] as const;
const DOMAIN = /^[^\s@/.]+(\.[^\s@/.]+)+$/;

function RecordLine({ name, value }: { name: string; value: string }) {
  const { t } = useTranslation('sso');
  return (
    <div className="flex items-center gap-2">
      <dt className="w-12 shrink-0 text-fg-2 text-xs">{name}</dt>
      <dd className="flex min-w-0 flex-1 items-center gap-1">
        <code className="min-w-0 break-all font-mono text-xs">{value}</code>
        <CopyButton text={() => value} label={t('copy', { name })} />
      </dd>
    </div>
  );
}

interface DomainRowProps {
  connectionId: string;
  domain: MailDomain;
}

function DomainRow({
  connectionId,
  domain: { id, domain, verified_at, ...record },
}: DomainRowProps) {
  const { t } = useTranslation('sso');
  const verify = useVerifyDomain(connectionId, id);
  const remove = useRemoveDomain(connectionId, id);
  const isProven = verified_at !== null;
  return (
    <li className="py-2.5">
      <div className="flex items-center gap-2">
        <span className="min-w-0 truncate font-medium">{domain}</span>
        <Badge tone={isProven ? 'ok' : 'warn'}>
          {t(isProven ? 'domain.proven' : 'domain.open')}
        </Badge>
        <Button
          look="quiet"
          size="icon-sm"
          className="ml-auto"
          aria-label={t('domain.remove', { domain })}
          title={t('domain.remove', { domain })}
          isBusy={remove.isPending}
          onClick={() =>
            remove.mutate(undefined, {
              onSuccess: () => tell.done(t('domain.removed', { domain })),
              onError: tell.failed,
            })
          }
        >
          <X aria-hidden />
        </Button>
      </div>
      {!isProven && (
        <div className="mt-2 flex flex-col gap-2 rounded-md bg-sunken p-3">
          <p className="text-fg-2 text-xs">{t('domain.record')}</p>
          <dl>
            <RecordLine name={t('domain.name')} value={record.record_name} />
            <RecordLine name={t('domain.value')} value={record.record_value} />
          </dl>
          <Refused error={verify.error} />
          <Button
            size="sm"
            className="self-start"
            isBusy={verify.isPending}
            onClick={() =>
              verify.mutate(undefined, {
                onSuccess: () => tell.done(t('domain.verified', { domain })),
              })
            }
          >
            {t('domain.verify')}
          </Button>
        </div>
      )}
    </li>
  );
}

/** The mail domains of a connection: whose addresses it vouches for, and how each is proven. */
export function Domains({ connection }: { connection: SsoConnection }) {
  const { t } = useTranslation('sso');
  const add = useAddDomain(connection.id);
  const form = useSchemaForm(
    z.object({ domain: z.string().check(z.trim(), z.regex(DOMAIN, t('domain.wrong'))) }),
    { domain: '' },
  );
  const send = form.handleSubmit(({ domain }) =>
    add.mutate(domain, {
      onError: besideFields(form, FIELDS),
      onSuccess: () => form.reset(),
    }),
  );
  return (
    <>
      {connection.domains.length === 0 ? (
        <p className="text-fg-3">{t('domain.none')}</p>
      ) : (
        <ul aria-label={t('step.domains')} className="divide-y divide-line">
          {connection.domains.map((domain) => (
            <DomainRow key={domain.id} connectionId={connection.id} domain={domain} />
          ))}
        </ul>
      )}
      <form onSubmit={(event) => void send(event)} className="flex items-start gap-2" noValidate>
        <div className="min-w-0 flex-1">
          <TextField
            {...form.register('domain')}
            label={t('domain.field')}
            placeholder="acme.com"
            autoComplete="off"
            error={form.formState.errors.domain?.message}
          />
        </div>
        <Button type="submit" size="lg" className="mt-[26px]" isBusy={add.isPending}>
          <Plus aria-hidden />
          {t('domain.add')}
        </Button>
      </form>
      <Refused error={restOf(add.error, FIELDS)} />
    </>
  );
}
