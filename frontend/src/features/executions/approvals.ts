import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { SchemaApprovalShown } from '@/generated/api';
import { body, http } from '@/lib/http';
import { executionKeys } from './api';
import type { Step } from './types';

/** What a step asks people; undefined while it is not known, and once somebody has decided. */
export function useApproval(executionId: string, step: Step): SchemaApprovalShown | undefined {
  const { data } = useQuery({
    queryKey: [...executionKeys.one(executionId), 'approvals'],
    queryFn: ({ signal }) =>
      body(
        http.GET('/api/v1/executions/{execution_id}/approvals', {
          params: { path: { execution_id: executionId } },
          signal,
        }),
      ),
  });
  return data?.find((one) => one.node_id === step.node_id && one.scope === step.scope);
}

export type Answer = 'approve' | 'reject';

interface Said {
  answer: Answer;
  comment: string;
  /** What the form asks for. */
  data: unknown;
}

const ANSWERS = {
  approve: '/api/v1/executions/{execution_id}/steps/{node_id}/approve',
  reject: '/api/v1/executions/{execution_id}/steps/{node_id}/reject',
} as const;

/** Decides. The first decision counts; a later one is refused, and the execution is read again. */
export function useAnswer(executionId: string, step: Step) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ answer, comment, data }: Said) =>
      http.POST(ANSWERS[answer], {
        params: { path: { execution_id: executionId, node_id: step.node_id } },
        body: { comment, data, scope: step.scope },
      }),
    onSettled: () => client.invalidateQueries({ queryKey: executionKeys.one(executionId) }),
  });
}
