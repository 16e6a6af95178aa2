import { Plus, ShieldCheck } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Gate, useMay } from '@/features/accounts/facade';
import { SettingsTabs } from '@/features/settings/facade';
import { useShortcut } from '@/lib/keys';
import { useTitle } from '@/lib/title';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { ConfirmByName } from '@/ui/confirm-by-name';
import { Failure } from '@/ui/failure';
import { Notice } from '@/ui/notice';
import { PageHeader } from '@/ui/page-header';
import { PanelBody } from '@/ui/panel';
import { Skeleton } from '@/ui/skeleton';
import { type SsoConnection, useConnections, useRemoveConnection } from '../api';
import { ConnectionCard } from './connection-card';

const ConnectionForm = lazy(() => import('./connection-form'));

/** What is being done; without a connection a new one is made. */
type Doing =
  | { what: 'form'; connection?: SsoConnection }
  | { what: 'remove'; connection: SsoConnection };

interface RemoveProps {
  connection: SsoConnection;
  onClose: () => void;
}

function Remove({ connection: { id, name }, onClose }: RemoveProps) {
  const { t } = useTranslation('sso');
  const remove = useRemoveConnection(id);
  return (
    <ConfirmByName
      title={t('remove_title', { name })}
      text={t('remove_text')}
      name={name}
      label={t('remove_ask', { name })}
      wrong={t('remove_wrong')}
      submit={t('remove')}
      error={remove.error}
      isBusy={remove.isPending}
      onConfirm={() =>
        remove.mutate(undefined, {
          onSuccess: () => {
            tell.done(t('removed', { name }));
            onClose();
          },
        })
      }
      onClose={onClose}
    />
  );
}

interface ConnectionsProps {
  create: ReactNode;
  onDo: (doing: Doing) => void;
}

function Connections({ create, onDo }: ConnectionsProps) {
  const { t } = useTranslation(['sso', 'common']);
  const list = useConnections();
  if (list.data === undefined) {
    if (list.error === null) return <Skeleton className="h-96 rounded-xl" />;
    return (
      <div className="rounded-xl border border-line bg-panel shadow-1">
        <Failure error={list.error} onRetry={() => void list.refetch()} />
      </div>
    );
  }
  const all = list.data.pages.flatMap((page) => page.results);
  if (all.length === 0)
    return (
      <div className="rounded-xl border border-line bg-panel shadow-1">
        <Notice icon={ShieldCheck} title={t('empty_title')} text={t('empty')}>
          {create}
        </Notice>
      </div>
    );
  return (
    <>
      {all.map((connection) => (
        <ConnectionCard
          key={connection.id}
          connection={connection}
          onEdit={() => onDo({ what: 'form', connection })}
          onRemove={() => onDo({ what: 'remove', connection })}
        />
      ))}
      {list.hasNextPage && (
        <Button
          className="self-center"
          isBusy={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {t('common:list.more')}
        </Button>
      )}
    </>
  );
}

/** By which providers the tenant's people sign in, and what that gives them. */
export default function SsoPage() {
  const { t } = useTranslation('sso');
  const mayManage = useMay('sso.manage');
  const [doing, setDoing] = useState<Doing | null>(null);
  useTitle(t('title'));
  useShortcut('create', () => setDoing({ what: 'form' }), mayManage);
  const close = (): void => setDoing(null);
  const create = (
    <Button
      look="primary"
      size="sm"
      why={mayManage ? undefined : t('why')}
      onClick={() => setDoing({ what: 'form' })}
    >
      <Plus aria-hidden />
      {t('create')}
    </Button>
  );
  return (
    <div className="flex min-h-full flex-col">
      <PageHeader
        title={
          <>
            <h1 className="sr-only">{t('title')}</h1>
            <SettingsTabs />
          </>
        }
      >
        {create}
      </PageHeader>
      <PanelBody>
        <Gate permission="sso.manage">
          <Connections create={create} onDo={setDoing} />
        </Gate>
      </PanelBody>
      <Suspense>
        {doing?.what === 'form' && <ConnectionForm connection={doing.connection} onClose={close} />}
        {doing?.what === 'remove' && <Remove connection={doing.connection} onClose={close} />}
      </Suspense>
    </div>
  );
}
