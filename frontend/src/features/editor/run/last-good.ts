import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { usePin } from '@/features/workflows/facade';
import { body, http } from '@/lib/http';
import { tell } from '@/lib/toast';

/** So many of the latest completed executions are looked through. */
const LOOKED_AT = 3;

interface Given {
  output: unknown;
  port: string;
}

async function givenIn(id: string, nodeId: string, signal: AbortSignal): Promise<Given | null> {
  const params = { path: { execution_id: id }, query: { include: 'steps' as const } };
  const found = await body(http.GET('/api/v1/executions/{execution_id}', { params, signal }));
  const step = found.steps?.findLast(
    (one) => one.node_id === nodeId && one.status === 'completed' && !one.output_omitted,
  );
  return step === undefined ? null : { output: step.output, port: step.port };
}

/** What a node gave in the latest execution in which it went well, and the way to pin it. */
export function useLastGood(workflowId: string, nodeId: string) {
  const { t } = useTranslation('run');
  const pin = usePin(workflowId, nodeId);
  const { data } = useQuery({
    queryKey: ['executions', 'fresh', 'last-good', workflowId, nodeId],
    queryFn: async ({ signal }) => {
      const query = {
        workflow_id: workflowId,
        status: ['completed' as const],
        limit: LOOKED_AT,
      };
      const page = await body(http.GET('/api/v1/executions', { params: { query }, signal }));
      for (const { id } of page.results) {
        const given = await givenIn(id, nodeId, signal);
        if (given !== null) return given;
      }
      return null;
    },
  });
  return {
    isThere: data !== undefined && data !== null,
    isBusy: pin.isPending,
    pin: (): void => {
      if (data === undefined || data === null) return;
      pin.mutate(data, {
        onSuccess: () => tell.done(t('pin.done_last')),
        onError: tell.failed,
      });
    },
  };
}
