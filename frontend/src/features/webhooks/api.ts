import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMay } from '@/features/accounts/facade';
import type { SchemaTrialInRequest, SchemaTrialOut, SchemaWebhookOut } from '@/generated/api';
import { body, cursorOf, http } from '@/lib/http';

export type Webhook = SchemaWebhookOut;
export type Trial = SchemaTrialInRequest;
export type Told = SchemaTrialOut;

const PAGE = 100;
const WATCH_MS = 15_000;

const webhookKeys = {
  all: ['webhooks'] as const,
  list: ['webhooks', 'list'] as const,
  of: (workflowId: string) => ['webhooks', 'of', workflowId] as const,
  one: (id: string) => ['webhooks', 'one', id] as const,
};

const pathOf = (id: string) => ({ path: { webhook_id: id } });

/** The tenant's webhooks, newest first, in pages of a hundred; nothing is asked for whoever may not see them. */
export function useWebhooks() {
  const mayRead = useMay('webhook.read');
  return useInfiniteQuery({
    queryKey: webhookKeys.list,
    queryFn: ({ pageParam, signal }) => {
      const query = pageParam === null ? { limit: PAGE } : { limit: PAGE, cursor: pageParam };
      return body(http.GET('/api/v1/webhooks', { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => cursorOf(last.next),
    enabled: mayRead,
    refetchInterval: WATCH_MS,
  });
}

/** The webhooks of one workflow; a workflow that was never live has none. They are asked for anew where `live` is another. */
export function useWebhooksOf(workflowId: string, live = '') {
  const mayRead = useMay('webhook.read');
  const { data, isLoading } = useQuery({
    queryKey: [...webhookKeys.of(workflowId), live],
    queryFn: async ({ signal }) => {
      const query = { workflow_id: workflowId, limit: PAGE };
      return (await body(http.GET('/api/v1/webhooks', { params: { query }, signal }))).results;
    },
    enabled: mayRead,
    refetchInterval: WATCH_MS,
  });
  return { webhooks: data ?? [], isPending: isLoading, mayRead };
}

export function useWebhook(id: string) {
  return useQuery({
    queryKey: webhookKeys.one(id),
    queryFn: ({ signal }) =>
      body(http.GET('/api/v1/webhooks/{webhook_id}', { params: pathOf(id), signal })),
    refetchInterval: WATCH_MS,
  });
}

/** Has all that is shown of webhooks read again. */
function useRefreshed() {
  const client = useQueryClient();
  return (): Promise<void> => client.invalidateQueries({ queryKey: webhookKeys.all });
}

/** Pauses a webhook, so that it answers 404, or lets it listen again. */
export function usePause(id: string) {
  const onSettled = useRefreshed();
  return useMutation({
    mutationFn: (isPaused: boolean) =>
      body(
        http.PATCH('/api/v1/webhooks/{webhook_id}', {
          params: pathOf(id),
          body: { is_paused: isPaused },
        }),
      ),
    onSettled,
  });
}

/** Whether the demo delivery, a push signed as GitHub signs, would be let in. */
export const takesDemo = (webhook: Webhook): boolean =>
  webhook.auth_type === 'github' && webhook.is_active && !webhook.is_paused;

interface NewSecret {
  id: string;
  /** The provider's own; without one a random one is made. */
  secret?: string;
  /** How long the one before stays good; a day where nothing is said. */
  overlapS?: number;
}

/** Gives a webhook a new secret, shown this once; the old one stays good for a while, so that senders can move. */
export function useNewSecret() {
  const onSettled = useRefreshed();
  return useMutation({
    mutationFn: async ({ id, secret, overlapS }: NewSecret): Promise<string> => {
      const answer = await body(
        http.POST('/api/v1/webhooks/{webhook_id}/regenerate-secret', {
          params: pathOf(id),
          body: {
            ...(secret === undefined ? {} : { secret }),
            ...(overlapS === undefined ? {} : { overlap_s: overlapS }),
          },
        }),
      );
      return answer.secret;
    },
    onSettled,
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

/** Has the server sign a delivery of somebody's own making, send it through the webhook's own door, and tell the answer. */
export function useSendTrial(id: string) {
  const onSettled = useRefreshed();
  return useMutation({
    mutationFn: (trial: Trial): Promise<Told> =>
      body(
        http.POST('/api/v1/webhooks/{webhook_id}/test-delivery', {
          params: pathOf(id),
          body: trial,
        }),
      ),
    onSettled,
  });
}
