import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { SchemaCorsInRequest, SchemaPatchedSecurityInRequest } from '@/generated/api';
import { body, http } from '@/lib/http';
import { callTenant } from '@/lib/tenant';

const keys = {
  tenant: ['tenant', 'self'] as const,
  usage: ['tenant', 'usage'] as const,
  months: ['tenant', 'usage', 'months'] as const,
  security: ['tenant', 'security'] as const,
  cors: ['tenant', 'cors'] as const,
};

/** What the tenant is called now; who may not see it asks for nothing. */
export function useTenant(isOn: boolean) {
  return useQuery({
    queryKey: keys.tenant,
    queryFn: ({ signal }) => body(http.GET('/api/v1/tenant', { signal })),
    enabled: isOn,
  });
}

/** Calls the tenant something else; its addresses stay. */
export function useRename() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => body(http.PATCH('/api/v1/tenant', { body: { name } })),
    onSuccess: (now) => {
      client.setQueryData(keys.tenant, now);
      callTenant(now.name);
      return client.invalidateQueries({ queryKey: ['tenants'] });
    },
  });
}

/** The plan, and what is used of it. */
export function useUsage() {
  return useQuery({
    queryKey: keys.usage,
    queryFn: ({ signal }) => body(http.GET('/api/v1/tenant/usage', { signal })),
  });
}

/** This month and twelve before, newest first. */
export function useMonths() {
  return useQuery({
    queryKey: keys.months,
    queryFn: async ({ signal }) =>
      (await body(http.GET('/api/v1/tenant/usage/months', { signal }))).results,
  });
}

export function useSecurity() {
  return useQuery({
    queryKey: keys.security,
    queryFn: ({ signal }) => body(http.GET('/api/v1/tenant/security', { signal })),
  });
}

export function useSecure() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: SchemaPatchedSecurityInRequest) =>
      body(http.PATCH('/api/v1/tenant/security', { body: change })),
    onSuccess: (now) => client.setQueryData(keys.security, now),
  });
}

/** Which websites may call the API. */
export function useCors() {
  return useQuery({
    queryKey: keys.cors,
    queryFn: ({ signal }) => body(http.GET('/api/v1/tenant/cors', { signal })),
  });
}

export function useSaveCors() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wanted: SchemaCorsInRequest) =>
      body(http.PUT('/api/v1/tenant/cors', { body: wanted })),
    onSuccess: (now) => client.setQueryData(keys.cors, now),
  });
}
