import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/ui/button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { FormError } from '@/ui/form-error';
import type { Filters } from '../api';
import { useCount, useWish } from '../wishes';
import type { What } from './bulk-dialog';
import { type RetryChoice, RetryFields } from './retry-choice';

interface FittingDialogProps {
  what: What;
  filters: Filters;
  onClose: (isWished: boolean) => void;
}

/** Asks once more before something is wished for all that fit; then workers do it, also when this page is closed. */
export default function FittingDialog({ what, filters, onClose }: FittingDialogProps) {
  const { t } = useTranslation(['executions', 'common']);
  const [choice, setChoice] = useState<RetryChoice>({ start_at: 'start', version: 'same' });
  const count = useCount(filters, true).data;
  const { mutate, isPending, error } = useWish(filters);
  const submit = (): void =>
    mutate(what === 'retry' ? { what, ...choice } : { what }, { onSuccess: () => onClose(true) });
  return (
    <Dialog
      isOpen
      onClose={() => onClose(false)}
      title={t(`fitting.${what}_title`)}
      description={t(`fitting.${what}_hint`)}
    >
      <DialogBody>
        {error !== null && <FormError>{error.message}</FormError>}
        {count !== undefined && (
          <p>
            {count.has_more
              ? t('fitting.count_many', { count: count.count })
              : t('fitting.count', { count: count.count })}
          </p>
        )}
        {what === 'retry' && (
          <RetryFields choice={choice} isDisabled={isPending} onChange={setChoice} />
        )}
      </DialogBody>
      <DialogActions>
        <Button disabled={isPending} onClick={() => onClose(false)}>
          {t('bulk.keep')}
        </Button>
        <Button look={what === 'retry' ? 'primary' : 'danger'} isBusy={isPending} onClick={submit}>
          {error === null ? t(`fitting.${what}_do`) : t('common:retry')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
