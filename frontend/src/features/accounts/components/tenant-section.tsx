import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useKeepTenant, useLeaveTenant, useTenants } from '@/features/tenants/facade';
import type { SchemaMembershipOut } from '@/generated/api';
import { absolute } from '@/lib/format';
import { ApiError } from '@/lib/problem';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { TextField } from '@/ui/field';
import { FormError } from '@/ui/form-error';
import { textOf } from '../arrival';
import { Section } from './section';
import { shownOf, useStepUp } from './step-up';

/** The tenants that I own: each may be deleted, and taken back while it only stands still. */
export function TenantSection() {
  const { t } = useTranslation('accounts');
  const { data: tenants } = useTenants();
  const [leaving, setLeaving] = useState<SchemaMembershipOut | null>(null);
  const own = tenants?.filter((tenant) => tenant.role === 'owner') ?? [];
  if (own.length === 0) return null;
  return (
    <Section title={t('tenants.title')} text={t('tenants.text')}>
      <ul className="divide-y divide-line">
        {own.map((tenant) => (
          <Row key={tenant.id} tenant={tenant} onLeave={() => setLeaving(tenant)} />
        ))}
      </ul>
      {leaving !== null && <Leave tenant={leaving} onClose={() => setLeaving(null)} />}
    </Section>
  );
}

interface RowProps {
  tenant: SchemaMembershipOut;
  onLeave: () => void;
}

function Row({ tenant, onLeave }: RowProps) {
  const { t, i18n } = useTranslation('accounts');
  const keep = useKeepTenant();
  const when = tenant.gone_after;
  return (
    <li className="flex flex-wrap items-center gap-3 py-2">
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">{tenant.name}</span>
        <span className="block text-fg-3 text-xs">
          {when === null
            ? tenant.slug
            : t('tenants.leaving', { when: absolute(when, i18n.language) })}
        </span>
      </span>
      {when === null ? (
        <Button
          size="sm"
          look="danger"
          aria-label={t('tenants.delete_one', { name: tenant.name })}
          onClick={onLeave}
        >
          {t('tenants.delete')}
        </Button>
      ) : (
        <Button
          size="sm"
          aria-label={t('tenants.keep_one', { name: tenant.name })}
          isBusy={keep.isPending}
          onClick={() =>
            keep.mutate(tenant.id, {
              onSuccess: () => tell.done(t('tenants.kept', { name: tenant.name })),
            })
          }
        >
          {t('tenants.keep')}
        </Button>
      )}
      {keep.error !== null && <FormError>{keep.error.message}</FormError>}
    </li>
  );
}

/** Asks for the address, and first who it is, if that was asked long ago. */
function Leave({ tenant, onClose }: { tenant: SchemaMembershipOut; onClose: () => void }) {
  const { t } = useTranslation(['accounts', 'common']);
  const leave = useLeaveTenant();
  const { guard, dialog } = useStepUp();
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const slug = textOf(new FormData(event.currentTarget), 'slug').trim();
    guard((onError) =>
      leave.mutate(
        { id: tenant.id, slug },
        {
          onError,
          onSuccess: () => {
            tell.done(t('tenants.deleted', { name: tenant.name }));
            onClose();
          },
        },
      ),
    );
  };
  const refusal = leave.error instanceof ApiError ? leave.error : null;
  const error = refusal?.field('slug') === undefined ? shownOf(leave.error) : null;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t('tenants.delete_title', { name: tenant.name })}
      description={t('tenants.delete_text')}
    >
      <form onSubmit={submit} className="contents">
        <DialogBody>
          {error !== null && <FormError>{error.message}</FormError>}
          <TextField
            label={t('tenants.slug', { slug: tenant.slug })}
            name="slug"
            autoComplete="off"
            required
            error={refusal?.field('slug')}
          />
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button type="submit" look="danger" isBusy={leave.isPending}>
            {t('tenants.delete_submit')}
          </Button>
        </DialogActions>
      </form>
      {dialog}
    </Dialog>
  );
}
