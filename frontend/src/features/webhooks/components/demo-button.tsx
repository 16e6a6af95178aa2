import { Send } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useMay } from '@/features/accounts/facade';
import { tell } from '@/lib/toast';
import { Button } from '@/ui/button';
import { takesDemo, useSendDemo, useWebhooks } from '../api';

/**
 * *Send the demo delivery*, where a webhook takes what GitHub sends; nothing elsewhere. It stands in each row of a list, so
 * all of them read one answer, that of the newest webhooks.
 */
export function DemoButton({ workflowId }: { workflowId: string }) {
  const { t } = useTranslation('workflows');
  const navigate = useNavigate();
  const mayRun = useMay('workflow.execute');
  const send = useSendDemo();
  const webhook = useWebhooks()
    .data?.pages.flatMap(({ results }) => results)
    .find((one) => one.workflow_id === workflowId && takesDemo(one));
  if (webhook === undefined || !mayRun) return null;
  return (
    <Button
      look="primary"
      size="icon-sm"
      aria-label={t('demo')}
      title={`${t('demo')}: ${t('demo_hint')}`}
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
      {!send.isPending && <Send aria-hidden />}
    </Button>
  );
}
