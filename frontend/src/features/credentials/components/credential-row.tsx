import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/accounts/facade';
import { useNow } from '@/lib/clock';
import { cn } from '@/lib/cn';
import { Badge } from '@/ui/badge';
import { ROW_GRID, ROW_OPENER } from '@/ui/list';
import { TimeAgo } from '@/ui/time-ago';
import { type Credential, stateOf } from '../types';
import { type Asked, RowMenu } from './row-menu';

const NAME = 'max-w-full truncate font-medium';

/** Whether steps get it, and until when. */
export function StateBadge({ credential }: { credential: Credential }) {
  const { t } = useTranslation('credentials');
  const state = stateOf(credential, useNow());
  if (state === 'disabled') return <Badge>{t('state.disabled')}</Badge>;
  if (state === 'expired' || state === 'lost')
    return <Badge tone="bad">{t(`state.${state}`)}</Badge>;
  if (state === 'unconnected') return <Badge tone="warn">{t('state.unconnected')}</Badge>;
  if (credential.expires_at === null) return <Badge tone="ok">{t('state.ready')}</Badge>;
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-1 max-lg:justify-end">
      {credential.expires_soon ? (
        <Badge tone="warn">{t('state.expires_soon')}</Badge>
      ) : (
        <Badge tone="ok">{t('state.ready')}</Badge>
      )}
      <span className="text-fg-3 text-xs">
        {t('state.expires')} <TimeAgo at={credential.expires_at} />
      </span>
    </span>
  );
}

function Hosts({ hosts }: { hosts: readonly string[] }) {
  const { t } = useTranslation('credentials');
  const [first, ...others] = hosts;
  if (first === undefined) return <span className="text-fg-3">{t('hosts_any')}</span>;
  return (
    <span className="flex min-w-0 items-baseline gap-1.5" title={hosts.join('\n')}>
      <span className="min-w-0 truncate font-mono text-xs">{first}</span>
      {others.length > 0 && <span className="text-fg-3 tabular-nums">+{others.length}</span>}
    </span>
  );
}

interface CredentialRowProps {
  credential: Credential;
  /** What its type is called. */
  type: string;
  onAsk: (asked: Asked) => void;
}

/** One credential. For who may change it, its name opens it; what else can be done stands in its menu. */
export function CredentialRow({ credential, type, onAsk }: CredentialRowProps) {
  const mayUpdate = useMay('credential.update');
  const { id, name, description } = credential;
  return (
    <li
      className={cn(
        'relative grid grid-cols-[minmax(0,1fr)_auto_auto] items-center gap-x-4 gap-y-1 border-line border-b px-4 py-2.5 last:border-b-0 hover:bg-hover lg:gap-x-6',
        ROW_GRID,
      )}
    >
      <span className="flex min-w-0 flex-col items-start">
        {mayUpdate ? (
          <button
            type="button"
            data-row={id}
            title={name}
            onClick={() => onAsk('edit')}
            className={cn(NAME, 'text-left', ROW_OPENER)}
          >
            {name}
          </button>
        ) : (
          <span data-row={id} tabIndex={-1} title={name} className={NAME}>
            {name}
          </span>
        )}
        {description !== '' && (
          <span className="max-w-full truncate text-fg-3 text-xs" title={description}>
            {description}
          </span>
        )}
      </span>
      <span className="min-w-0 truncate text-fg-2 max-lg:order-3 max-lg:col-span-2">{type}</span>
      <span className="min-w-0 text-fg-2 max-lg:hidden">
        <Hosts hosts={credential.allowed_hosts} />
      </span>
      <span className="flex justify-end lg:justify-start">
        <StateBadge credential={credential} />
      </span>
      <TimeAgo at={credential.updated_at} className="text-fg-2 max-lg:hidden" />
      <span className="relative z-1 flex justify-end">
        <RowMenu credential={credential} onAsk={onAsk} />
      </span>
    </li>
  );
}
