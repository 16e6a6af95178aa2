import { useQuery } from '@tanstack/react-query';
import { body, http } from '@/lib/http';

/** One type of the catalogue. It changes with a release only, so it is read once. */
export function useNodeType(type: string) {
  return useQuery({
    queryKey: ['node-types', type],
    queryFn: ({ signal }) =>
      body(http.GET('/api/v1/nodes/{kind}', { params: { path: { kind: type } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
