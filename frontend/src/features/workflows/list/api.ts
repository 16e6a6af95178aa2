import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { body, cursorOf, http } from '@/lib/http';
import { PAGE, useRefreshed, WATCH_MS, workflowKeys } from '../api';
import type { Filters } from './filters';

const LONG_WATCH_MS = 60_000;

/** Of all lists, however they are narrowed: the third part of their keys says how. */
export const LISTS = [...workflowKeys.all, 'list'] as const;

const queryOf = ({ folder, tags, state, sort, query }: Filters) => ({
  limit: PAGE,
  ...(folder === null ? {} : { folder }),
  ...(tags.length === 0 ? {} : { tag: [...tags] }),
  ...(state === null ? {} : { is_active: state === 'live' }),
  ...(sort === null ? {} : { sort }),
  ...(query === '' ? {} : { q: query }),
});

/** One page of the list. */
export function readPage(filters: Filters, cursor: string | null, signal: AbortSignal) {
  const query = { ...queryOf(filters), ...(cursor === null ? {} : { cursor }) };
  return body(http.GET('/api/v1/workflows', { params: { query }, signal }));
}

/** The workflows that fit, page by page. While others are asked for, those that were there stay. */
export function useList(filters: Filters) {
  return useInfiniteQuery({
    queryKey: [...LISTS, filters],
    queryFn: ({ pageParam, signal }) => readPage(filters, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => cursorOf(last.next),
    placeholderData: keepPreviousData,
    // All pages are read again, so of many less often.
    refetchInterval: ({ state }) =>
      (state.data?.pages.length ?? 1) > 1 ? LONG_WATCH_MS : WATCH_MS,
  });
}

/** All folders, by name. */
export function useFolders() {
  return useQuery({
    queryKey: [...workflowKeys.all, 'folders'],
    queryFn: async ({ signal }) => (await body(http.GET('/api/v1/folders', { signal }))).results,
  });
}

/** All tags that workflows have, by name. */
export function useTags() {
  return useQuery({
    queryKey: [...workflowKeys.all, 'tags'],
    queryFn: async ({ signal }) => (await body(http.GET('/api/v1/tags', { signal }))).results,
  });
}

export interface FolderChange {
  name?: string;
  parent_id?: string | null;
}

/** Makes a folder, or with an id renames or moves it. */
export function useSaveFolder() {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: ({ id, ...change }: FolderChange & { id?: string }) =>
      id === undefined
        ? body(http.POST('/api/v1/folders', { body: { name: change.name ?? '', ...change } }))
        : body(
            http.PATCH('/api/v1/folders/{folder_id}', {
              params: { path: { folder_id: id } },
              body: change,
            }),
          ),
    onSuccess,
  });
}

/** Removes a folder; what lies in it moves up. */
export function useRemoveFolder() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      http.DELETE('/api/v1/folders/{folder_id}', { params: { path: { folder_id: id } } }),
    onSettled: () => client.invalidateQueries({ queryKey: workflowKeys.all }),
  });
}

export type Wish =
  | { what: 'activate' | 'deactivate' | 'delete' }
  | { what: 'restore' }
  | { what: 'move'; folder: string | null }
  | { what: 'tag'; add: readonly string[]; remove: readonly string[] };

/** Nobody has said anything against it. */
const FINE = { code: '', message: '' };

/** What becomes of each of at most a hundred workflows. */
export async function send(ids: string[], wish: Wish) {
  switch (wish.what) {
    case 'move': {
      const given = { ids, folder_id: wish.folder };
      return (await body(http.POST('/api/v1/workflows/move', { body: given }))).results;
    }
    case 'tag': {
      const { add, remove } = wish;
      const given = { ids, add: [...add], remove: [...remove] };
      return (await body(http.POST('/api/v1/workflows/tag', { body: given }))).results;
    }
    case 'restore':
      // The API has no wish for many of these: it is asked for one after the other.
      return Promise.all(
        ids.map((id) =>
          http
            .POST('/api/v1/workflows/{workflow_id}/restore', {
              params: { path: { workflow_id: id } },
            })
            .then(
              () => ({ id, ...FINE }),
              (reason: unknown) => ({ id, code: 'refused', message: (reason as Error).message }),
            ),
        ),
      );
    case 'activate':
    case 'deactivate':
    case 'delete':
      return (await body(http.POST(`/api/v1/workflows/${wish.what}`, { body: { ids } }))).results;
  }
}
