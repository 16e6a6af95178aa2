import { type SubmitEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay, useMe } from '@/features/accounts/facade';
import { ApiError } from '@/lib/problem';
import { Button } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { SelectField, TextField } from '@/ui/field';
import { FormError } from '@/ui/form-error';
import { useCreateKey, useServiceAccounts } from '../api';

/** How long a key may live, in days; the last one is for ever. */
const LIVES = ['30', '90', '365', ''] as const;
const DAY_MS = 86_400_000;
const NEEDED = ['name', 'scopes'] as const;
type Needed = (typeof NEEDED)[number];

const textOf = (form: FormData, name: string): string => {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
};

/** What I may, by what it is about; looking comes first. */
function grouped(held: readonly string[]): [string, string[]][] {
  const groups = new Map<string, string[]>();
  for (const permission of held) {
    const [about = ''] = permission.split('.');
    const others = groups.get(about) ?? [];
    groups.set(
      about,
      permission.endsWith('.read') ? [permission, ...others] : [...others, permission],
    );
  }
  return [...groups];
}

function Scopes({ error }: { error: string | undefined }) {
  const { t } = useTranslation('api_keys');
  const held = useMe().data?.permissions ?? [];
  const id = useId();
  return (
    <fieldset aria-describedby={`${id}-hint`} className="flex flex-col gap-1.5">
      <legend className="mb-1.5 font-medium">{t('new.scopes')}</legend>
      <div className="divide-y divide-line rounded-md border border-line bg-sunken px-3">
        {grouped(held).map(([about, permissions]) => (
          <div key={about} className="flex gap-x-4 py-1 font-mono text-xs">
            <span aria-hidden className="w-20 shrink-0 py-1.5 text-fg-2">
              {about}
            </span>
            <span className="flex flex-wrap gap-x-4">
              {permissions.map((permission) => (
                <label key={permission} className="flex min-h-7 items-center gap-2">
                  <input
                    type="checkbox"
                    name="scopes"
                    value={permission}
                    aria-label={permission}
                    className="size-4 accent-accent"
                  />
                  <span aria-hidden>{permission.slice(about.length + 1)}</span>
                </label>
              ))}
            </span>
          </div>
        ))}
      </div>
      <p
        id={`${id}-hint`}
        className={error === undefined ? 'text-fg-3 text-xs' : 'text-bad text-xs'}
      >
        {error ?? t('new.scopes_hint')}
      </p>
    </fieldset>
  );
}

/** A key whole, at the only moment in which anybody sees it. */
function ShownOnce({ secret, onClose }: { secret: string; onClose: () => void }) {
  const { t } = useTranslation('api_keys');
  return (
    <>
      <DialogBody>
        <p className="flex items-center gap-2 rounded-md border border-line bg-sunken px-3 py-2">
          <code className="min-w-0 flex-1 break-all font-mono text-xs">{secret}</code>
          <CopyButton text={() => secret} label={t('new.copy')} />
        </p>
        <p className="text-fg-2">{t('new.how')}</p>
      </DialogBody>
      <DialogActions>
        <Button look="primary" onClick={onClose}>
          {t('new.kept')}
        </Button>
      </DialogActions>
    </>
  );
}

interface NewKeyProps {
  /** Whose it is, unless another is chosen; mine if left out. */
  account?: { id: string; name: string };
  onClose: () => void;
}

/** Makes a key: what for, what it may, for how long, and whose. */
export default function NewKey({ account, onClose }: NewKeyProps) {
  const { t } = useTranslation(['api_keys', 'common']);
  const create = useCreateKey();
  const accounts = useServiceAccounts(useMay('api_key.manage')).data ?? [];
  // A page of them is offered; the one that is asked for may lie beyond it.
  const isKnown = account === undefined || accounts.some(({ id }) => id === account.id);
  const offered = isKnown ? accounts : [account, ...accounts];
  const refusal = create.error instanceof ApiError ? create.error : null;
  const [missing, setMissing] = useState<readonly Needed[]>([]);
  const fieldOf = (name: Needed): string | undefined =>
    missing.includes(name) ? t(`new.missing.${name}`) : refusal?.field(name);
  const isNamed = fieldOf('name') !== undefined || fieldOf('scopes') !== undefined;
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const days = textOf(form, 'life');
    const name = textOf(form, 'name').trim();
    const left = NEEDED.filter((each) => !(each === 'name' ? name !== '' : form.has(each)));
    setMissing(left);
    if (left.length > 0) return;
    create.mutate({
      name,
      scopes: form.getAll('scopes') as NonNullable<Parameters<typeof create.mutate>[0]>['scopes'],
      expires_at: days === '' ? null : new Date(Date.now() + Number(days) * DAY_MS).toISOString(),
      service_account: textOf(form, 'account') || null,
    });
  };
  if (create.data !== undefined) {
    return (
      <Dialog isOpen isOnce onClose={onClose} title={t('new.done')} description={t('new.once')}>
        <ShownOnce secret={create.data.secret} onClose={onClose} />
      </Dialog>
    );
  }
  return (
    <Dialog
      isOpen
      isOnce={create.isPending}
      onClose={onClose}
      title={t('create')}
      description={t('new.description')}
    >
      <form
        onSubmit={submit}
        noValidate
        autoComplete="off"
        className="flex min-h-0 flex-1 flex-col"
      >
        <DialogBody>
          {create.error !== null && !isNamed && <FormError>{create.error.message}</FormError>}
          <TextField
            label={t('name')}
            hint={t('new.name_hint')}
            name="name"
            error={fieldOf('name')}
          />
          <Scopes error={fieldOf('scopes')} />
          <SelectField label={t('new.life')} name="life" defaultValue="90">
            {LIVES.map((days) => (
              <option key={days} value={days}>
                {days === '' ? t('never') : t('new.days', { count: Number(days) })}
              </option>
            ))}
          </SelectField>
          {offered.length > 0 && (
            <SelectField
              label={t('new.whose')}
              hint={t('new.whose_hint')}
              name="account"
              defaultValue={account?.id}
            >
              <option value="">{t('new.mine')}</option>
              {offered.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </SelectField>
          )}
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button type="submit" look="primary" isBusy={create.isPending}>
            {t('new.submit')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
