import { useTranslation } from 'react-i18next';
import { SelectField } from '@/ui/field';
import type { RetryVersion } from '../types';

export interface RetryChoice {
  start_at: 'start' | 'failed';
  version: RetryVersion;
}

interface RetryFieldsProps {
  choice: RetryChoice;
  isDisabled: boolean;
  onChange: (choice: RetryChoice) => void;
}

/** Where many retries begin, and in which version. */
export function RetryFields({ choice, isDisabled, onChange }: RetryFieldsProps) {
  const { t } = useTranslation('executions');
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <SelectField
        label={t('retry.place')}
        value={choice.start_at}
        disabled={isDisabled}
        onChange={({ target }) => onChange({ ...choice, start_at: target.value as 'start' })}
      >
        <option value="start">{t('retry.start')}</option>
        <option value="failed">{t('retry.failed')}</option>
      </SelectField>
      <SelectField
        label={t('retry.version')}
        value={choice.version}
        disabled={isDisabled}
        onChange={({ target }) => onChange({ ...choice, version: target.value as RetryVersion })}
      >
        <option value="same">{t('retry.same')}</option>
        <option value="newest">{t('retry.newest')}</option>
      </SelectField>
    </div>
  );
}
