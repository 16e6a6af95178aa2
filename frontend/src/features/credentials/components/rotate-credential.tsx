import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tell } from '@/lib/toast';
import { useRotateCredential } from '../api';
import { useFaults } from '../faults';
import { expiryIn, fieldOf, filled, valuesIn } from '../form';
import { type Credential, type Kind, secretsOf } from '../types';
import { ExpiryField } from './about-fields';
import { FormDialog } from './form-dialog';
import { FreeFields } from './free-fields';
import { ValueFields } from './value-fields';

interface RotateCredentialProps {
  credential: Credential;
  kind: Kind;
  onClose: () => void;
}

/** Puts new secrets in the place of the old ones, which nobody can read back. */
export default function RotateCredential({ credential, kind, onClose }: RotateCredentialProps) {
  const { t } = useTranslation('credentials');
  const rotate = useRotateCredential(credential.id);
  const [isEmpty, setEmpty] = useState(false);
  const secret = secretsOf(kind, credential);
  const faults = useFaults(rotate.error, ['expires_at', ...secret.map(fieldOf)]);
  const submit = (form: FormData): void => {
    const values = filled(valuesIn(form, kind));
    setEmpty(Object.keys(values).length === 0);
    if (Object.keys(values).length === 0) return;
    rotate.mutate(
      { values, expires_at: expiryIn(form) },
      {
        onSuccess: () => {
          tell.done(t('rotate.done', { name: credential.name }));
          onClose();
        },
      },
    );
  };
  return (
    <FormDialog
      title={t('rotate.title', { name: credential.name })}
      description={t('rotate.description')}
      submit={t('rotate.submit')}
      error={isEmpty ? t('rotate.empty') : faults.rest}
      isBusy={rotate.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      <ValueFields values={secret} known={{}} set={credential.secrets} errorOf={faults.errorOf} />
      {kind.is_free && <FreeFields errorOf={faults.errorOf} />}
      <ExpiryField credential={credential} errorOf={faults.errorOf} />
    </FormDialog>
  );
}
