import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { SchemaConnectedAccountOut } from '@/generated/api';
import { cn } from '@/lib/cn';
import { TimeAgo } from '@/ui/time-ago';

interface FactProps {
  name: string;
  isWide?: boolean;
  children: ReactNode;
}

const Fact = ({ name, isWide = false, children }: FactProps) => (
  <div className={cn('min-w-0', isWide && 'col-span-2')}>
    <dt className="font-medium text-fg-2 text-xs">{name}</dt>
    <dd className="mt-0.5 break-words">{children}</dd>
  </div>
);

function Scopes({ scopes }: { scopes: readonly string[] }) {
  const { t } = useTranslation('credentials');
  if (scopes.length === 0) return t('connect.no_scopes');
  return (
    <span className="flex flex-wrap gap-1">
      {scopes.map((scope) => (
        <code key={scope} className="break-all rounded-sm bg-sunken px-1.5 py-0.5 text-xs">
          {scope}
        </code>
      ))}
    </span>
  );
}

/** Since when an account is connected, until when its token is good, and what was granted. */
export function ConnectionFacts({ connection }: { connection: SchemaConnectedAccountOut }) {
  const { t } = useTranslation('credentials');
  const { scopes, connected_at: since, renewed_at: renewed, good_until: end } = connection;
  return (
    <dl className="grid grid-cols-2 gap-4">
      {since !== null && (
        <Fact name={t('connect.since')}>
          <TimeAgo at={since} />
        </Fact>
      )}
      <Fact name={t('connect.until')}>
        {end === null ? t('connect.for_good') : <TimeAgo at={end} />}
      </Fact>
      {renewed !== null && (
        <Fact name={t('connect.renewed')}>
          <TimeAgo at={renewed} />
        </Fact>
      )}
      <Fact name={t('connect.scopes')} isWide>
        <Scopes scopes={scopes} />
      </Fact>
    </dl>
  );
}
