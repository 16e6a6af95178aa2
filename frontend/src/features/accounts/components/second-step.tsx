import { KeyRound } from 'lucide-react';
import { type SubmitEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { knowsPasskeys, signWithPasskey } from '@/lib/passkey';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { FormError } from '@/ui/form-error';
import type { Challenge } from '../api';
import { textOf } from '../arrival';

export interface Shown {
  ticket: string;
  method: 'totp' | 'recovery' | 'passkey';
  code?: string;
  passkey?: Record<string, unknown>;
}

interface SecondStepProps {
  challenge: Challenge;
  onShown: (shown: Shown) => void;
  error: Error | null;
  isBusy: boolean;
}

/** What is asked after the password: a passkey, a code of the app, or a recovery code. */
export function SecondStep({ challenge, onShown, error, isBusy }: SecondStepProps) {
  const { t } = useTranslation('accounts');
  const { ticket, methods, passkey } = challenge;
  const hasPasskey = passkey !== null && knowsPasskeys();
  const [isRecovering, setRecovering] = useState(!methods.includes('totp'));
  const [isTurnedAway, setTurnedAway] = useState(false);

  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const code = textOf(new FormData(event.currentTarget), 'code').trim();
    onShown({ ticket, method: isRecovering ? 'recovery' : 'totp', code });
  };
  const sign = (): void => {
    setTurnedAway(false);
    signWithPasskey(passkey).then(
      (signed) => onShown({ ticket, method: 'passkey', passkey: signed }),
      () => setTurnedAway(true),
    );
  };

  return (
    <div className="flex flex-col gap-4">
      {error !== null && <FormError>{error.message}</FormError>}
      {error === null && isTurnedAway && <FormError>{t('second.turned_away')}</FormError>}
      {hasPasskey && (
        <Button look="primary" size="lg" isBusy={isBusy} onClick={sign}>
          <KeyRound aria-hidden />
          {t('second.passkey')}
        </Button>
      )}
      {(methods.includes('totp') || methods.includes('recovery')) && (
        <form onSubmit={submit} className="flex flex-col gap-4">
          <TextField
            key={isRecovering ? 'recovery' : 'totp'}
            label={t(isRecovering ? 'second.recovery_code' : 'second.code')}
            hint={t(isRecovering ? 'second.recovery_hint' : 'second.code_hint')}
            name="code"
            autoComplete="one-time-code"
            inputMode={isRecovering ? 'text' : 'numeric'}
            required
          />
          <Button
            type="submit"
            look={hasPasskey ? 'secondary' : 'primary'}
            size="lg"
            isBusy={isBusy}
          >
            {t('second.submit')}
          </Button>
          {methods.includes('totp') && methods.includes('recovery') && (
            <Button look="quiet" onClick={() => setRecovering(!isRecovering)}>
              {t(isRecovering ? 'second.use_app' : 'second.use_recovery')}
            </Button>
          )}
        </form>
      )}
    </div>
  );
}
