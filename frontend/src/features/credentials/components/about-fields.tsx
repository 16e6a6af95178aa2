import { useTranslation } from 'react-i18next';
import { TextArea, TextField } from '@/ui/field';
import { localOf } from '../form';
import type { Credential } from '../types';

interface FieldsProps {
  /** The credential as it is; absent for a new one. */
  credential?: Credential;
  /** Where a new one of its type goes, unless somebody says otherwise. */
  hosts?: readonly string[];
  errorOf: (field: string) => string | undefined;
}

/** What is said of a credential beside its values: what it is for, and where it may be sent. */
export function AboutFields({ credential, hosts = [], errorOf }: FieldsProps) {
  const { t } = useTranslation('credentials');
  return (
    <>
      <TextField
        label={t('optional', { name: t('about.description') })}
        name="description"
        defaultValue={credential?.description}
        error={errorOf('description')}
        autoComplete="off"
      />
      <TextArea
        key={hosts.join()}
        label={t('optional', { name: t('about.hosts') })}
        name="allowed_hosts"
        defaultValue={(credential?.allowed_hosts ?? hosts).join('\n')}
        hint={t('about.hosts_hint')}
        error={errorOf('allowed_hosts')}
        rows={2}
      />
    </>
  );
}

/** Until when it is good. The server takes it as it stands, also when it is empty: then for good. */
export function ExpiryField({ credential, errorOf }: FieldsProps) {
  const { t } = useTranslation('credentials');
  return (
    <TextField
      label={t('optional', { name: t('about.expires') })}
      name="expires_at"
      type="datetime-local"
      defaultValue={localOf(credential?.expires_at ?? null)}
      hint={t('about.expires_hint')}
      error={errorOf('expires_at')}
    />
  );
}
