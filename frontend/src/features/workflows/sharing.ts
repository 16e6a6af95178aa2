import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { SchemaLevelEnum, SchemaShareOut } from '@/generated/api';
import { body, http } from '@/lib/http';
import { useRefreshed } from './api';

export type Share = SchemaShareOut;
export type Level = SchemaLevelEnum;
export const LEVELS: readonly Level[] = ['viewer', 'operator', 'editor', 'owner'];

/** A member by id, a built-in role by its name, or the tenant's own by its id. */
export type Subject = Pick<Share, 'kind' | 'subject' | 'name'>;

const BUILT_IN = ['editor', 'operator', 'viewer'] as const;
const PAGE = { query: { limit: 100 } };
const sharesOf = (workflowId: string) => ['shares', workflowId] as const;

/** With whom a workflow is shared; all on one page. */
export function useShares(workflowId: string) {
  return useQuery({
    queryKey: sharesOf(workflowId),
    queryFn: async ({ signal }): Promise<Share[]> => {
      const params = { path: { workflow_id: workflowId } };
      const path = '/api/v1/workflows/{workflow_id}/shares' as const;
      return (await body(http.GET(path, { params, signal }))).results;
    },
  });
}

/** With whom it could be shared: roles first, then members; owners and admins may everything already. */
export function useSubjects() {
  return useQuery({
    queryKey: ['subjects'],
    queryFn: async ({ signal }): Promise<Subject[]> => {
      const [roles, members] = await Promise.all([
        body(http.GET('/api/v1/roles', { params: PAGE, signal })),
        body(http.GET('/api/v1/members', { params: PAGE, signal })),
      ]);
      return [
        ...BUILT_IN.map((name) => ({ kind: 'role' as const, subject: name, name })),
        ...roles.results.map(({ id, name }) => ({ kind: 'role' as const, subject: id, name })),
        ...members.results
          .filter(({ role }) => role !== 'owner' && role !== 'admin')
          .map(({ id, name, email }) => ({
            kind: 'member' as const,
            subject: id,
            name: name || email,
          })),
      ];
    },
  });
}

/** Shares a workflow with somebody, as a level from now on; null: no more. */
export function useShare(workflowId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ to, level }: { to: Subject; level: Level | null }): Promise<void> => {
      const of = { workflow_id: workflowId };
      const member = '/api/v1/workflows/{workflow_id}/shares/members/{user_id}' as const;
      const role = '/api/v1/workflows/{workflow_id}/shares/roles/{role}' as const;
      const one = { params: { path: { ...of, user_id: to.subject } } };
      const all = { params: { path: { ...of, role: to.subject } } };
      if (level === null) {
        await (to.kind === 'member' ? http.DELETE(member, one) : http.DELETE(role, all));
      } else {
        await (to.kind === 'member'
          ? http.PUT(member, { ...one, body: { level } })
          : http.PUT(role, { ...all, body: { level } }));
      }
    },
    onSettled: () => client.invalidateQueries({ queryKey: sharesOf(workflowId) }),
  });
}

/** Keeps everybody out with whom a workflow is not shared, or lets everybody in again. */
export function useRestrict(workflowId: string) {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: (isRestricted: boolean) => {
      const params = { path: { workflow_id: workflowId } };
      return body(
        isRestricted
          ? http.POST('/api/v1/workflows/{workflow_id}/restrict', { params })
          : http.POST('/api/v1/workflows/{workflow_id}/open', { params }),
      );
    },
    onSuccess,
  });
}
