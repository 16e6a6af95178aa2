import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import type {
  SchemaPatchedServiceAccountChangeRequest,
  SchemaServiceAccountInRequest,
  SchemaServiceAccountOut,
} from '@/generated/api';
import { body, cursorOf, http } from '@/lib/http';

export type ServiceAccount = SchemaServiceAccountOut;

const PAGE = 100;
const keys = { all: ['service-accounts'] as const, list: ['service-accounts', 'list'] as const };

/** The tenant's accounts of no person, newest first, with how many keys work. */
export function useAccountList() {
  return useInfiniteQuery({
    queryKey: keys.list,
    queryFn: ({ pageParam, signal }) => {
      const query = pageParam === null ? { limit: PAGE } : { limit: PAGE, cursor: pageParam };
      return body(http.GET('/api/v1/service-accounts', { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => cursorOf(last.next),
  });
}

const at = (id: string) => ({ params: { path: { service_account_id: id } } });

/** What is to be different. Of what nobody touched nothing is said: somebody else may have changed it meanwhile. */
function changeOf(account: ServiceAccount, wanted: SchemaServiceAccountInRequest) {
  const { name, role, roles = [] } = wanted;
  const before = account.roles.map(({ id }) => id);
  const areOthers = roles.length !== before.length || roles.some((id) => !before.includes(id));
  return {
    ...(name === account.name ? {} : { name }),
    ...(role === account.role ? {} : { role }),
    ...(wanted.roles !== undefined && areOthers ? { roles } : {}),
  } satisfies SchemaPatchedServiceAccountChangeRequest;
}

/** Makes one, or changes this one. */
export function useSaveAccount(account?: ServiceAccount) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wanted: SchemaServiceAccountInRequest) =>
      account === undefined
        ? body(http.POST('/api/v1/service-accounts', { body: wanted }))
        : body(
            http.PATCH('/api/v1/service-accounts/{service_account_id}', {
              ...at(account.id),
              body: changeOf(account, wanted),
            }),
          ),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.all }),
  });
}

/** Disables one for good, with all of its keys. */
export function useCloseAccount(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => http.DELETE('/api/v1/service-accounts/{service_account_id}', at(id)),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.all }),
        client.invalidateQueries({ queryKey: ['api-keys'] }),
      ]),
  });
}
