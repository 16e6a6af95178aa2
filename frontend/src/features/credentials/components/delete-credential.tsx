import { Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ApiError } from '@/lib/problem';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { FormError } from '@/ui/form-error';
import { useDeleteCredential } from '../api';
import type { Credential } from '../types';

interface DeleteCredentialProps {
  credential: Credential;
  onClose: () => void;
}

/** The workflows that a refusal names, each at /workflows/<id>. */
const usersIn = (error: Error | null): { path: string; name: string }[] =>
  error instanceof ApiError && error.code === 'credential_in_use'
    ? error.errors.map(({ path, message }) => ({ path, name: message }))
    : [];

function Users({ users }: { users: ReturnType<typeof usersIn> }) {
  const { t } = useTranslation('credentials');
  return (
    <div>
      <FormError>{t('delete.in_use')}</FormError>
      <ul aria-label={t('delete.users')} className="mt-3 flex flex-col gap-1">
        {users.map(({ path, name }) => (
          <li key={path} className="min-w-0 truncate">
            <Link to={path} className="rounded-sm font-medium text-accent hover:underline">
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Asks once; where published workflows use it, names them and asks once more. */
export default function DeleteCredential({ credential, onClose }: DeleteCredentialProps) {
  const { t } = useTranslation(['credentials', 'common']);
  const remove = useDeleteCredential(credential.id);
  const users = usersIn(remove.error);
  const isUsed = users.length > 0;
  const submit = (): void =>
    remove.mutate(isUsed, {
      onSuccess: () => {
        tell.done(t('delete.done', { name: credential.name }));
        onClose();
      },
    });
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t('delete.title', { name: credential.name })}
      description={t('delete.description')}
    >
      {remove.error !== null && (
        <DialogBody>
          {isUsed ? <Users users={users} /> : <FormError>{remove.error.message}</FormError>}
        </DialogBody>
      )}
      <DialogActions>
        <Button onClick={onClose}>{t('common:cancel')}</Button>
        <Button look="danger" isBusy={remove.isPending} onClick={submit}>
          <Trash2 aria-hidden />
          {t(isUsed ? 'delete.force' : 'delete.submit')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
