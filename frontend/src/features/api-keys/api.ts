import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { SchemaApiKeyInRequest, SchemaApiKeyOut } from '@/generated/api';
import { body, cursorOf, http } from '@/lib/http';

export type ApiKey = SchemaApiKeyOut;

const PAGE = 100;
const keys = { list: ['api-keys'] as const, accounts: ['service-accounts'] as const };

/** My keys, and those of all for whoever manages keys; newest first. No answer holds a secret. */
export function useApiKeys() {
  return useInfiniteQuery({
    queryKey: keys.list,
    queryFn: ({ pageParam, signal }) => {
      const query = pageParam === null ? { limit: PAGE } : { limit: PAGE, cursor: pageParam };
      return body(http.GET('/api/v1/api-keys', { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => cursorOf(last.next),
  });
}

/** The tenant's accounts of no person, for whoever manages keys. */
export function useServiceAccounts(isWanted: boolean) {
  return useQuery({
    queryKey: keys.accounts,
    queryFn: async ({ signal }) =>
      (
        await body(
          http.GET('/api/v1/service-accounts', { params: { query: { limit: PAGE } }, signal }),
        )
      ).results,
    enabled: isWanted,
  });
}

/** Makes a key. The answer holds its secret, this once, and is forgotten with the dialog. */
export function useCreateKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wanted: SchemaApiKeyInRequest) =>
      body(http.POST('/api/v1/api-keys', { body: wanted })),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.list }),
        client.invalidateQueries({ queryKey: ['service-accounts'] }),
      ]),
  });
}

/** Ends a key; refusals reach the caller as ApiError. */
export function useRevokeKey(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      http.DELETE('/api/v1/api-keys/{key_id}', { params: { path: { key_id: id } } }),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.list }),
        client.invalidateQueries({ queryKey: keys.accounts }),
      ]),
  });
}
