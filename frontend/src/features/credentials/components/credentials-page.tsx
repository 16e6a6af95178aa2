import { CalendarClock, KeyRound, Plus, SearchX } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { Gate, useMay } from '@/features/accounts/facade';
import { useShortcut } from '@/lib/keys';
import { useFilter, useRowKeys } from '@/lib/list';
import { useTitle } from '@/lib/title';
import { Button } from '@/ui/button';
import { FilterField } from '@/ui/filter-field';
import { ListBody, ListCard, ListRows } from '@/ui/list';
import { Notice } from '@/ui/notice';
import { PageHeader } from '@/ui/page-header';
import { useCredentials, useKinds } from '../api';
import type { Credential } from '../types';
import { CredentialRow } from './credential-row';
import type { Asked } from './row-menu';

const NewCredential = lazy(() => import('./new-credential'));
const EditCredential = lazy(() => import('./edit-credential'));
const RotateCredential = lazy(() => import('./rotate-credential'));
const ConnectCredential = lazy(() => import('./connect-credential'));
const DeleteCredential = lazy(() => import('./delete-credential'));

interface ListProps {
  credentials: readonly Credential[];
  typeOf: (credential: Credential) => string;
  onAsk: (asked: Asked, credential: Credential) => void;
}

function List({ credentials, typeOf, onAsk }: ListProps) {
  const { t } = useTranslation('credentials');
  useRowKeys();
  return (
    <ListRows
      label={t('title')}
      columns="lg:grid-cols-[minmax(0,1fr)_auto_minmax(120px,220px)_auto_auto_auto]"
      heads={[t('name'), t('type'), t('about.hosts'), t('column.state'), t('column.updated'), '']}
    >
      {credentials.map((credential) => (
        <CredentialRow
          key={credential.id}
          credential={credential}
          type={typeOf(credential)}
          onAsk={(asked) => onAsk(asked, credential)}
        />
      ))}
    </ListRows>
  );
}

interface AskedDialogProps {
  asked: Asked;
  credential: Credential;
  onClose: () => void;
}

function AskedDialog({ asked, credential, onClose }: AskedDialogProps) {
  const kind = useKinds().data?.find(({ name }) => name === credential.type);
  if (asked === 'delete') return <DeleteCredential credential={credential} onClose={onClose} />;
  if (asked === 'connect') return <ConnectCredential credential={credential} onClose={onClose} />;
  if (kind === undefined) return null;
  const Form = asked === 'edit' ? EditCredential : RotateCredential;
  return <Form credential={credential} kind={kind} onClose={onClose} />;
}

/** Whether only those are wanted that end soon; it stands in the address. */
function useDue() {
  const [params, setParams] = useSearchParams();
  const setDue = (areDue: boolean): void =>
    setParams(
      (now) => {
        const next = new URLSearchParams(now);
        if (areDue) next.set('due', '1');
        else next.delete('due');
        return next;
      },
      { replace: true },
    );
  return { areDue: params.has('due'), setDue };
}

/** All credentials of the tenant: what they are for and where they may go, never their secrets. */
export default function CredentialsPage() {
  const { t } = useTranslation('credentials');
  const { areDue, setDue } = useDue();
  const list = useCredentials(areDue);
  const kinds = useKinds();
  useTitle(t('title'));
  const { query, setQuery, field } = useFilter();
  const [isCreating, setCreating] = useState(false);
  const [dialog, setDialog] = useState<{ asked: Asked; credential: Credential } | null>(null);
  const mayCreate = useMay('credential.create');
  useShortcut('create', () => setCreating(true), mayCreate);
  const typeOf = ({ type }: Credential): string =>
    kinds.data?.find(({ name }) => name === type)?.title ?? type;
  const all = list.data?.pages.flatMap((page) => page.results);
  const shown = all?.filter((one) =>
    `${one.name} ${one.description} ${typeOf(one)}`.toLowerCase().includes(query.toLowerCase()),
  );
  const create = mayCreate && (
    <Button look="primary" size="sm" onClick={() => setCreating(true)}>
      <Plus aria-hidden />
      {t('create')}
    </Button>
  );
  return (
    <div className="flex min-h-full flex-col">
      <PageHeader title={t('title')}>
        <FilterField ref={field} label={t('filter')} value={query} onChange={setQuery} />
        <Button
          size="sm"
          look={areDue ? 'marked' : 'secondary'}
          aria-pressed={areDue}
          title={t('state.expires_soon')}
          onClick={() => setDue(!areDue)}
        >
          <CalendarClock aria-hidden />
          <span className="max-sm:sr-only">{t('state.expires_soon')}</span>
        </Button>
        {create}
      </PageHeader>
      <ListBody>
        <Gate permission="credential.read">
          <ListCard
            list={list}
            all={all}
            shown={shown}
            empty={
              areDue ? (
                <Notice icon={CalendarClock} title={t('none_due')}>
                  <Button onClick={() => setDue(false)}>{t('clear')}</Button>
                </Notice>
              ) : (
                <Notice icon={KeyRound} title={t('empty_title')} text={t('empty')}>
                  {mayCreate && (
                    <Button look="primary" onClick={() => setCreating(true)}>
                      {t('create')}
                    </Button>
                  )}
                </Notice>
              )
            }
            unmatched={
              <Notice icon={SearchX} title={t('filter_empty', { query })}>
                <Button onClick={() => setQuery('')}>{t('clear')}</Button>
              </Notice>
            }
          >
            {(credentials) => (
              <List
                credentials={credentials}
                typeOf={typeOf}
                onAsk={(asked, credential) => setDialog({ asked, credential })}
              />
            )}
          </ListCard>
        </Gate>
      </ListBody>
      <Suspense>
        {isCreating && <NewCredential onClose={() => setCreating(false)} />}
        {dialog !== null && <AskedDialog {...dialog} onClose={() => setDialog(null)} />}
      </Suspense>
    </div>
  );
}
