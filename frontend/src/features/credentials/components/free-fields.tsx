import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { SecretField } from './secret-field';

interface FreeFieldsProps {
  /** How many rows stand there before anybody asks for one. */
  rows?: number;
  errorOf: (field: string) => string | undefined;
}

/** Values by names of one's own; a row that is left without a name is not sent. */
export function FreeFields({ rows = 0, errorOf }: FreeFieldsProps) {
  const { t } = useTranslation('credentials');
  const [names, setNames] = useState<readonly string[]>(Array(rows).fill(''));
  const rename = (index: number, name: string): void =>
    setNames(names.map((before, each) => (each === index ? name.trim() : before)));
  return (
    <>
      {names.map((name, index) => (
        // Rows are only added, so their place is who they are.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <div key={index} className="grid grid-cols-2 gap-3">
          <TextField
            label={t('free.name', { number: index + 1 })}
            value={name}
            onChange={(event) => rename(index, event.target.value)}
            error={name === '' ? undefined : errorOf(`values/${name}`)}
            autoComplete="off"
            spellCheck={false}
          />
          <SecretField label={t('free.value', { number: index + 1 })} name={`values/${name}`} />
        </div>
      ))}
      <Button size="sm" className="self-start" onClick={() => setNames([...names, ''])}>
        <Plus aria-hidden />
        {t('free.add')}
      </Button>
    </>
  );
}
