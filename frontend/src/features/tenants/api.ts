import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { body, http } from '@/lib/http';

/** The tenants the person belongs to. */
export function useTenants(isOn = true) {
  return useQuery({
    queryKey: ['tenants'],
    queryFn: async ({ signal }) => {
      const page = await body(http.GET('/api/v1/tenants', { signal }));
      return page.results;
    },
    staleTime: 60_000,
    enabled: isOn,
  });
}

interface Crossing {
  /** Its slug. */
  tenant: string;
  /** Where to arrive there; the front page if left out. */
  next?: string;
}

/** Asks for a way into another tenant: an address that works once, for half a minute. */
export function useCross() {
  return useMutation({
    mutationFn: async (crossing: Crossing): Promise<string> => {
      const { redirect } = await body(http.POST('/api/v1/auth/cross', { body: crossing }));
      return redirect;
    },
  });
}

const at = (id: string) => ({ params: { path: { tenant_id: id } } });

/** Marks a tenant of mine: it stands still, and is deleted when the time is over. */
export function useLeaveTenant() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, slug }: { id: string; slug: string }) =>
      body(http.POST('/api/v1/tenants/{tenant_id}/deletion', { ...at(id), body: { slug } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['tenants'] }),
  });
}

/** Takes it back, as long as it is there. */
export function useKeepTenant() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => http.DELETE('/api/v1/tenants/{tenant_id}/deletion', at(id)),
    onSuccess: () => client.invalidateQueries({ queryKey: ['tenants'] }),
  });
}
