import { useMutation, useQuery } from '@tanstack/react-query';
import { useMay } from '@/features/accounts/facade';
import type { SchemaWebhookOut } from '@/generated/api';
import { body, http } from '@/lib/http';

export type Webhook = SchemaWebhookOut;

/** The tenant's webhooks; none for whoever may not see them. */
function useWebhooks() {
  const mayRead = useMay('webhook.read');
  return useQuery({
    queryKey: ['webhooks'],
    queryFn: async ({ signal }) => {
      const page = await body(
        http.GET('/api/v1/webhooks', { params: { query: { limit: 100 } }, signal }),
      );
      return page.results;
    },
    enabled: mayRead,
    staleTime: 15_000,
  });
}

/** The webhooks of one workflow; a workflow that was never live has none. */
export function useWebhooksOf(workflowId: string): { webhooks: Webhook[]; isPending: boolean } {
  const { data, isLoading } = useWebhooks();
  return {
    webhooks: data?.filter((one) => one.workflow_id === workflowId) ?? [],
    isPending: isLoading,
  };
}

/** Whether the demo delivery, a push signed as GitHub signs, would be let in. */
export const takesDemo = (webhook: Webhook): boolean =>
  webhook.auth_type === 'github' && webhook.is_active && !webhook.is_paused;

/** Makes a new secret, shown this once; the old one stays good for a day, so that senders can move. */
export function useNewSecret() {
  return useMutation({
    mutationFn: async (id: string): Promise<string> => {
      const params = { path: { webhook_id: id } };
      const answer = await body(
        http.POST('/api/v1/webhooks/{webhook_id}/regenerate-secret', { params, body: {} }),
      );
      return answer.secret;
    },
  });
}

/** Has the server sign a real GitHub push and send it through this webhook's own door. */
export function useSendDemo() {
  return useMutation({
    mutationFn: (id: string) =>
      body(
        http.POST('/api/v1/webhooks/{webhook_id}/sample-delivery', {
          params: { path: { webhook_id: id } },
        }),
      ),
  });
}
