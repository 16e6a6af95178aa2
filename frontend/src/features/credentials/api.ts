import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMay } from '@/features/accounts/facade';
import type {
  SchemaCredentialInRequest,
  SchemaPatchedCredentialChangeRequest,
  SchemaRotateInRequest,
  SchemaTestInRequest,
} from '@/generated/api';
import { body, cursorOf, http } from '@/lib/http';
import type { Credential, Kind, Verdict } from './types';

const PAGE = 100;
/** The type of credential that a person connects at a provider. */
export const ACCOUNT = 'oauth2';

const pathOf = (id: string) => ({ path: { credential_id: id } });

/** The tenant's credentials, newest first, in pages of a hundred: all, or those that end soon. No answer holds a secret. */
export function useCredentials(areDue = false) {
  const mayRead = useMay('credential.read');
  return useInfiniteQuery({
    enabled: mayRead,
    queryKey: ['credentials', 'list', areDue],
    queryFn: ({ pageParam, signal }) => {
      const due = areDue ? { expires_soon: true } : {};
      const from = pageParam === null ? {} : { cursor: pageParam };
      const query = { limit: PAGE, ...due, ...from };
      return body(http.GET('/api/v1/credentials', { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => cursorOf(last.next),
  });
}

/** The accounts that are connected, or could be, at other providers: credentials of the type that has a consent. */
export function useAccounts() {
  return useInfiniteQuery({
    queryKey: ['credentials', 'accounts'],
    queryFn: ({ pageParam, signal }) => {
      const from = pageParam === null ? {} : { cursor: pageParam };
      const query = { limit: PAGE, type: ACCOUNT, ...from };
      return body(http.GET('/api/v1/credentials', { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => cursorOf(last.next),
  });
}

/** The types there are. They change with a release only, so they are read once. */
export function useKinds() {
  const mayRead = useMay('credential.read');
  return useQuery({
    enabled: mayRead,
    queryKey: ['credential-types'],
    queryFn: async ({ signal }): Promise<Kind[]> =>
      (await body(http.GET('/api/v1/credentials/types', { signal }))).results,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

function useRefreshed() {
  const client = useQueryClient();
  return (): Promise<void> => client.invalidateQueries({ queryKey: ['credentials'] });
}

export function useCreateCredential() {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: (made: SchemaCredentialInRequest): Promise<Credential> =>
      body(http.POST('/api/v1/credentials', { body: made })),
    onSuccess,
  });
}

/** Changes what is given; everything else stays as it is. */
export function useChangeCredential(id: string) {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: (change: SchemaPatchedCredentialChangeRequest): Promise<Credential> =>
      body(http.PATCH('/api/v1/credentials/{credential_id}', { params: pathOf(id), body: change })),
    onSuccess,
  });
}

/** Puts new secrets in the old ones' place: steps that start from now on get these. */
export function useRotateCredential(id: string) {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: (secrets: SchemaRotateInRequest): Promise<Credential> =>
      body(
        http.POST('/api/v1/credentials/{credential_id}/rotate', {
          params: pathOf(id),
          body: secrets,
        }),
      ),
    onSuccess,
  });
}

/** Asks the other side whether it takes values that nobody has stored yet. */
export function useTestValues() {
  return useMutation({
    mutationFn: (tried: SchemaTestInRequest): Promise<Verdict> =>
      body(http.POST('/api/v1/credentials/test', { body: tried })),
  });
}

/** Asks the other side whether it takes a credential as it is stored. */
export function useTestCredential(id: string) {
  return useMutation({
    mutationFn: (): Promise<Verdict> =>
      body(http.POST('/api/v1/credentials/{credential_id}/test', { params: pathOf(id) })),
  });
}

/** Deletes it for good. Without `isForced` a 409 names the published workflows that use it. */
export function useDeleteCredential(id: string) {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: (isForced: boolean) =>
      http.DELETE('/api/v1/credentials/{credential_id}', {
        params: { ...pathOf(id), query: { force: isForced } },
      }),
    onSuccess,
  });
}
