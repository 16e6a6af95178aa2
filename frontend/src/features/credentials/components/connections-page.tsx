import { Plug, Plus, SearchX } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Gate, useMay } from '@/features/accounts/facade';
import { cn } from '@/lib/cn';
import { useShortcut } from '@/lib/keys';
import { useFilter, useRowKeys } from '@/lib/list';
import { useTitle } from '@/lib/title';
import { Button } from '@/ui/button';
import { FilterField } from '@/ui/filter-field';
import { ListBody, ListCard, ListRows, ROW_GRID, ROW_OPENER } from '@/ui/list';
import { Notice } from '@/ui/notice';
import { PageHeader } from '@/ui/page-header';
import { TimeAgo } from '@/ui/time-ago';
import { ACCOUNT, useAccounts } from '../api';
import { useConnectedNews } from '../connecting';
import type { Credential } from '../types';
import { StateBadge } from './credential-row';

const ConnectCredential = lazy(() => import('./connect-credential'));
const NewCredential = lazy(() => import('./new-credential'));

const COLUMNS = 'lg:grid-cols-[minmax(0,1fr)_auto_auto_auto_minmax(96px,auto)]';

const providerOf = ({ values }: Credential): string =>
  typeof values.provider === 'string' ? values.provider : '';

interface RowProps {
  account: Credential;
  /** Left out for who may not connect: the name is then only a name. */
  onOpen: (() => void) | undefined;
}

function Row({ account, onOpen }: RowProps) {
  const { t } = useTranslation('credentials');
  const { name, description, connection } = account;
  const since = connection?.connected_at ?? null;
  return (
    <li
      className={cn(
        'relative grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-6 gap-y-1 border-line border-b px-4 py-2.5 last:border-b-0 hover:bg-hover',
        ROW_GRID,
      )}
    >
      <span className="min-w-0">
        {onOpen === undefined ? (
          <span className="block truncate font-medium">{name}</span>
        ) : (
          <button
            type="button"
            data-row={account.id}
            aria-label={t('accounts.open', { name })}
            title={name}
            onClick={onOpen}
            className={cn('block max-w-full truncate text-left font-medium', ROW_OPENER)}
          >
            {name}
          </button>
        )}
        {description !== '' && (
          <span className="block truncate text-fg-3 text-xs">{description}</span>
        )}
      </span>
      <span className="text-fg-2 max-lg:order-3">
        {providerOf(account) === 'generic' ? t('accounts.generic') : providerOf(account)}
      </span>
      <span className="text-fg-2 max-lg:hidden">
        {t('accounts.scopes', { count: connection?.scopes.length ?? 0 })}
      </span>
      <span className="flex justify-end lg:justify-start">
        <StateBadge credential={account} />
      </span>
      <span className="text-fg-2 max-lg:order-4 max-lg:text-right">
        {since === null ? (
          <span className="text-fg-3">{t('accounts.by_nobody')}</span>
        ) : (
          <TimeAgo at={since} />
        )}
      </span>
    </li>
  );
}

interface ListProps {
  query: string;
  setQuery: (query: string) => void;
  create: ReactNode;
}

function Accounts({ query, setQuery, create }: ListProps) {
  const { t } = useTranslation('credentials');
  const list = useAccounts();
  const mayUpdate = useMay('credential.update');
  const [open, setOpen] = useState<Credential | null>(null);
  useConnectedNews();
  const all = list.data?.pages.flatMap((page) => page.results);
  const shown = all?.filter((one) =>
    `${one.name} ${providerOf(one)}`.toLowerCase().includes(query.toLowerCase()),
  );
  useRowKeys();
  return (
    <>
      <ListCard
        list={list}
        all={all}
        shown={shown}
        empty={
          <Notice icon={Plug} title={t('accounts.empty_title')} text={t('accounts.empty')}>
            {create}
          </Notice>
        }
        unmatched={
          <Notice icon={SearchX} title={t('filter_empty', { query })}>
            <Button onClick={() => setQuery('')}>{t('clear')}</Button>
          </Notice>
        }
      >
        {(accounts) => (
          <ListRows
            label={t('accounts.title')}
            columns={COLUMNS}
            heads={[
              t('name'),
              t('accounts.provider'),
              t('connect.scopes'),
              t('column.state'),
              t('connect.since'),
            ]}
          >
            {accounts.map((account) => (
              <Row
                key={account.id}
                account={account}
                onOpen={mayUpdate ? () => setOpen(account) : undefined}
              />
            ))}
          </ListRows>
        )}
      </ListCard>
      <Suspense>
        {open !== null && <ConnectCredential credential={open} onClose={() => setOpen(null)} />}
      </Suspense>
    </>
  );
}

/** Accounts at other providers by which workflows act: whose consent is there, and whose is lost. */
export default function ConnectionsPage() {
  const { t } = useTranslation('credentials');
  const { query, setQuery, field } = useFilter();
  const [isCreating, setCreating] = useState(false);
  const mayCreate = useMay('credential.create');
  useTitle(t('accounts.title'));
  useShortcut('create', () => setCreating(true), mayCreate);
  const create = (
    <Button
      look="primary"
      size="sm"
      why={mayCreate ? undefined : t('accounts.why', { permission: 'credential.create' })}
      onClick={() => setCreating(true)}
    >
      <Plus aria-hidden />
      {t('accounts.create')}
    </Button>
  );
  return (
    <div className="flex min-h-full flex-col">
      <PageHeader title={t('accounts.title')}>
        <FilterField ref={field} label={t('accounts.filter')} value={query} onChange={setQuery} />
        {create}
      </PageHeader>
      <ListBody>
        <Gate permission="credential.read">
          <Accounts query={query} setQuery={setQuery} create={create} />
        </Gate>
      </ListBody>
      <Suspense>
        {isCreating && <NewCredential first={ACCOUNT} onClose={() => setCreating(false)} />}
      </Suspense>
    </div>
  );
}
