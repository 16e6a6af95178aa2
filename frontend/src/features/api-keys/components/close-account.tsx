import { useTranslation } from 'react-i18next';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { FormError } from '@/ui/form-error';
import { type ServiceAccount, useCloseAccount } from '../service-accounts';

interface CloseAccountProps {
  account: ServiceAccount;
  onClose: () => void;
}

/** Asks once, then disables a service account for good. */
export default function CloseAccount({ account, onClose }: CloseAccountProps) {
  const { t } = useTranslation(['api_keys', 'common']);
  const close = useCloseAccount(account.id);
  const submit = (): void =>
    close.mutate(undefined, {
      onSuccess: () => {
        tell.done(t('accounts.closed', { name: account.name }));
        onClose();
      },
    });
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t('accounts.close_title', { name: account.name })}
      description={t('accounts.close_text')}
    >
      {close.error !== null && (
        <DialogBody>
          <FormError>{close.error.message}</FormError>
        </DialogBody>
      )}
      <DialogActions>
        <Button onClick={onClose}>{t('common:cancel')}</Button>
        <Button look="danger" isBusy={close.isPending} onClick={submit}>
          {t('accounts.close')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
