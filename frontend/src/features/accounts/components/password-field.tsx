import { Eye, EyeOff } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';

interface PasswordFieldProps {
  label: string;
  name?: string;
  hint?: string;
  error?: string | undefined;
  autoComplete: 'current-password' | 'new-password';
}

/** A password that can be looked at; paste and password managers work as everywhere. */
export function PasswordField({
  label,
  name = 'password',
  hint,
  error,
  autoComplete,
}: PasswordFieldProps) {
  const { t } = useTranslation('accounts');
  const [isShown, setShown] = useState(false);
  const Icon = isShown ? EyeOff : Eye;
  return (
    <div className="relative">
      <TextField
        label={label}
        name={name}
        type={isShown ? 'text' : 'password'}
        autoComplete={autoComplete}
        hint={hint}
        error={error}
        className="pr-10"
        required
      />
      <Button
        look="quiet"
        size="icon-sm"
        className="absolute top-[30px] right-1"
        aria-label={isShown ? t('hide_password') : t('show_password')}
        aria-pressed={isShown}
        onClick={() => setShown(!isShown)}
      >
        <Icon aria-hidden />
      </Button>
    </div>
  );
}
