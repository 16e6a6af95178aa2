import { Lock, LockOpen } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import * as z from 'zod/mini';
import { useMay } from '@/features/accounts/facade';
import type { SchemaHoldOut } from '@/generated/api';
import { besideFields, restOf, useSchemaForm } from '@/lib/form';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { ConfirmByName } from '@/ui/confirm-by-name';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { TextField } from '@/ui/field';
import { Refused } from '@/ui/form-error';
import { TimeAgo } from '@/ui/time-ago';
import { useHold, useLift } from '../api';

const FIELDS = ['because'] as const;

function HoldDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['audit', 'common']);
  const hold = useHold();
  const form = useSchemaForm(
    z.object({ because: z.string().check(z.trim(), z.minLength(1, t('hold.because_missing'))) }),
    { because: '' },
  );
  const send = form.handleSubmit(({ because }) =>
    hold.mutate(because, {
      onError: besideFields(form, FIELDS),
      onSuccess: () => {
        tell.done(t('hold.held'));
        onClose();
      },
    }),
  );
  return (
    <Dialog isOpen onClose={onClose} title={t('hold.new')} description={t('hold.new_text')}>
      <form onSubmit={(event) => void send(event)} className="contents" noValidate>
        <DialogBody>
          <Refused error={restOf(hold.error, FIELDS)} />
          <TextField
            {...form.register('because')}
            label={t('hold.because')}
            hint={t('hold.because_hint')}
            autoComplete="off"
            error={form.formState.errors.because?.message}
          />
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button type="submit" look="primary" isBusy={hold.isPending}>
            {t('hold.set')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function LiftDialog({ hold, onClose }: { hold: SchemaHoldOut; onClose: () => void }) {
  const { t } = useTranslation('audit');
  const lift = useLift();
  return (
    <ConfirmByName
      title={t('hold.lift_title')}
      text={t('hold.lift_text')}
      name={hold.because}
      label={t('hold.lift_ask', { name: hold.because })}
      wrong={t('hold.lift_wrong')}
      submit={t('hold.lift')}
      error={lift.error}
      isBusy={lift.isPending}
      onConfirm={() =>
        lift.mutate(undefined, {
          onSuccess: () => {
            tell.done(t('hold.lifted'));
            onClose();
          },
        })
      }
      onClose={onClose}
    />
  );
}

/** Whether everything is kept because somebody asks for it. */
export function HoldSection({ hold }: { hold: SchemaHoldOut | null }) {
  const { t } = useTranslation('audit');
  const mayManage = useMay('audit.manage');
  const [isOpen, setOpen] = useState(false);
  const close = (): void => setOpen(false);
  const Icon = hold === null ? Lock : LockOpen;
  return (
    <>
      <div className="flex flex-wrap items-center gap-3">
        <p className="min-w-0 flex-1 basis-64">
          {hold === null ? (
            <span className="text-fg-2">{t('hold.none')}</span>
          ) : (
            <>
              <span className="block font-medium">{hold.because}</span>
              <span className="text-fg-3 text-xs">
                {t('hold.on')} <TimeAgo at={hold.since} />{' '}
                {hold.by_email === ''
                  ? t('hold.by_operator')
                  : t('hold.by', { email: hold.by_email })}
              </span>
            </>
          )}
        </p>
        <Button why={mayManage ? undefined : t('hold.why')} onClick={() => setOpen(true)}>
          <Icon aria-hidden />
          {t(hold === null ? 'hold.set' : 'hold.lift')}
        </Button>
      </div>
      {isOpen && hold === null && <HoldDialog onClose={close} />}
      {isOpen && hold !== null && <LiftDialog hold={hold} onClose={close} />}
    </>
  );
}
