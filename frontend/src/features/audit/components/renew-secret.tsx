import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/ui/button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { Refused } from '@/ui/form-error';
import { type Stream, useRenewSecret } from '../streams';
import { ShownSecret } from './shown-secret';

/** Asks whether the old secret ends at once, then shows the new one. */
export default function RenewSecret({ stream, onClose }: { stream: Stream; onClose: () => void }) {
  const { t } = useTranslation(['audit', 'common']);
  const renew = useRenewSecret(stream.id);
  const [isAtOnce, setAtOnce] = useState(false);
  const { name } = stream;
  if (renew.data !== undefined)
    return (
      <ShownSecret
        name={name}
        secret={renew.data.secret}
        until={renew.data.before_until}
        onClose={onClose}
      />
    );
  return (
    <Dialog
      isOpen
      isOnce={renew.isPending}
      onClose={onClose}
      title={t('secret.again_title', { name })}
      description={t('secret.again_text')}
    >
      <DialogBody>
        <Refused error={renew.error} />
        <label className="flex items-center gap-2.5">
          <input
            type="checkbox"
            checked={isAtOnce}
            onChange={(event) => setAtOnce(event.target.checked)}
            className="size-4 accent-accent"
          />
          {t('secret.now')}
        </label>
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>{t('common:cancel')}</Button>
        <Button look="primary" isBusy={renew.isPending} onClick={() => renew.mutate(isAtOnce)}>
          {t('secret.submit')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
