import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useMay, useMe } from '@/features/accounts/facade';
import { useRefreshed, type Workflow } from '@/features/workflows/facade';
import type { SchemaDryRunOut } from '@/generated/api';
import { body, http } from '@/lib/http';
import { ApiError } from '@/lib/problem';

const MEMBERS = { query: { limit: 100 } };

/** How to call who published something: you, a member by name, or nobody in particular. */
export function useWho(): (userId: string | null) => string {
  const { t } = useTranslation('versions');
  const me = useMe().data;
  const mayRead = useMay('user.read');
  const { data } = useQuery({
    queryKey: ['members', 'names'],
    queryFn: async ({ signal }) => {
      const page = await body(http.GET('/api/v1/members', { params: MEMBERS, signal }));
      return new Map(page.results.map(({ id, name, email }) => [id, name || email]));
    },
    enabled: mayRead,
    staleTime: 300_000,
  });
  return (userId) => {
    if (userId === null) return t('who.nobody');
    if (userId === me?.id) return t('who.you');
    return data?.get(userId) ?? t('who.member');
  };
}

interface Publishing {
  id: string;
  /** What was looked at: somebody else's later change is not published along with it. */
  revision: number;
  note: string;
  activates: boolean;
}

interface Published {
  workflow: Workflow;
  /** Why it was not activated, though it was asked for. It is published all the same. */
  refusal: ApiError | null;
}

async function activated(published: Workflow): Promise<Published> {
  const path = { workflow_id: published.id };
  try {
    const workflow = await body(
      http.POST('/api/v1/workflows/{workflow_id}/activate', { params: { path } }),
    );
    return { workflow, refusal: null };
  } catch (reason) {
    if (reason instanceof ApiError) return { workflow: published, refusal: reason };
    throw reason;
  }
}

/** Publishes the revision that was looked at; refused with 412 if the draft has moved on. */
export function usePublish() {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: async ({ id, revision, note, activates }: Publishing): Promise<Published> => {
      const path = { workflow_id: id };
      const published = await body(
        http.POST('/api/v1/workflows/{workflow_id}/publish', {
          params: { path, header: { 'If-Match': `"${revision}"` } },
          body: { note },
        }),
      );
      return activates ? activated(published) : { workflow: published, refusal: null };
    },
    onSettled: onSuccess,
  });
}

interface Restoring {
  workflow: Workflow;
  number: number;
}

/** Makes a version the draft, over the revision that is shown. */
export function useRestore() {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: ({ workflow, number }: Restoring): Promise<Workflow> =>
      body(
        http.POST('/api/v1/workflows/{workflow_id}/versions/{number}/restore', {
          params: {
            path: { workflow_id: workflow.id, number },
            header: { 'If-Match': `"${workflow.draft_revision}"` },
          },
        }),
      ),
    onSuccess,
  });
}

/** Puts a draft back as it was, if nobody has changed it since `after`. */
export function usePutBack() {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: ({ before, after }: { before: Workflow; after: Workflow }): Promise<Workflow> =>
      body(
        http.PATCH('/api/v1/workflows/{workflow_id}', {
          params: {
            path: { workflow_id: before.id },
            header: { 'If-Match': `"${after.draft_revision}"` },
          },
          body: { definition: before.definition },
        }),
      ),
    onSuccess,
  });
}

interface Trial {
  id: string;
  /** Null: the draft. */
  version: number | null;
  trigger: unknown;
}

/** Says what a version would do with these data; nothing outside of it is called. */
export function useTrial() {
  return useMutation({
    mutationFn: ({ id, version, trigger }: Trial): Promise<SchemaDryRunOut> =>
      body(
        http.POST('/api/v1/workflows/{workflow_id}/dry-run', {
          params: { path: { workflow_id: id } },
          body: { trigger, mocks: {}, ...(version === null ? {} : { version }) },
        }),
      ),
  });
}
