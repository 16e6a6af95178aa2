import { CalendarClock, KeyRound, Plus, SearchX } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useMay } from '@/features/accounts/facade';
import { cn } from '@/lib/cn';
import { useShortcut } from '@/lib/keys';
import { useCurrentRow, useFilter } from '@/lib/list';
import { useTitle } from '@/lib/title';
import { Button } from '@/ui/button';
import { Failure } from '@/ui/failure';
import { FilterField } from '@/ui/filter-field';
import { Notice } from '@/ui/notice';
import { PageHeader } from '@/ui/page-header';
import { Skeleton } from '@/ui/skeleton';
import { useCredentials, useKinds } from '../api';
import type { Credential } from '../types';
import { CredentialRow, ROW_GRID } from './credential-row';
import type { Asked } from './row-menu';

const NewCredential = lazy(() => import('./new-credential'));
const EditCredential = lazy(() => import('./edit-credential'));
const RotateCredential = lazy(() => import('./rotate-credential'));
const ConnectCredential = lazy(() => import('./connect-credential'));
const DeleteCredential = lazy(() => import('./delete-credential'));

const Rows = () => (
  <div aria-busy>
    {['w-40', 'w-52', 'w-32', 'w-44'].map((width) => (
      <div
        key={width}
        className="flex h-12 items-center gap-8 border-line border-b px-4 last:border-b-0"
      >
        <Skeleton className={width} />
        <Skeleton className="ml-auto w-24" />
        <Skeleton className="w-16" />
      </div>
    ))}
  </div>
);

function ColumnHeads() {
  const { t } = useTranslation('credentials');
  return (
    <li
      aria-hidden
      className={cn(
        'hidden h-9 items-center gap-x-6 border-line border-b px-4 font-medium text-fg-2 text-xs lg:grid',
        ROW_GRID,
      )}
    >
      <span>{t('name')}</span>
      <span>{t('type')}</span>
      <span>{t('about.hosts')}</span>
      <span>{t('column.state')}</span>
      <span>{t('column.updated')}</span>
      <span />
    </li>
  );
}

interface ListProps {
  credentials: readonly Credential[];
  typeOf: (credential: Credential) => string;
  onAsk: (asked: Asked, credential: Credential) => void;
}

function List({ credentials, typeOf, onAsk }: ListProps) {
  const { t } = useTranslation('credentials');
  const current = useCurrentRow(credentials.length);
  return (
    <ul
      aria-label={t('title')}
      className="lg:grid lg:grid-cols-[minmax(0,1fr)_auto_minmax(120px,220px)_auto_auto_auto] lg:gap-x-6"
    >
      <ColumnHeads />
      {credentials.map((credential, index) => (
        <CredentialRow
          key={credential.id}
          credential={credential}
          type={typeOf(credential)}
          isCurrent={index === current}
          onAsk={(asked) => onAsk(asked, credential)}
        />
      ))}
    </ul>
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
  const { t } = useTranslation(['credentials', 'common']);
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
      <div className="mx-auto w-full max-w-[1240px] p-3 sm:p-6">
        <div className="overflow-hidden rounded-xl border border-line bg-panel shadow-1">
          {all === undefined && list.error === null && <Rows />}
          {all === undefined && list.error !== null && (
            <Failure error={list.error} onRetry={() => void list.refetch()} />
          )}
          {all?.length === 0 && areDue && (
            <Notice icon={CalendarClock} title={t('none_due')}>
              <Button onClick={() => setDue(false)}>{t('clear')}</Button>
            </Notice>
          )}
          {all?.length === 0 && !areDue && (
            <Notice icon={KeyRound} title={t('empty_title')} text={t('empty')}>
              {mayCreate && (
                <Button look="primary" onClick={() => setCreating(true)}>
                  {t('create')}
                </Button>
              )}
            </Notice>
          )}
          {all !== undefined && all.length > 0 && shown?.length === 0 && (
            <Notice icon={SearchX} title={t('filter_empty', { query })}>
              <Button onClick={() => setQuery('')}>{t('clear')}</Button>
            </Notice>
          )}
          {shown !== undefined && shown.length > 0 && (
            <List
              credentials={shown}
              typeOf={typeOf}
              onAsk={(asked, credential) => setDialog({ asked, credential })}
            />
          )}
        </div>
        {list.hasNextPage && (
          <div className="mt-4 text-center">
            <Button isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {t('common:list.more')}
            </Button>
          </div>
        )}
      </div>
      <Suspense>
        {isCreating && <NewCredential onClose={() => setCreating(false)} />}
        {dialog !== null && <AskedDialog {...dialog} onClose={() => setDialog(null)} />}
      </Suspense>
    </div>
  );
}
