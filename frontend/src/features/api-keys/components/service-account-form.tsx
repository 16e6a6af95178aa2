import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/accounts/facade';
import { OwnRoleChoices } from '@/features/members/facade';
import { restOf } from '@/lib/form';
import { ApiError } from '@/lib/problem';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { SelectField, TextField } from '@/ui/field';
import { Refused } from '@/ui/form-error';
import { type ServiceAccount, useSaveAccount } from '../service-accounts';

type Role = ServiceAccount['role'];
const ROLES: readonly Role[] = ['viewer', 'operator', 'editor', 'admin'];

interface FormProps {
  /** The one that is changed; a new one if left out. */
  account?: ServiceAccount | undefined;
  onClose: () => void;
}

/** Names a service account and gives it roles. Whoever may not see the tenant's own ones leaves them as they are. */
export default function ServiceAccountForm({ account, onClose }: FormProps) {
  const { t } = useTranslation(['api_keys', 'common']);
  const save = useSaveAccount(account);
  const refusal = save.error instanceof ApiError ? save.error : null;
  const fieldOf = (name: string): string | undefined => refusal?.field(name);
  const mayRead = useMay('user.read');
  const [own, setOwn] = useState(() => account?.roles.map(({ id }) => id) ?? []);
  // One that is an owner stays it unless another role is chosen; nobody is made one here.
  const roles = account?.role === 'owner' ? [...ROLES, account.role] : ROLES;
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const typed = form.get('name');
    const name = typeof typed === 'string' ? typed.trim() : '';
    const role = roles.find((each) => each === form.get('role')) ?? 'viewer';
    save.mutate(
      { name, role, ...(mayRead ? { roles: own } : {}) },
      {
        onSuccess: () => {
          tell.done(t('accounts.saved', { name }));
          onClose();
        },
      },
    );
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={
        account === undefined ? t('accounts.create') : t('accounts.edit', { name: account.name })
      }
      description={t('accounts.description')}
    >
      <form onSubmit={submit} noValidate autoComplete="off" className="contents">
        <DialogBody>
          <Refused error={restOf(save.error, ['name', 'role'])} />
          <TextField
            label={t('name')}
            name="name"
            defaultValue={account?.name}
            error={fieldOf('name')}
          />
          <SelectField
            label={t('accounts.role')}
            hint={t('accounts.role_hint')}
            name="role"
            defaultValue={account?.role ?? 'viewer'}
          >
            {roles.map((role) => (
              <option key={role} value={role}>
                {t(`accounts.roles.${role}`)}
              </option>
            ))}
          </SelectField>
          {mayRead && <OwnRoleChoices own={own} onOwn={setOwn} />}
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button type="submit" look="primary" isBusy={save.isPending}>
            {t('accounts.save')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
