import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type {
  SchemaInvitationInRequest,
  SchemaInvitationOut,
  SchemaMemberOut,
  SchemaPatchedMemberChangeRequest,
  SchemaRoleInRequest,
  SchemaRoleOut,
} from '@/generated/api';
import { body, cursorOf, http } from '@/lib/http';

export type Member = SchemaMemberOut;
export type Invitation = SchemaInvitationOut;
export type OwnRole = SchemaRoleOut;

const PAGE = 100;
const keys = {
  members: ['members'] as const,
  invitations: ['invitations'] as const,
  roles: ['roles'] as const,
  builtIn: ['roles', 'built-in'] as const,
};

const pageFrom = (cursor: string | null) =>
  cursor === null ? { limit: PAGE } : { limit: PAGE, cursor };

/** Who belongs to the tenant, newest first. */
export function useMembers() {
  return useInfiniteQuery({
    queryKey: keys.members,
    queryFn: ({ pageParam, signal }) =>
      body(http.GET('/api/v1/members', { params: { query: pageFrom(pageParam) }, signal })),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => cursorOf(last.next),
  });
}

/** The open invitations; who may not invite asks for none. */
export function useInvitations(isOn: boolean) {
  return useInfiniteQuery({
    queryKey: keys.invitations,
    queryFn: ({ pageParam, signal }) =>
      body(http.GET('/api/v1/invitations', { params: { query: pageFrom(pageParam) }, signal })),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => cursorOf(last.next),
    enabled: isOn,
  });
}

/** The tenant's own roles. A tenant has some; a hundred are one page. */
export function useOwnRoles() {
  return useInfiniteQuery({
    queryKey: [...keys.roles, 'own'],
    queryFn: ({ pageParam, signal }) =>
      body(http.GET('/api/v1/roles', { params: { query: pageFrom(pageParam) }, signal })),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => cursorOf(last.next),
  });
}

/** What each built-in role may; it changes with a release only. */
export function useBuiltIn() {
  return useQuery({
    queryKey: keys.builtIn,
    queryFn: async ({ signal }) =>
      (await body(http.GET('/api/v1/roles/built-in', { signal }))).results,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Reads anew all that a change of people or roles can touch, what I may myself included. */
function useRefreshed() {
  const client = useQueryClient();
  return async (): Promise<void> => {
    const stale = [keys.members, keys.invitations, keys.roles, ['me'], ['subjects']];
    await Promise.all(stale.map((queryKey) => client.invalidateQueries({ queryKey })));
  };
}

const memberAt = (id: string) => ({ params: { path: { user_id: id } } });
const invitationAt = (id: string) => ({ params: { path: { invitation_id: id } } });
const roleAt = (id: string) => ({ params: { path: { role_id: id } } });

export function useChangeMember(id: string) {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: (change: SchemaPatchedMemberChangeRequest) =>
      body(http.PATCH('/api/v1/members/{user_id}', { ...memberAt(id), body: change })),
    onSuccess,
  });
}

/** Ends a membership, with its sessions and keys here. */
export function useRemoveMember(id: string) {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: () => http.DELETE('/api/v1/members/{user_id}', memberAt(id)),
    onSuccess,
  });
}

/** Sends somebody a link by letter; no answer holds it. */
export function useInvite() {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: (wanted: SchemaInvitationInRequest) =>
      body(http.POST('/api/v1/invitations', { body: wanted })),
    onSuccess,
  });
}

export function useResend(id: string) {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: () =>
      body(http.POST('/api/v1/invitations/{invitation_id}/resend', invitationAt(id))),
    onSuccess,
  });
}

export function useRevoke(id: string) {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: () => http.DELETE('/api/v1/invitations/{invitation_id}', invitationAt(id)),
    onSuccess,
  });
}

/** Makes a role, or changes the one with this id. */
export function useSaveRole(id?: string) {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: (wanted: SchemaRoleInRequest) =>
      id === undefined
        ? body(http.POST('/api/v1/roles', { body: wanted }))
        : body(http.PATCH('/api/v1/roles/{role_id}', { ...roleAt(id), body: wanted })),
    onSuccess,
  });
}

export function useRemoveRole(id: string) {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: () => http.DELETE('/api/v1/roles/{role_id}', roleAt(id)),
    onSuccess,
  });
}
