import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { CopyButton } from '@/ui/copy-button';
import { useWebhooksOf } from '../api';
import { pageOf } from '../state';
import { WebhookState } from './state-badge';

interface WebhookHereProps {
  workflowId: string;
  nodeId: string;
  /** Changes with what is live, so that it is asked for anew. */
  live: string;
}

/** Of a webhook's node: the address to send to as soon as there is one, and the way to its secret, its events and its tests. */
export default function WebhookHere({ workflowId, nodeId, live }: WebhookHereProps) {
  const { t } = useTranslation('webhooks');
  const { webhooks, isPending, mayRead } = useWebhooksOf(workflowId, live);
  const webhook = webhooks.find((one) => one.node_id === nodeId);
  if (isPending || !mayRead) return null;
  if (webhook === undefined)
    return <p className="rounded-md bg-sunken px-3 py-2 text-fg-2 text-xs">{t('here.not_yet')}</p>;
  const isMissing = webhook.warnings.includes('secret_missing');
  return (
    <section
      aria-label={t('address.title')}
      className="flex flex-col gap-2 rounded-md border border-line bg-sunken p-2 pl-3"
    >
      <div className="flex items-center gap-1">
        <code className="min-w-0 flex-1 break-all font-mono text-xs">{webhook.url}</code>
        <CopyButton label={t('address.copy')} text={() => webhook.url} />
      </div>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs">
        <WebhookState webhook={webhook} />
        <Link to={pageOf(webhook.id)} className="rounded-sm text-accent hover:underline">
          {t(isMissing ? 'here.secret' : 'here.page')}
        </Link>
      </p>
    </section>
  );
}
