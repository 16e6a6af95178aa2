import { Plus, SquareTerminal } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMay } from '@/features/accounts/facade';
import { useNow } from '@/lib/clock';
import { cn } from '@/lib/cn';
import { useShortcut } from '@/lib/keys';
import { useTitle } from '@/lib/title';
import { Badge } from '@/ui/badge';
import { Button, buttonClass } from '@/ui/button';
import { ListBody, ListCard, ListRows, ROW_GRID } from '@/ui/list';
import { Notice } from '@/ui/notice';
import { PageHeader } from '@/ui/page-header';
import { TimeAgo } from '@/ui/time-ago';
import { type ApiKey, useApiKeys } from '../api';

const NewKey = lazy(() => import('./new-key'));
const RevokeKey = lazy(() => import('./revoke-key'));

const DAY_MS = 86_400_000;
/** Within this time the end of a key is near enough to be told in colour. */
const SOON_MS = 7 * DAY_MS;

function LastUse({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useTranslation('api_keys');
  const { last_used_at: at = null, last_used_ip: ip = null } = apiKey;
  if (at === null) return <span className="text-fg-3">{t('unused')}</span>;
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
  if (at === null) return <span className="text-fg-3">{t('never')}</span>;
  const left = new Date(at).getTime() - now;
  if (left <= 0) return <Badge tone="bad">{t('expired')}</Badge>;
  const when = (
    <>
      {t('expires')} <TimeAgo at={at} />
    </>
  );
  return left < SOON_MS ? <Badge tone="warn">{when}</Badge> : when;
}

function Row({ apiKey, onRevoke }: { apiKey: ApiKey; onRevoke: () => void }) {
  const { t } = useTranslation('api_keys');
  const scopes = apiKey.scopes.join(', ');
  return (
    <li
      className={cn(
        'grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 border-line border-b px-4 py-2.5 last:border-b-0 lg:gap-x-6',
        ROW_GRID,
      )}
    >
      <span className="min-w-0">
        <span className="block truncate font-medium" title={apiKey.name}>
          {apiKey.name}
        </span>
        <span className="flex min-w-0 items-baseline gap-2 text-fg-3 text-xs max-sm:flex-col max-sm:gap-0">
          <code className="shrink-0 font-mono">{apiKey.prefix}_…</code>
          <span className="max-w-full truncate" title={scopes}>
            {scopes}
          </span>
        </span>
      </span>
      <span className="min-w-0 truncate text-fg-2 max-lg:order-2 max-lg:col-span-2">
        {apiKey.service_account ?? apiKey.created_by}
      </span>
      <span className="min-w-0 truncate text-fg-2 max-lg:order-3">
        <LastUse apiKey={apiKey} />
      </span>
      <span className="text-fg-2 max-lg:order-4 max-lg:justify-self-end">
        <Expiry at={apiKey.expires_at ?? null} />
      </span>
      <Button
        size="sm"
        className="justify-self-end max-lg:order-1 max-lg:self-start"
        aria-label={t('revoke.named', { name: apiKey.name })}
        onClick={onRevoke}
      >
        {t('revoke.submit')}
      </Button>
    </li>
  );
}

/** Keys with which programs call the API: whose they are, what they may, when they were used; each can be ended. */
export default function ApiKeysPage() {
  const { t } = useTranslation('api_keys');
  const list = useApiKeys();
  const mayManage = useMay('api_key.manage');
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
      <PageHeader title={t('title')}>
        {mayManage && (
          <Link to="/service-accounts" className={buttonClass({ size: 'sm' })}>
            {t('accounts.link')}
          </Link>
        )}
        {create}
      </PageHeader>
      <ListBody>
        <ListCard
          list={list}
          all={all}
          empty={
            <Notice icon={SquareTerminal} title={t('empty_title')} text={t('empty')}>
              {create}
            </Notice>
          }
        >
          {(keys) => (
            <ListRows
              label={t('title')}
              columns="lg:grid-cols-[minmax(0,1fr)_minmax(0,auto)_auto_auto_auto]"
              heads={[t('name'), t('column.whose'), t('column.used'), t('column.end'), '']}
            >
              {keys.map((apiKey) => (
                <Row key={apiKey.id} apiKey={apiKey} onRevoke={() => setEnding(apiKey)} />
              ))}
            </ListRows>
          )}
        </ListCard>
      </ListBody>
      <Suspense>
        {isCreating && <NewKey onClose={() => setCreating(false)} />}
        {ending !== null && <RevokeKey apiKey={ending} onClose={() => setEnding(null)} />}
      </Suspense>
    </div>
  );
}
