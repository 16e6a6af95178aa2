import { Send } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useMay } from '@/features/accounts/facade';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { takesDemo, useSendDemo, useWebhooksOf } from '../api';

interface DemoButtonProps {
  workflowId: string;
  look?: 'primary' | 'secondary';
  /** Where there is little room: without its words. */
  isShort?: boolean;
}

/** *Send the demo delivery*, where a webhook takes what GitHub sends; nothing elsewhere. */
export function DemoButton({ workflowId, look = 'secondary', isShort = false }: DemoButtonProps) {
  const { t } = useTranslation('workflows');
  const navigate = useNavigate();
  const mayRun = useMay('workflow.execute');
  const send = useSendDemo();
  const webhook = useWebhooksOf(workflowId).webhooks.find(takesDemo);
  if (webhook === undefined || !mayRun) return null;
  return (
    <Button
      look={look}
      size={isShort ? 'icon-sm' : 'sm'}
      aria-label={isShort ? t('demo') : undefined}
      title={isShort ? `${t('demo')}: ${t('demo_hint')}` : t('demo_hint')}
      isBusy={send.isPending}
      onClick={() =>
        send.mutate(webhook.id, {
          onSuccess: ({ execution_id }) => {
            if (execution_id === null) tell.done(t('demo_filtered'));
            else void navigate(`/executions/${execution_id}`);
          },
          onError: tell.failed,
        })
      }
    >
      {!(isShort && send.isPending) && <Send aria-hidden />}
      {!isShort && t('demo')}
    </Button>
  );
}
