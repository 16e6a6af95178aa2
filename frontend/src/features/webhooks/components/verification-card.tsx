import { KeyRound, TriangleAlert } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '@/features/accounts/facade';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import { TimeAgo } from '@/ui/time-ago';
import type { Webhook } from '../api';
import { isAuthType } from '../state';

const SecretDialog = lazy(() => import('./secret-dialog'));

/** That there are secrets and until when, never what they are. */
function Secrets({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation('webhooks');
  const current = webhook.secrets.find(({ expires_at: end }) => end === null);
  const before = webhook.secrets.find(({ expires_at: end }) => end !== null);
  return (
    <ul className="flex flex-col gap-1 text-fg-2 text-xs">
      {current !== undefined && (
        <li>
          {t('verification.secret')} <TimeAgo at={current.created_at} />
        </li>
      )}
      {before?.expires_at != null && (
        <li>
          {t('verification.second')} <TimeAgo at={before.expires_at} />
        </li>
      )}
      {webhook.secrets.length === 0 && (
        <li className="flex gap-1.5 text-bad">
          <TriangleAlert className="mt-px size-3.5 shrink-0" aria-hidden />
          {t('verification.none')}
        </li>
      )}
    </ul>
  );
}

/** How a sender proves who it is, and by which secrets. */
export function VerificationCard({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation('webhooks');
  const [isAsking, setAsking] = useState(false);
  const mayUpdate = useMay('webhook.update');
  const { auth_type: auth } = webhook;
  const isOpen = auth === 'none';
  return (
    <Card title={t('verification.title')}>
      <p className="font-medium">{isAuthType(auth) ? t(`auth.${auth}`) : auth}</p>
      {isOpen ? (
        <p className="flex gap-1.5 text-warn text-xs">
          <TriangleAlert className="mt-px size-3.5 shrink-0" aria-hidden />
          {t('verification.unverified')}
        </p>
      ) : (
        <>
          <Secrets webhook={webhook} />
          <Button
            size="sm"
            className="self-start"
            why={mayUpdate ? undefined : t('no_permission_update')}
            onClick={() => setAsking(true)}
          >
            <KeyRound aria-hidden />
            {t(webhook.secrets.length === 0 ? 'verification.make' : 'verification.rotate')}
          </Button>
        </>
      )}
      <Suspense>
        {isAsking && <SecretDialog webhook={webhook} onClose={() => setAsking(false)} />}
      </Suspense>
    </Card>
  );
}
