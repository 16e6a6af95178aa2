import { Plus, SquareTerminal } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNow } from '@/lib/clock';
import { useShortcut } from '@/lib/keys';
import { useTitle } from '@/lib/title';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { Failure } from '@/ui/failure';
import { Notice } from '@/ui/notice';
import { PageHeader } from '@/ui/page-header';
import { Skeleton } from '@/ui/skeleton';
import { TimeAgo } from '@/ui/time-ago';
import { type ApiKey, useApiKeys } from '../api';

const NewKey = lazy(() => import('./new-key'));
const RevokeKey = lazy(() => import('./revoke-key'));

const Rows = () => (
  <div aria-busy className="divide-y divide-line">
    {['w-40', 'w-52', 'w-32'].map((width) => (
      <div key={width} className="flex h-16 items-center gap-8 px-4">
        <Skeleton className={width} />
        <Skeleton className="ml-auto w-24" />
      </div>
    ))}
  </div>
);

function LastUse({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useTranslation('api_keys');
  const { last_used_at: at = null, last_used_ip: ip = null } = apiKey;
  if (at === null) return t('unused');
  return (
    <>
      {t('used')} <TimeAgo at={at} />
      {ip !== null && ` · ${ip}`}
    </>
  );
}

function Expiry({ at }: { at: string | null }) {
  const { t } = useTranslation('api_keys');
  const now = useNow();
  if (at === null) return t('never');
  if (new Date(at).getTime() <= now) return <Badge tone="bad">{t('expired')}</Badge>;
  return (
    <>
      {t('expires')} <TimeAgo at={at} />
    </>
  );
}

function Row({ apiKey, onRevoke }: { apiKey: ApiKey; onRevoke: () => void }) {
  const { t } = useTranslation('api_keys');
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex min-w-0 items-center gap-2">
          <span className="truncate font-medium">{apiKey.name}</span>
          <code className="shrink-0 font-mono text-fg-3 text-xs">{apiKey.prefix}_…</code>
        </p>
        <p className="truncate text-fg-2 text-xs">{apiKey.service_account ?? apiKey.created_by}</p>
        <p className="mt-0.5 truncate text-fg-3 text-xs" title={apiKey.scopes.join(', ')}>
          {apiKey.scopes.join(', ')}
        </p>
      </div>
      <div className="min-w-0 basis-52 text-fg-2 text-xs">
        <p className="truncate">
          <LastUse apiKey={apiKey} />
        </p>
        <p className="mt-0.5">
          <Expiry at={apiKey.expires_at ?? null} />
        </p>
      </div>
      <Button size="sm" aria-label={t('revoke.named', { name: apiKey.name })} onClick={onRevoke}>
        {t('revoke.submit')}
      </Button>
    </li>
  );
}

/** Keys with which programs call the API: whose they are, what they may, when they were used; each can be ended. */
export default function ApiKeysPage() {
  const { t } = useTranslation(['api_keys', 'common']);
  const list = useApiKeys();
  const [isCreating, setCreating] = useState(false);
  const [ending, setEnding] = useState<ApiKey | null>(null);
  useTitle(t('title'));
  useShortcut('create', () => setCreating(true));
  const all = list.data?.pages.flatMap((page) => page.results);
  const create = (
    <Button look="primary" size="sm" onClick={() => setCreating(true)}>
      <Plus aria-hidden />
      {t('create')}
    </Button>
  );
  return (
    <div className="flex min-h-full flex-col">
      <PageHeader title={t('title')}>{create}</PageHeader>
      <div className="mx-auto w-full max-w-[1000px] p-3 sm:p-6">
        <div className="overflow-hidden rounded-xl border border-line bg-panel shadow-1">
          {all === undefined && list.error === null && <Rows />}
          {all === undefined && list.error !== null && (
            <Failure error={list.error} onRetry={() => void list.refetch()} />
          )}
          {all?.length === 0 && (
            <Notice icon={SquareTerminal} title={t('empty_title')} text={t('empty')}>
              {create}
            </Notice>
          )}
          {all !== undefined && all.length > 0 && (
            <ul aria-label={t('title')} className="divide-y divide-line">
              {all.map((apiKey) => (
                <Row key={apiKey.id} apiKey={apiKey} onRevoke={() => setEnding(apiKey)} />
              ))}
            </ul>
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
        {isCreating && <NewKey onClose={() => setCreating(false)} />}
        {ending !== null && <RevokeKey apiKey={ending} onClose={() => setEnding(null)} />}
      </Suspense>
    </div>
  );
}
