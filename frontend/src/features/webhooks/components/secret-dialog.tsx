import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { restOf } from '@/lib/form';
import { ApiError } from '@/lib/problem';
import { Button } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';
import { Dialog, DialogActions, DialogBody } from '@/ui/dialog';
import { SelectField, TextField } from '@/ui/field';
import { Refused } from '@/ui/form-error';
import { Segmented } from '@/ui/segmented';
import { useNewSecret, type Webhook } from '../api';

const OVERLAPS = [0, 3_600, 86_400, 604_800, 2_592_000] as const;

interface SecretDialogProps {
  webhook: Webhook;
  onClose: () => void;
}

/** The new secret, this once. */
function Shown({ secret, onClose }: { secret: string; onClose: () => void }) {
  const { t } = useTranslation('webhooks');
  return (
    <>
      <DialogBody>
        <div role="status" className="rounded-lg bg-warn-soft px-3 py-2">
          <p className="text-warn text-xs">{t('secret.shown')}</p>
          <p className="flex items-center gap-2">
            <code className="min-w-0 break-all font-mono text-xs">{secret}</code>
            <CopyButton label={t('secret.copy')} text={() => secret} className="ml-auto" />
          </p>
        </div>
      </DialogBody>
      <DialogActions>
        <Button look="primary" onClick={onClose}>
          {t('secret.done')}
        </Button>
      </DialogActions>
    </>
  );
}

/** Gives a webhook another secret: a random one or the provider's. What is typed stands in its field alone. */
export default function SecretDialog({ webhook, onClose }: SecretDialogProps) {
  const { t } = useTranslation(['webhooks', 'common']);
  const [kind, setKind] = useState<'random' | 'given'>('random');
  const renew = useNewSecret();
  // As it was when this opened: the secret that is made here changes nothing of the words.
  const [isFirst] = useState(webhook.secrets.length === 0);
  const fault = renew.error instanceof ApiError ? renew.error.field('secret') : undefined;
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const secret = form.get('secret');
    if (renew.isPending) return;
    renew.mutate({
      id: webhook.id,
      ...(typeof secret === 'string' ? { secret } : {}),
      ...(isFirst ? {} : { overlapS: Number(form.get('overlap')) }),
    });
  };
  const title = t(isFirst ? 'secret.make_title' : 'secret.title', { name: webhook.name });
  return (
    <Dialog
      isOpen
      isOnce={renew.isPending || renew.data !== undefined}
      onClose={onClose}
      title={title}
      description={t(isFirst ? 'secret.make_text' : 'secret.text')}
    >
      {renew.data === undefined ? (
        <form onSubmit={submit} noValidate autoComplete="off" className="contents">
          <DialogBody>
            <Refused error={restOf(renew.error, ['secret'])} />
            <Segmented
              label={t('secret.kind')}
              value={kind}
              onChoose={setKind}
              className="self-start"
              options={[
                { value: 'random', label: t('secret.random') },
                { value: 'given', label: t('secret.given') },
              ]}
            />
            {kind === 'given' && (
              <TextField
                type="password"
                name="secret"
                autoComplete="new-password"
                label={t('secret.value')}
                hint={t('secret.value_hint')}
                error={fault}
              />
            )}
            {!isFirst && (
              <SelectField label={t('secret.overlap')} name="overlap" defaultValue="86400">
                {OVERLAPS.map((seconds) => (
                  <option key={seconds} value={seconds}>
                    {t(`secret.overlap_${seconds}`)}
                  </option>
                ))}
              </SelectField>
            )}
          </DialogBody>
          <DialogActions>
            <Button onClick={onClose}>{t('common:cancel')}</Button>
            <Button type="submit" look="primary" isBusy={renew.isPending}>
              {t(isFirst ? 'secret.make' : 'secret.submit')}
            </Button>
          </DialogActions>
        </form>
      ) : (
        <Shown secret={renew.data} onClose={onClose} />
      )}
    </Dialog>
  );
}
