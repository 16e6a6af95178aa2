import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import type {
  SchemaPatchedStreamChangeRequest,
  SchemaStreamInRequest,
  SchemaStreamOut,
} from '@/generated/api';
import { body, cursorOf, http } from '@/lib/http';

export type Stream = SchemaStreamOut;

const PAGE = 100;
const KEY = ['audit', 'streams'] as const;
/** How far behind a stream is changes by the second; looking every ten is enough for a person. */
const FRESH_MS = 10_000;

/** Where the trail is sent on to. */
export function useStreams() {
  return useInfiniteQuery({
    queryKey: KEY,
    queryFn: ({ pageParam, signal }) => {
      const query = pageParam === null ? { limit: PAGE } : { limit: PAGE, cursor: pageParam };
      return body(http.GET('/api/v1/audit/streams', { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => cursorOf(last.next),
    refetchInterval: FRESH_MS,
  });
}

function useRefreshed() {
  const client = useQueryClient();
  return (): Promise<void> => client.invalidateQueries({ queryKey: KEY });
}

const at = (id: string) => ({ params: { path: { stream_id: id } } });

/** Makes one. The answer holds its secret, this once, and is forgotten with the dialog. */
export function useCreateStream() {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: (wanted: SchemaStreamInRequest) =>
      body(http.POST('/api/v1/audit/streams', { body: wanted })),
    onSuccess,
  });
}

export function useChangeStream(id: string) {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: (change: SchemaPatchedStreamChangeRequest) =>
      body(http.PATCH('/api/v1/audit/streams/{stream_id}', { ...at(id), body: change })),
    onSuccess,
  });
}

/** Sends something that is no entry, and says whether it was taken. */
export function useTestStream(id: string) {
  const onSettled = useRefreshed();
  return useMutation({
    mutationFn: () => body(http.POST('/api/v1/audit/streams/{stream_id}/test', at(id))),
    onSettled,
  });
}

/** Signs by a new secret; it is shown this once. Zero ends the one before at once. */
export function useRenewSecret(id: string) {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: (isAtOnce: boolean) =>
      body(
        http.POST('/api/v1/audit/streams/{stream_id}/regenerate-secret', {
          ...at(id),
          body: isAtOnce ? { overlap_s: 0 } : {},
        }),
      ),
    onSuccess,
  });
}

export function useRemoveStream(id: string) {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: () => http.DELETE('/api/v1/audit/streams/{stream_id}', at(id)),
    onSuccess,
  });
}
