import { useTranslation } from 'react-i18next';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { FormError } from '@/ui/form-error';
import { type ApiKey, useRevokeKey } from '../api';

/** Asks once, then ends a key for good. */
export default function RevokeKey({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const { t } = useTranslation(['api_keys', 'common']);
  const revoke = useRevokeKey(apiKey.id);
  const submit = (): void =>
    revoke.mutate(undefined, {
      onSuccess: () => {
        tell.done(t('revoke.done', { name: apiKey.name }));
        onClose();
      },
    });
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t('revoke.title', { name: apiKey.name })}
      description={t('revoke.description')}
    >
      {revoke.error !== null && (
        <DialogBody>
          <FormError>{revoke.error.message}</FormError>
        </DialogBody>
      )}
      <DialogActions>
        <Button onClick={onClose}>{t('common:cancel')}</Button>
        <Button look="danger" isBusy={revoke.isPending} onClick={submit}>
          {t('revoke.submit')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
