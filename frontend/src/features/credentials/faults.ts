import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/lib/problem';
import { fieldOf } from './form';
import type { KindValue } from './types';

interface Faults {
  /** What is wrong with one field, by its name in the form. */
  errorOf: (field: string) => string | undefined;
  /** What is wrong and belongs to no field that is shown. */
  rest: string | undefined;
  /** Tells which fields are empty and must not be; true when none is. */
  check: (values: Record<string, string>, wanted: readonly KindValue[], name?: string) => boolean;
}

/** What is wrong with a form of these fields: what the screen sees by itself, then what the server answered. */
export function useFaults(error: Error | null, fields: readonly string[]): Faults {
  const { t } = useTranslation('credentials');
  const [own, setOwn] = useState<Record<string, string>>({});
  const refusal = error instanceof ApiError ? error : null;
  const isTaken = refusal?.code === 'credential_name_taken';
  const errorOf = (field: string): string | undefined => {
    if (field in own) return own[field];
    return isTaken && field === 'name' ? refusal.message : refusal?.field(field);
  };
  const isNamed = fields.some((field) => errorOf(field) !== undefined);
  return {
    errorOf,
    rest: isNamed ? undefined : error?.message,
    check: (values, wanted, name) => {
      const empty = wanted.filter(
        (value) => value.is_required && (values[value.name] ?? '') === '',
      );
      const found = Object.fromEntries(empty.map((value) => [fieldOf(value), t('missing')]));
      if (name === '') found.name = t('missing');
      setOwn(found);
      return Object.keys(found).length === 0;
    },
  };
}
