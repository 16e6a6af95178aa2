import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Card } from '@/ui/card';
import { CopyButton } from '@/ui/copy-button';
import type { Webhook } from '../api';

const DEFAULT_WAIT_S = 30;

/** The networks that may send, however the config writes them. */
function networksOf(config: Webhook['config']): string[] {
  const { allowed_ips: given } = config;
  const all = typeof given === 'string' ? given.split(',') : Array.isArray(given) ? given : [];
  return all.map((one: unknown) => String(one).trim()).filter(Boolean);
}

/** Where to send, by which methods, from where, and what the sender is told. */
export function AddressCard({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation('webhooks');
  const { config, methods, url } = webhook;
  const addresses = networksOf(config);
  const seconds = typeof config.timeout_s === 'number' ? config.timeout_s : DEFAULT_WAIT_S;
  return (
    <Card title={t('address.title')}>
      <div className="flex items-center gap-1 rounded-lg border border-line bg-sunken py-1 pr-1 pl-3">
        <span className="shrink-0 font-medium font-mono text-ok text-xs">{methods[0]}</span>
        <code className="min-w-0 flex-1 break-all pl-2 font-mono text-xs">{url}</code>
        <CopyButton label={t('address.copy')} text={() => url} />
      </div>
      <ul className="flex flex-col gap-1 text-fg-2 text-xs">
        {methods.length > 1 && <li>{t('address.methods', { methods: methods.join(', ') })}</li>}
        <li>{config.mode === 'sync' ? t('address.sync', { seconds }) : t('address.async')}</li>
        {addresses.length > 0 && <li>{t('address.ips', { addresses: addresses.join(', ') })}</li>}
      </ul>
      <p className="text-fg-3 text-xs">
        {t('address.more')}{' '}
        <Link to={`/workflows/${webhook.workflow_id}`} className="text-accent underline">
          {t('address.workflow')}
        </Link>
      </p>
    </Card>
  );
}
