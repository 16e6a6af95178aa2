import { useTranslation } from 'react-i18next';
import { sameJson } from '@/engine/json';
import { tell } from '@/lib/toast';
import { useChangeCredential, useTestCredential } from '../api';
import { useFaults } from '../faults';
import { aboutIn, expiryIn, fieldOf, localOf, valuesIn } from '../form';
import type { Credential, Kind } from '../types';
import { AboutFields, ExpiryField } from './about-fields';
import { FormDialog } from './form-dialog';
import { TestRow } from './test-row';
import { ValueFields } from './value-fields';

interface EditCredentialProps {
  credential: Credential;
  kind: Kind;
  onClose: () => void;
}

/** What of the form differs from the credential; of everything else nothing is said. */
function changesIn(form: FormData, kind: Kind, credential: Credential): object {
  const before = { ...credential, expires_at: localOf(credential.expires_at) };
  const expiry = expiryIn(form);
  const after = { ...aboutIn(form), expires_at: localOf(expiry) };
  const values = Object.entries(valuesIn(form, kind)).filter(
    ([name, value]) => value !== (credential.values[name] ?? ''),
  );
  return {
    ...(after.description === before.description ? {} : { description: after.description }),
    ...(sameJson(after.allowed_hosts, before.allowed_hosts)
      ? {}
      : { allowed_hosts: after.allowed_hosts }),
    ...(after.expires_at === before.expires_at ? {} : { expires_at: expiry }),
    ...(values.length === 0 ? {} : { values: Object.fromEntries(values) }),
  };
}

/** Tests what is stored, whatever the form around it holds. */
function TestStored({ credential, kind }: { credential: Credential; kind: Kind }) {
  const { t } = useTranslation('credentials');
  const test = useTestCredential(credential.id);
  return (
    <TestRow
      kind={kind}
      hint={t('test.stored')}
      verdict={test.data}
      error={test.error?.message}
      isBusy={test.isPending}
      onTest={() => test.mutate()}
    />
  );
}

/** Changes what can be seen of a credential. Its name and type are for good; secrets have a dialog of their own. */
export default function EditCredential({ credential, kind, onClose }: EditCredentialProps) {
  const { t } = useTranslation('credentials');
  const change = useChangeCredential(credential.id);
  const open = kind.values.filter((value) => !value.is_secret);
  const fields = ['description', 'allowed_hosts', 'expires_at', ...open.map(fieldOf)];
  const faults = useFaults(change.error, fields);
  const submit = (form: FormData): void => {
    if (!faults.check(valuesIn(form, kind), open)) return;
    const changes = changesIn(form, kind, credential);
    if (Object.keys(changes).length === 0) {
      onClose();
      return;
    }
    change.mutate(changes, {
      onSuccess: () => {
        tell.done(t('edit.done', { name: credential.name }));
        onClose();
      },
    });
  };
  return (
    <FormDialog
      title={t('edit.title', { name: credential.name })}
      description={t('edit.description', { type: kind.title })}
      submit={t('edit.submit')}
      error={faults.rest}
      isBusy={change.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      <ValueFields values={open} known={credential.values} errorOf={faults.errorOf} />
      <AboutFields credential={credential} errorOf={faults.errorOf} />
      <ExpiryField credential={credential} errorOf={faults.errorOf} />
      <TestStored credential={credential} kind={kind} />
    </FormDialog>
  );
}
