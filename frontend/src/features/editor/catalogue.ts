import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { SchemaNodeTypeOut } from '@/generated/api';
import { body, http } from '@/lib/http';

export type NodeType = SchemaNodeTypeOut;
export type Catalogue = ReadonlyMap<string, NodeType>;

const NOTHING: readonly NodeType[] = [];

/** Every type of node, by its name; empty until it is read. It changes with a release only, so it is read once. */
export function useCatalogue(): { catalogue: Catalogue; error: Error | null; isPending: boolean } {
  const { data, error, isPending } = useQuery({
    queryKey: ['node-types'],
    queryFn: async ({ signal }) => (await body(http.GET('/api/v1/nodes', { signal }))).results,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const catalogue = useMemo(
    () => new Map((data ?? NOTHING).map((type) => [type.type, type])),
    [data],
  );
  return { catalogue, error, isPending };
}
