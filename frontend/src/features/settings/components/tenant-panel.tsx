import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import * as z from 'zod/mini';
import { useMay } from '@/features/accounts/facade';
import { facts } from '@/lib/facts';
import { besideFields, restOf, useSchemaForm } from '@/lib/form';
import { useTenantName } from '@/lib/tenant';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { Refused } from '@/ui/form-error';
import { Panel } from '@/ui/panel';
import { useRename, useTenant } from '../api';

const FIELDS = ['name'] as const;
const LONGEST = 120;

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="min-w-0">
    <dt className="font-medium text-fg-2 text-xs">{name}</dt>
    <dd className="mt-0.5 break-words">{children}</dd>
  </div>
);

/** The name, which people read; who may not change it reads why. */
function NameForm({ name }: { name: string }) {
  const { t } = useTranslation('settings');
  const rename = useRename();
  const why = useMay('tenant.update') ? undefined : t('security.why');
  const form = useSchemaForm(
    z.object({
      name: z
        .string()
        .check(
          z.trim(),
          z.minLength(1, t('tenant.name_missing')),
          z.maxLength(LONGEST, t('tenant.name_long', { most: LONGEST })),
        ),
    }),
    { name },
  );
  const send = form.handleSubmit((wanted) =>
    rename.mutate(wanted.name, {
      onError: besideFields(form, FIELDS),
      onSuccess: (now) => {
        form.reset({ name: now.name });
        tell.done(t('tenant.renamed', { name: now.name }));
      },
    }),
  );
  return (
    <form onSubmit={(event) => void send(event)} className="flex flex-col gap-3" noValidate>
      <Refused error={restOf(rename.error, FIELDS)} />
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <TextField
            {...form.register('name')}
            label={t('tenant.name')}
            autoComplete="organization"
            readOnly={why !== undefined}
            error={form.formState.errors.name?.message}
          />
        </div>
        <Button type="submit" size="lg" className="mt-[26px]" why={why} isBusy={rename.isPending}>
          {t('tenant.rename')}
        </Button>
      </div>
      {why !== undefined && <p className="text-fg-3 text-xs">{why}</p>}
    </form>
  );
}

/** What the tenant is called, and where it is. */
export function TenantPanel() {
  const { t } = useTranslation('settings');
  const known = useTenantName() ?? '';
  const { data, isLoading } = useTenant(useMay('tenant.read'));
  const name = data?.name ?? known;
  return (
    <Panel title={t('tenant.title')} text={t('tenant.hint')}>
      {!isLoading && <NameForm key={name} name={name} />}
      <dl className="grid gap-4 sm:grid-cols-2">
        <Fact name={t('tenant.address')}>
          <code className="font-mono text-xs">{facts.tenant?.slug}</code>
        </Fact>
        <Fact name={t('tenant.host')}>
          <code className="font-mono text-xs">{location.host}</code>
        </Fact>
      </dl>
    </Panel>
  );
}
