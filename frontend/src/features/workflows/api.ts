import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { SchemaVersionRow } from '@/generated/api';
import { body, cursorOf, http } from '@/lib/http';
import { give } from '@/lib/order';
import type { Definition, Workflow } from './types';

export const PAGE = 100;
export const WATCH_MS = 15_000;

export const workflowKeys = {
  all: ['workflows'] as const,
  newest: ['workflows', 'newest'] as const,
  found: (query: string) => ['workflows', 'found', query] as const,
  one: (id: string) => ['workflows', 'one', id] as const,
  versions: (id: string) => ['workflows', 'versions', id] as const,
  version: (id: string, number: number) => ['workflows', 'version', id, number] as const,
};

const pathOf = (id: string) => ({ path: { workflow_id: id } });

/** The newest workflows, and where the others begin. */
export function useNewestWorkflows() {
  return useQuery({
    queryKey: workflowKeys.newest,
    queryFn: ({ signal }) =>
      body(http.GET('/api/v1/workflows', { params: { query: { limit: PAGE } }, signal })),
    refetchInterval: WATCH_MS,
  });
}

const REST_MS = 60_000;
const MOST_PAGES = 50;

/** All workflows but the newest; asked for where there are more, and seldom again: only names are read from it. */
export function useOtherWorkflows(next: string | null) {
  return useQuery({
    queryKey: ['other workflows'],
    queryFn: async ({ signal }) => {
      const rows = [];
      let cursor = cursorOf(next);
      for (let page = 0; cursor !== null && page < MOST_PAGES; page += 1) {
        const query = { limit: PAGE, cursor };
        const found = await body(http.GET('/api/v1/workflows', { params: { query }, signal }));
        rows.push(...found.results.map(({ id, name }) => ({ id, name })));
        cursor = cursorOf(found.next);
      }
      return rows;
    },
    enabled: next !== null,
    staleTime: REST_MS,
  });
}

const FOUND = 50;

/** The newest workflows whose names contain what was typed. */
export function useFoundWorkflows(query: string) {
  return useQuery({
    queryKey: workflowKeys.found(query),
    queryFn: async ({ signal }) => {
      const asked = query === '' ? { limit: FOUND } : { limit: FOUND, q: query };
      return (await body(http.GET('/api/v1/workflows', { params: { query: asked }, signal })))
        .results;
    },
    placeholderData: keepPreviousData,
  });
}

export function useWorkflow(id: string, isOn = true) {
  return useQuery({
    queryKey: workflowKeys.one(id),
    queryFn: ({ signal }) =>
      body(http.GET('/api/v1/workflows/{workflow_id}', { params: pathOf(id), signal })),
    enabled: isOn,
  });
}

/** A published version, without its document. */
export interface VersionRow extends SchemaVersionRow {
  number: number;
}

/** A draft that was tried has no number, and is no version that anybody published. */
const rowsOf = ({ pages }: { pages: { results: SchemaVersionRow[] }[] }): VersionRow[] =>
  pages.flatMap(({ results }) =>
    results.flatMap((row) => (row.number === null ? [] : [{ ...row, number: row.number }])),
  );

/** The published versions, newest first, a hundred at a time. */
export function useVersions(id: string) {
  return useInfiniteQuery({
    queryKey: workflowKeys.versions(id),
    queryFn: ({ pageParam, signal }) => {
      const query = pageParam === null ? { limit: PAGE } : { limit: PAGE, cursor: pageParam };
      const params = { ...pathOf(id), query };
      return body(http.GET('/api/v1/workflows/{workflow_id}/versions', { params, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => cursorOf(last.next),
    select: rowsOf,
  });
}

/** A published version never changes, so it is read once. */
export function useVersion(id: string, number: number | null) {
  return useQuery({
    queryKey: workflowKeys.version(id, number ?? 0),
    queryFn: ({ signal }) =>
      body(
        http.GET('/api/v1/workflows/{workflow_id}/versions/{number}', {
          params: { path: { workflow_id: id, number: number ?? 0 } },
          signal,
        }),
      ),
    enabled: number !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Has all that is shown of workflows read again. */
export function useRefreshed() {
  const client = useQueryClient();
  return (): Promise<void> => client.invalidateQueries({ queryKey: workflowKeys.all });
}

/** Keeps a workflow as it was just saved, so that no page shows an older one of it. */
export function useRemembered() {
  const client = useQueryClient();
  return (workflow: Workflow): void =>
    void client.setQueryData(workflowKeys.one(workflow.id), workflow);
}

interface Draft {
  name: string;
  description?: string;
  definition: Definition;
}

/** Stores a new draft. It may be wrong in any way: the answer's `problems` say how. */
export function useCreateWorkflow() {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: (draft: Draft): Promise<Workflow> =>
      body(http.POST('/api/v1/workflows', { body: draft })),
    onSuccess,
  });
}

/** Saves a draft over the revision it was read at. Refused with 412 when somebody saved in between. */
export function useSaveDraft() {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: ({
      id,
      revision,
      ...draft
    }: Draft & { id: string; revision: number }): Promise<Workflow> =>
      body(
        http.PATCH('/api/v1/workflows/{workflow_id}', {
          params: { ...pathOf(id), header: { 'If-Match': `"${revision}"` } },
          body: draft,
        }),
      ),
    onSuccess,
  });
}

export type Change = 'publish' | 'activate' | 'deactivate';

const CHANGES = {
  publish: (id: string) =>
    http.POST('/api/v1/workflows/{workflow_id}/publish', { params: pathOf(id), body: {} }),
  activate: (id: string) =>
    http.POST('/api/v1/workflows/{workflow_id}/activate', { params: pathOf(id) }),
  deactivate: (id: string) =>
    http.POST('/api/v1/workflows/{workflow_id}/deactivate', { params: pathOf(id) }),
};

/** Publishes, activates or deactivates; answers the workflow as it is then. */
export function useChangeWorkflow(id: string) {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: (change: Change): Promise<Workflow> => body(CHANGES[change](id)),
    onSuccess,
  });
}

/** Publishes the draft and lets its triggers start executions. */
export function usePublishAndActivate() {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: async (id: string): Promise<Workflow> => {
      await CHANGES.publish(id);
      return body(CHANGES.activate(id));
    },
    onSuccess,
  });
}

/** Moves the workflow to the bin, where it stays for 30 days. */
export function useDeleteWorkflow() {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: (id: string) =>
      http.DELETE('/api/v1/workflows/{workflow_id}', { params: pathOf(id) }),
    onSuccess,
  });
}

export interface Run {
  id: string;
  input: unknown;
  /** The trigger to start at; without it the manual one, else the first. */
  triggerNode?: string | undefined;
  /** The version that is meant: the same data for another one are another order. */
  version: number | null;
  /** It is the live one, which runs unless another is named. */
  isLive: boolean;
}

/** Starts an execution of the live version, or of the one that is named. */
export function useRun() {
  return useMutation({
    mutationFn: (order: Run) =>
      give(['run', order], (key) => {
        const { id, input, triggerNode, version, isLive } = order;
        return body(
          http.POST('/api/v1/workflows/{workflow_id}/execute', {
            params: { ...pathOf(id), header: { 'Idempotency-Key': key } },
            body: {
              input,
              ...(triggerNode === undefined ? {} : { trigger_node: triggerNode }),
              ...(isLive || version === null ? {} : { version }),
            },
          }),
        );
      }),
  });
}
