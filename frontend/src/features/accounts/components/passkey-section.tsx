import type { SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { SchemaPasskeyOut } from '@/generated/api';
import { knowsPasskeys } from '@/lib/passkey';
import { ApiError } from '@/lib/problem';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { FormError } from '@/ui/form-error';
import { TimeAgo } from '@/ui/time-ago';
import { textOf } from '../arrival';
import { useAddPasskey, useRemovePasskey } from '../own';
import { Line, Section } from './section';
import { shownOf, useStepUp } from './step-up';

/** Passkeys: signing in with a fingerprint, a face or a key, without a password. */
export function PasskeySection({ passkeys }: { passkeys: SchemaPasskeyOut[] }) {
  const { t } = useTranslation('accounts');
  const add = useAddPasskey();
  const remove = useRemovePasskey();
  const { guard, dialog } = useStepUp();
  const error = shownOf(add.error) ?? shownOf(remove.error);
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    const name = textOf(new FormData(form), 'name').trim();
    guard((onError) => add.mutate(name, { onError, onSuccess: () => form.reset() }));
  };
  return (
    <Section title={t('passkeys.title')} text={t('passkeys.text')}>
      {error !== null && (
        <FormError>{error instanceof ApiError ? error.message : t('second.turned_away')}</FormError>
      )}
      {passkeys.length > 0 && (
        <ul className="divide-y divide-line">
          {passkeys.map((passkey) => (
            <li key={passkey.id} className="flex items-center gap-3 py-2">
              <span className="min-w-0 flex-1">
                <span className="block truncate font-medium">{passkey.name}</span>
                <span className="block text-fg-3 text-xs">
                  {passkey.last_used_at === null ? (
                    t('passkeys.unused')
                  ) : (
                    <>
                      {t('passkeys.used')} <TimeAgo at={passkey.last_used_at} />
                    </>
                  )}
                </span>
              </span>
              <Button
                look="danger"
                size="sm"
                aria-label={t('passkeys.remove_named', { name: passkey.name })}
                onClick={() => guard((onError) => remove.mutate(passkey.id, { onError }))}
              >
                {t('passkeys.remove')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {knowsPasskeys() ? (
        <form onSubmit={submit}>
          <Line>
            <TextField label={t('passkeys.name')} name="name" maxLength={80} required />
            <Button type="submit" size="lg" isBusy={add.isPending}>
              {t('passkeys.add')}
            </Button>
          </Line>
        </form>
      ) : (
        <p className="text-fg-3">{t('passkeys.unknown')}</p>
      )}
      {dialog}
    </Section>
  );
}
