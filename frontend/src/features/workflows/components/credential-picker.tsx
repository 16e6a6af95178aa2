import { Plus } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/accounts/facade';
import {
  type Credential,
  NewCredentialDialog,
  stateOf,
  useCredentials,
  useKinds,
} from '@/features/credentials/facade';
import { useNow } from '@/lib/clock';
import { Button } from '@/ui/button';
import { type Option, Picker } from '@/ui/picker';
import type { NamingField } from '../naming';

interface CredentialPickerProps {
  field: NamingField;
  /** The name that is set, or "". */
  value: string;
  isBusy: boolean;
  onChoose: (name: string) => void;
}

/** Every credential, read to the last page: what is not among them does not exist. */
function useAll(): { all: Credential[] | undefined; error: Error | null } {
  const { data, error, hasNextPage, isFetching, fetchNextPage } = useCredentials();
  useEffect(() => {
    if (hasNextPage && !isFetching && error === null) void fetchNextPage();
  }, [hasNextPage, isFetching, error, fetchNextPage]);
  const all = data?.pages.flatMap((page) => page.results);
  return { all: hasNextPage ? undefined : all, error };
}

/** Chooses a credential of the types that a field takes, or makes one. */
export function CredentialPicker({ field, value, isBusy, onChoose }: CredentialPickerProps) {
  const { t } = useTranslation(['workflows', 'credentials']);
  const { all, error } = useAll();
  const kinds = useKinds().data;
  const now = useNow();
  const mayCreate = useMay('credential.create');
  const [query, setQuery] = useState('');
  const [isMaking, setMaking] = useState(false);
  const titleOf = (type: string): string =>
    kinds?.find((kind) => kind.name === type)?.title ?? type;
  const fits = ({ type }: Credential): boolean =>
    field.types.length === 0 || field.types.includes(type);
  const chosen = all?.find(({ name }) => name === value);
  const wanted = field.types.map(titleOf).join(', ');

  const fault = (): string | undefined => {
    if (value === '') return field.isRequired ? t('naming.needed') : undefined;
    if (all === undefined) return undefined;
    if (chosen === undefined) return t('naming.no_credential', { name: value });
    if (!fits(chosen)) return t('naming.other_type', { type: titleOf(chosen.type), wanted });
    const state = stateOf(chosen, now);
    return state === 'ready' ? undefined : t(`naming.${state}`);
  };
  const optionOf = (credential: Credential): Option => {
    const state = stateOf(credential, now);
    const type = titleOf(credential.type);
    return {
      value: credential.name,
      label: credential.name,
      detail: state === 'ready' ? type : `${type} · ${t(`credentials:state.${state}`)}`,
    };
  };
  const options = all
    ?.filter(fits)
    .filter(({ name, description }) =>
      `${name} ${description}`.toLowerCase().includes(query.toLowerCase()),
    )
    .map(optionOf);
  const none: Option[] =
    value === '' || query !== '' ? [] : [{ value: '', label: t('naming.none') }];
  return (
    <>
      <Picker
        label={field.title}
        hint={field.help}
        value={value}
        shown={value}
        placeholder={t('naming.choose_credential')}
        fault={fault()}
        searchLabel={t('naming.search_credential')}
        empty={
          query === '' ? t('naming.no_credentials', { wanted }) : t('naming.nothing', { query })
        }
        options={options === undefined ? undefined : [...none, ...options]}
        query={query}
        setQuery={setQuery}
        error={error}
        isBusy={isBusy}
        onChoose={onChoose}
        footer={
          mayCreate ? (
            <Button
              look="quiet"
              size="sm"
              className="w-full justify-start"
              onClick={() => setMaking(true)}
            >
              <Plus aria-hidden />
              {t('naming.new_credential')}
            </Button>
          ) : undefined
        }
      />
      {isMaking && (
        <NewCredentialDialog
          type={field.types[0]}
          onMade={onChoose}
          onClose={() => setMaking(false)}
        />
      )}
    </>
  );
}
