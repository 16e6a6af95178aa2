import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SelectField, TextField } from '@/ui/field';
import { fieldOf } from '../form';
import type { KindValue } from '../types';
import { SecretField } from './secret-field';

/** What is written on several lines. */
const LONG = new Set(['json', 'pem']);

/** Providers whose names people know; what a later server knows beside them is shown as it comes. */
const PROVIDERS = [
  'github',
  'google',
  'slack',
  'microsoft',
  'twitter',
  'linkedin',
  'salesforce',
  'auth0',
  'generic',
] as const;
const isProvider = (option: string): option is (typeof PROVIDERS)[number] =>
  PROVIDERS.some((known) => known === option);

interface ValueFieldProps {
  value: KindValue;
  /** What stands in it at first; the type's default where nothing is known yet. */
  first?: string | undefined;
  /** A secret that is there already: left empty, it stays. */
  isSet?: boolean;
  error: string | undefined;
  onChoose?: ((option: string) => void) | undefined;
}

function ValueField({ value, first, isSet = false, error, onChoose }: ValueFieldProps) {
  const { t } = useTranslation('credentials');
  const label = value.is_required ? value.title : t('optional', { name: value.title });
  const wired = { label, name: fieldOf(value), hint: value.help || undefined, error };
  if (value.is_secret) {
    const placeholder = isSet ? t('secret.stays') : undefined;
    return (
      <SecretField
        {...wired}
        placeholder={placeholder}
        required={value.is_required}
        isLong={LONG.has(value.format)}
      />
    );
  }
  if (value.options.length > 0) {
    return (
      <SelectField
        {...wired}
        defaultValue={first ?? value.default}
        onChange={(event) => onChoose?.(event.target.value)}
      >
        {!value.is_required && value.default === '' && <option value="" />}
        {value.options.map((option) => (
          <option key={option} value={option}>
            {value.name === 'provider' && isProvider(option) ? t(`provider.${option}`) : option}
          </option>
        ))}
      </SelectField>
    );
  }
  return (
    <TextField
      {...wired}
      defaultValue={first ?? value.default}
      autoComplete="off"
      spellCheck={false}
      required={value.is_required}
    />
  );
}

interface ValueFieldsProps {
  values: readonly KindValue[];
  /** The open values as they are; absent for a new credential. */
  known?: Record<string, string>;
  set?: readonly string[];
  errorOf: (field: string) => string | undefined;
}

/** The fields of a type, as the server describes them: those that the choice in the first one asks for. */
export function ValueFields({ values, known, set = [], errorOf }: ValueFieldsProps) {
  const [head] = values;
  const firstOf = (value: KindValue): string | undefined =>
    known === undefined ? undefined : (known[value.name] ?? '');
  const [chosen, setChosen] = useState(head && (firstOf(head) ?? head.default));
  return values
    .filter(({ shown_with: options }) => options.length === 0 || options.includes(chosen ?? ''))
    .map((value) => (
      <ValueField
        key={value.name}
        value={value}
        first={firstOf(value)}
        isSet={set.includes(value.name)}
        error={errorOf(fieldOf(value))}
        onChoose={value === head ? setChosen : undefined}
      />
    ));
}
