import { useMutation, useQuery } from '@tanstack/react-query';
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
