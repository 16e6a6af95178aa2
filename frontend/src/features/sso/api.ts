import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import type {
  SchemaConnectionInRequest,
  SchemaConnectionOut,
  SchemaDomainOut,
  SchemaPatchedConnectionChangeRequest,
} from '@/generated/api';
import { body, cursorOf, http } from '@/lib/http';

export type SsoConnection = SchemaConnectionOut;
export type MailDomain = SchemaDomainOut;

const PAGE = 100;
const KEY = ['sso', 'connections'] as const;

/** The providers by which people of this tenant may sign in. */
export function useConnections() {
  return useInfiniteQuery({
    queryKey: KEY,
    queryFn: ({ pageParam, signal }) => {
      const query = pageParam === null ? { limit: PAGE } : { limit: PAGE, cursor: pageParam };
      return body(http.GET('/api/v1/sso/connections', { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => cursorOf(last.next),
  });
}

function useRefreshed() {
  const client = useQueryClient();
  return (): Promise<void> => client.invalidateQueries({ queryKey: KEY });
}

const at = (id: string) => ({ params: { path: { connection_id: id } } });
const domainAt = (id: string, domain: string) => ({
  params: { path: { connection_id: id, domain_id: domain } },
});

export function useCreateConnection() {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: (wanted: SchemaConnectionInRequest) =>
      body(http.POST('/api/v1/sso/connections', { body: wanted })),
    onSuccess,
  });
}

export function useChangeConnection(id: string) {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: (change: SchemaPatchedConnectionChangeRequest) =>
      body(http.PATCH('/api/v1/sso/connections/{connection_id}', { ...at(id), body: change })),
    onSuccess,
  });
}

export function useRemoveConnection(id: string) {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: () => http.DELETE('/api/v1/sso/connections/{connection_id}', at(id)),
    onSuccess,
  });
}

/** Asks the provider what it is and for its keys; nothing is stored. */
export function useTestConnection(id: string) {
  return useMutation({
    mutationFn: () => body(http.POST('/api/v1/sso/connections/{connection_id}/test', at(id))),
  });
}

export function useAddDomain(id: string) {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: (domain: string) =>
      body(
        http.POST('/api/v1/sso/connections/{connection_id}/domains', {
          ...at(id),
          body: { domain },
        }),
      ),
    onSuccess,
  });
}

/** Looks for the TXT record. */
export function useVerifyDomain(id: string, domain: string) {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: () =>
      body(
        http.POST(
          '/api/v1/sso/connections/{connection_id}/domains/{domain_id}/verify',
          domainAt(id, domain),
        ),
      ),
    onSuccess,
  });
}

export function useRemoveDomain(id: string, domain: string) {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: () =>
      http.DELETE(
        '/api/v1/sso/connections/{connection_id}/domains/{domain_id}',
        domainAt(id, domain),
      ),
    onSuccess,
  });
}
