import { Bot, Plus } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Gate, useMay } from '@/features/accounts/facade';
import { useShortcut } from '@/lib/keys';
import { useTitle } from '@/lib/title';
import { Badge } from '@/ui/badge';
import { Button, buttonClass } from '@/ui/button';
import { ListBody, PlainList } from '@/ui/list';
import { Notice } from '@/ui/notice';
import { PageHeader } from '@/ui/page-header';
import { TimeAgo } from '@/ui/time-ago';
import { type ServiceAccount, useAccountList } from '../service-accounts';

const CloseAccount = lazy(() => import('./close-account'));
const NewKey = lazy(() => import('./new-key'));
const ServiceAccountForm = lazy(() => import('./service-account-form'));

/** What is being done, and with which account; a form without one makes a new one. */
type Doing =
  | { what: 'form'; account?: ServiceAccount }
  | { what: 'key' | 'close'; account: ServiceAccount };

interface RowProps {
  account: ServiceAccount;
  onDo: (doing: Doing) => void;
}

function Row({ account, onDo }: RowProps) {
  const { t } = useTranslation('api_keys');
  const { name, last_used_at: at } = account;
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
          <span className="truncate font-medium">{name}</span>
          <Badge>{t(`accounts.roles.${account.role}`)}</Badge>
          {account.roles.map((one) => (
            <Badge key={one.id} tone="accent">
              {one.name}
            </Badge>
          ))}
        </p>
        <p className="mt-0.5 text-fg-3 text-xs">
          {t('accounts.keys', { count: account.keys })}
          {' · '}
          {at === null ? (
            t('unused')
          ) : (
            <>
              {t('used')} <TimeAgo at={at} />
            </>
          )}
        </p>
      </div>
      <div className="flex flex-wrap gap-2">
        <Button
          size="sm"
          aria-label={t('accounts.key_for', { name })}
          onClick={() => onDo({ what: 'key', account })}
        >
          {t('accounts.key')}
        </Button>
        <Button
          size="sm"
          aria-label={t('accounts.edit', { name })}
          onClick={() => onDo({ what: 'form', account })}
        >
          {t('accounts.edit_short')}
        </Button>
        <Button
          size="sm"
          aria-label={t('accounts.close_named', { name })}
          onClick={() => onDo({ what: 'close', account })}
        >
          {t('accounts.close')}
        </Button>
      </div>
    </li>
  );
}

function Deed({ doing, onClose }: { doing: Doing; onClose: () => void }) {
  if (doing.what === 'form')
    return <ServiceAccountForm account={doing.account} onClose={onClose} />;
  if (doing.what === 'key') return <NewKey account={doing.account} onClose={onClose} />;
  return <CloseAccount account={doing.account} onClose={onClose} />;
}

interface AccountsProps {
  create: ReactNode;
  onDo: (doing: Doing) => void;
}

function Accounts({ create, onDo }: AccountsProps) {
  const { t } = useTranslation('api_keys');
  return (
    <PlainList
      label={t('accounts.title')}
      list={useAccountList()}
      empty={
        <Notice icon={Bot} title={t('accounts.empty_title')} text={t('accounts.empty')}>
          {create}
        </Notice>
      }
    >
      {(account) => <Row account={account} onDo={onDo} />}
    </PlainList>
  );
}

/** Accounts of programs: what each may, whether it is used, and its keys. */
export default function ServiceAccountsPage() {
  const { t } = useTranslation('api_keys');
  const mayManage = useMay('api_key.manage');
  const [doing, setDoing] = useState<Doing | null>(null);
  useTitle(t('accounts.title'));
  useShortcut('create', () => setDoing({ what: 'form' }), mayManage);
  const create = (
    <Button
      look="primary"
      size="sm"
      why={mayManage ? undefined : t('accounts.why')}
      onClick={() => setDoing({ what: 'form' })}
    >
      <Plus aria-hidden />
      {t('accounts.create')}
    </Button>
  );
  return (
    <div className="flex min-h-full flex-col">
      <PageHeader title={t('accounts.title')}>
        <Link to="/api-keys" className={buttonClass({ size: 'sm' })}>
          {t('accounts.to_keys')}
        </Link>
        {create}
      </PageHeader>
      <ListBody>
        <Gate permission="api_key.manage">
          <Accounts create={create} onDo={setDoing} />
        </Gate>
      </ListBody>
      <Suspense>{doing !== null && <Deed doing={doing} onClose={() => setDoing(null)} />}</Suspense>
    </div>
  );
}
