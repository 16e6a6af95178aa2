import { KeyRound, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/accounts/facade';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { CodeBlock } from '@/ui/code-block';
import { CopyButton } from '@/ui/copy-button';
import { Disclosure } from '@/ui/disclosure';
import { Skeleton } from '@/ui/skeleton';
import { useNewSecret, useWebhooksOf, type Webhook } from '../api';
import { curlOf } from '../snippets/curl';

const AUTH_TYPES = [
  'none',
  'signature',
  'github',
  'stripe',
  'slack',
  'standard',
  'basic',
  'api_key',
] as const;

type AuthType = (typeof AUTH_TYPES)[number];

const isAuthType = (value: string): value is AuthType =>
  (AUTH_TYPES as readonly string[]).includes(value);

/** Makes a new secret after one more click, and shows it this once. */
function NewSecret({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation('workflows');
  const [isAsking, setAsking] = useState(false);
  const secret = useNewSecret();
  if (secret.data !== undefined) {
    return (
      <div className="rounded-lg bg-warn-soft px-3 py-2">
        <p className="text-warn text-xs">{t('webhook.secret_shown')}</p>
        <p className="flex items-center gap-2">
          <code className="min-w-0 break-all font-mono text-xs">{secret.data}</code>
          <CopyButton
            label={t('webhook.copy_secret')}
            text={() => secret.data}
            className="ml-auto"
          />
        </p>
      </div>
    );
  }
  if (!isAsking) {
    return (
      <Button look="quiet" size="sm" className="-ml-2.5 self-start" onClick={() => setAsking(true)}>
        <KeyRound aria-hidden />
        {t('webhook.secret_new')}
      </Button>
    );
  }
  return (
    <div className="flex flex-wrap gap-2">
      <p className="w-full text-fg-3 text-xs">{t('webhook.secret_hint')}</p>
      <Button
        look="danger"
        size="sm"
        isBusy={secret.isPending}
        onClick={() => secret.mutate({ id: webhook.id }, { onError: tell.failed })}
      >
        {t('webhook.secret_confirm')}
      </Button>
      <Button look="quiet" size="sm" onClick={() => setAsking(false)}>
        {t('webhook.secret_keep')}
      </Button>
    </div>
  );
}

function Warnings({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation('workflows');
  const lines = [
    webhook.is_active ? '' : t('webhook.inactive'),
    webhook.is_paused ? t('webhook.paused') : '',
    webhook.warnings.includes('secret_missing') ? t('webhook.secret_missing') : '',
    webhook.warnings.includes('unverified') ? t('webhook.unverified') : '',
  ].filter(Boolean);
  return lines.map((line) => (
    <p key={line} className="flex gap-1.5 text-warn text-xs">
      <TriangleAlert className="mt-px size-3.5 shrink-0" aria-hidden />
      {line}
    </p>
  ));
}

function One({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation('workflows');
  const mayUpdate = useMay('webhook.update');
  return (
    <div className="flex flex-col gap-3">
      <div className="flex items-center gap-1 rounded-lg border border-line bg-sunken py-1 pr-1 pl-3">
        <span className="shrink-0 font-medium font-mono text-ok text-xs">
          {webhook.methods[0] ?? 'POST'}
        </span>
        <code className="min-w-0 flex-1 truncate pl-2 font-mono text-xs" title={webhook.url}>
          {webhook.url}
        </code>
        <CopyButton label={t('webhook.copy_url')} text={() => webhook.url} />
      </div>
      <Warnings webhook={webhook} />
      <p className="text-fg-2 text-xs">
        {t('webhook.auth')}:{' '}
        {isAuthType(webhook.auth_type) ? t(`webhook.auth_${webhook.auth_type}`) : webhook.auth_type}
      </p>
      <Disclosure summary={t('webhook.curl')}>
        <div className="mt-2 flex flex-col gap-2">
          <CodeBlock code={curlOf(webhook)} copyLabel={t('webhook.copy_curl')} />
          {webhook.auth_type !== 'none' && (
            <p className="text-fg-3 text-xs">{t('webhook.curl_hint')}</p>
          )}
        </div>
      </Disclosure>
      {webhook.auth_type !== 'none' && mayUpdate && <NewSecret webhook={webhook} />}
    </div>
  );
}

/** The webhooks of one workflow: where to send, how to prove who sends, and a command to try it. */
export function WebhookPanel({ workflowId }: { workflowId: string }) {
  const { t } = useTranslation('workflows');
  const { webhooks, isPending } = useWebhooksOf(workflowId);
  if (isPending) return <Skeleton className="w-40" />;
  if (webhooks.length === 0) return <p className="text-fg-3">{t('webhook.none')}</p>;
  return webhooks.map((webhook) => <One key={webhook.id} webhook={webhook} />);
}
