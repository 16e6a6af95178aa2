import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { SchemaConfirmInRequest, SchemaNewPasswordInRequest } from '@/generated/api';
import { body, http } from '@/lib/http';
import { makePasskey } from '@/lib/passkey';

const keys = { account: ['account'] as const, sessions: ['account', 'sessions'] as const };

/** Who I am and how I sign in. */
export function useAccount() {
  return useQuery({
    queryKey: keys.account,
    queryFn: ({ signal }) => body(http.GET('/api/v1/account', { signal })),
  });
}

/** The browsers in which I am signed in. */
export function useSessions() {
  return useQuery({
    queryKey: keys.sessions,
    queryFn: async ({ signal }) =>
      (await body(http.GET('/api/v1/account/sessions', { signal }))).results,
  });
}

/** Does something to the account and reads it anew; refusals reach the caller as ApiError. */
function useChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => client.invalidateQueries({ queryKey: keys.account }),
  });
}

export const useRename = () =>
  useChange((name: string) => body(http.PATCH('/api/v1/account', { body: { name } })));

export const useResend = () => useChange(() => http.POST('/api/v1/account/verification'));

export const useChangeEmail = () =>
  useChange((email: string) => http.POST('/api/v1/account/email', { body: { email } }));

export const useChangePassword = () =>
  useChange((input: SchemaNewPasswordInRequest) =>
    http.POST('/api/v1/account/password', { body: input }),
  );

export const useBeginApp = () => useChange(() => body(http.POST('/api/v1/account/app')));

export const useConfirmApp = () =>
  useChange((code: string) => body(http.POST('/api/v1/account/app/confirm', { body: { code } })));

export const useRemoveApp = () => useChange(() => http.DELETE('/api/v1/account/app'));

export const useNewCodes = () => useChange(() => body(http.POST('/api/v1/account/recovery-codes')));

/** Makes a passkey in this browser and keeps its public half. */
export const useAddPasskey = () =>
  useChange(async (name: string) => {
    const { ticket, options } = await body(http.POST('/api/v1/account/passkeys/begin'));
    const passkey = await makePasskey(options);
    return body(http.POST('/api/v1/account/passkeys', { body: { ticket, name, passkey } }));
  });

export const useRemovePasskey = () =>
  useChange((id: string) =>
    http.DELETE('/api/v1/account/passkeys/{passkey_id}', { params: { path: { passkey_id: id } } }),
  );

export const useEndSession = () =>
  useChange((id: string) =>
    http.DELETE('/api/v1/account/sessions/{root}', { params: { path: { root: id } } }),
  );

export const useEndAll = () => useChange(() => http.DELETE('/api/v1/account/sessions'));

/** What is asked of me before a sensitive act; null: my password. */
export function useConfirmBegin(isWanted: boolean) {
  return useQuery({
    queryKey: ['account', 'confirm'],
    queryFn: async () => (await body(http.POST('/api/v1/auth/confirm/begin'))).challenge,
    enabled: isWanted,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export const useConfirm = () =>
  useChange((input: SchemaConfirmInRequest) => http.POST('/api/v1/auth/confirm', { body: input }));
