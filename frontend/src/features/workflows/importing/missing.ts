import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type CredentialNeed, type Needs, needsOf } from '@/engine/importing';
import { useMay } from '@/features/accounts/facade';
import { body, http } from '@/lib/http';

export interface Missing {
  /** Credentials that this tenant does not have. */
  credentials: CredentialNeed[];
  types: Needs['types'];
  /** It could not be seen which credentials there are, so all that are needed are listed. */
  isUnsure: boolean;
}

const MANY = { query: { limit: 100 } };

/** What a document needs that is not here; null while that is not known. */
export function useMissing(definition: unknown): Missing | null {
  const mayRead = useMay('credential.read');
  const catalogue = useQuery({
    queryKey: ['node-types'],
    queryFn: async ({ signal }) => (await body(http.GET('/api/v1/nodes', { signal }))).results,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const here = useQuery({
    queryKey: ['credentials', 'names'],
    queryFn: async ({ signal }) => {
      const page = await body(http.GET('/api/v1/credentials', { params: MANY, signal }));
      return { names: page.results.map(({ name }) => name), isWhole: page.next === null };
    },
    enabled: mayRead,
  });
  const types = catalogue.data;
  return useMemo(() => {
    if (types === undefined || (mayRead && here.isPending)) return null;
    const needs = needsOf(definition, types);
    const names = new Set(here.data?.names);
    return {
      credentials: needs.credentials.filter(({ name }) => !names.has(name)),
      types: needs.types,
      isUnsure: here.data?.isWhole !== true,
    };
  }, [types, mayRead, here.isPending, here.data, definition]);
}
