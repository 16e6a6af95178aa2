import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { facts } from '@/lib/facts';
import { tell } from '@/lib/toast';
import { SelectField, TextField } from '@/ui/field';
import { Skeleton } from '@/ui/skeleton';
import { ACCOUNT, useCreateCredential, useKinds, useTestValues } from '../api';
import { useFaults } from '../faults';
import { aboutIn, expiryIn, fieldOf, filled, nameIn, valuesIn } from '../form';
import type { Credential, Kind } from '../types';
import { AboutFields, ExpiryField } from './about-fields';
import ConnectCredential from './connect-credential';
import { FormDialog } from './form-dialog';
import { FreeFields } from './free-fields';
import { RedirectUri } from './redirect-uri';
import { TestRow } from './test-row';
import { ValueFields } from './value-fields';

const FIRST = 'bearer_token';

interface KindFieldProps {
  kinds: readonly Kind[];
  kind: Kind;
  onChoose: (name: string) => void;
  error: string | undefined;
}

function KindField({ kinds, kind, onChoose, error }: KindFieldProps) {
  const { t } = useTranslation('credentials');
  const inOrder = [...kinds].sort((one, other) => one.title.localeCompare(other.title));
  return (
    <SelectField
      label={t('type')}
      value={kind.name}
      onChange={(event) => onChoose(event.target.value)}
      hint={
        <>
          {kind.description}{' '}
          {kind.docs !== '' && (
            <a href={kind.docs} target="_blank" rel="noreferrer" className="underline">
              {t('type_docs')}
            </a>
          )}
        </>
      }
      error={error}
    >
      {inOrder.map(({ name, title }) => (
        <option key={name} value={name}>
          {title}
        </option>
      ))}
    </SelectField>
  );
}

/** Tests what the form around it holds, before anybody stores it. */
function TestValues({ kind }: { kind: Kind }) {
  const test = useTestValues();
  return (
    <TestRow
      kind={kind}
      verdict={test.data}
      error={test.error?.message}
      isBusy={test.isPending}
      onTest={(form) => {
        const type = kind.name as Parameters<typeof test.mutate>[0]['type'];
        const { allowed_hosts: hosts } = aboutIn(form);
        test.mutate({ type, values: filled(valuesIn(form, kind)), allowed_hosts: hosts });
      }}
    />
  );
}

const Waiting = () => (
  <div aria-busy className="flex flex-col gap-4">
    <Skeleton className="h-9" />
    <Skeleton className="h-9" />
  </div>
);

interface NewCredentialProps {
  /** The type that the form begins with. */
  first?: string | undefined;
  onMade?: (name: string) => void;
  onClose: () => void;
}

/** Stores a new credential; its form is the one that its type asks for. */
export default function NewCredential({ first = FIRST, onMade, onClose }: NewCredentialProps) {
  const { t } = useTranslation('credentials');
  const kinds = useKinds();
  const create = useCreateCredential();
  const [chosen, setChosen] = useState(first);
  const [made, setMade] = useState<Credential | null>(null);
  const kind = kinds.data?.find(({ name }) => name === chosen) ?? kinds.data?.[0];
  const fields = ['name', 'type', 'description', 'allowed_hosts', 'expires_at'];
  const error = kinds.error ?? create.error;
  const faults = useFaults(error, [...fields, ...(kind?.values.map(fieldOf) ?? [])]);
  const submit = (form: FormData): void => {
    if (kind === undefined) return;
    const name = nameIn(form);
    const values = filled(valuesIn(form, kind));
    if (!faults.check(values, kind.values, name)) return;
    const type = kind.name as Parameters<typeof create.mutate>[0]['type'];
    create.mutate(
      { name, type, values, expires_at: expiryIn(form), ...aboutIn(form) },
      {
        onSuccess: (credential) => {
          tell.done(t('new.done', { name }));
          onMade?.(name);
          // An account is worth nothing before somebody has connected it.
          if (credential.connection === null) onClose();
          else setMade(credential);
        },
      },
    );
  };
  if (made !== null) return <ConnectCredential credential={made} onClose={onClose} />;
  return (
    <FormDialog
      title={t('new.title')}
      description={t('new.description')}
      submit={t('new.submit')}
      error={faults.rest}
      isBusy={create.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      {kind === undefined ? (
        kinds.isPending && <Waiting />
      ) : (
        <>
          <KindField
            kinds={kinds.data ?? []}
            kind={kind}
            onChoose={setChosen}
            error={faults.errorOf('type')}
          />
          <TextField
            label={t('name')}
            name="name"
            hint={t('name_hint')}
            error={faults.errorOf('name')}
            autoComplete="off"
            spellCheck={false}
            required
          />
          {kind.name === ACCOUNT && (
            <RedirectUri
              uri={`${facts.public_url}/oauth/callback`}
              hint={t('connect.redirect_own')}
            />
          )}
          <ValueFields key={kind.name} values={kind.values} errorOf={faults.errorOf} />
          {kind.is_free && <FreeFields rows={1} errorOf={faults.errorOf} />}
          <AboutFields hosts={kind.allowed_hosts} errorOf={faults.errorOf} />
          <ExpiryField errorOf={faults.errorOf} />
          <TestValues key={`test-${kind.name}`} kind={kind} />
        </>
      )}
    </FormDialog>
  );
}
