import { Eye, EyeOff } from 'lucide-react';
import { type ClipboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/ui/button';
import { TextArea, TextField } from '@/ui/field';

interface SecretFieldProps {
  label: string;
  name: string;
  hint?: string | undefined;
  error?: string | undefined;
  placeholder?: string | undefined;
  required?: boolean;
  /** It has lines of its own, as a key in PEM has. */
  isLong?: boolean;
}

/** A secret that is written and never read back. A key of several lines, which a password field would join, gets an area. */
export function SecretField({ error, hint, isLong = false, ...field }: SecretFieldProps) {
  const { t } = useTranslation('credentials');
  const [isShown, setShown] = useState(false);
  const [lines, setLines] = useState<string | null>(isLong ? '' : null);
  const Icon = isShown ? EyeOff : Eye;
  const shared = { ...field, error, hint, autoComplete: 'new-password', spellCheck: false };
  const onPaste = (event: ClipboardEvent<HTMLInputElement>): void => {
    const pasted = event.clipboardData.getData('text');
    if (!pasted.trim().includes('\n')) return;
    event.preventDefault();
    setLines(pasted);
  };
  return (
    <div className="relative">
      {lines === null ? (
        <TextField
          {...shared}
          type={isShown ? 'text' : 'password'}
          className="pr-10 font-mono placeholder:font-sans"
          onPaste={onPaste}
        />
      ) : (
        <TextArea
          {...shared}
          defaultValue={lines}
          rows={4}
          className={isShown ? 'pr-10' : 'dots pr-10'}
        />
      )}
      <Button
        look="quiet"
        size="icon-sm"
        className="absolute top-[30px] right-1"
        aria-label={t(isShown ? 'secret.hide' : 'secret.show', { name: field.label })}
        onClick={() => setShown(!isShown)}
      >
        <Icon aria-hidden />
      </Button>
    </div>
  );
}
