import { HttpResponse, http, type RequestHandler } from 'msw';
import type { SchemaFolderOut, SchemaHomeOut, SchemaWorkflowOut } from '@/generated/api';
import { makeId, summaryOf } from './makers.ts';
import { notFound, pageOf, problem, type World } from './world.ts';

const DAY_MS = 86_400_000;

/** The last days (UTC), the oldest first. */
const daysBack = (count: number): string[] =>
  Array.from({ length: count }, (_, index) =>
    new Date(Date.now() - (count - 1 - index) * DAY_MS).toISOString().slice(0, 10),
  );

const isFailed = (status: string): boolean => status === 'failed' || status === 'timed_out';

function counted(world: World, days: number, workflowId?: string) {
  const rows = world.executions.filter(
    (one) => workflowId === undefined || one.workflow_id === workflowId,
  );
  return daysBack(days).map((date) => {
    const those = rows.filter(({ created_at }) => created_at.startsWith(date));
    return {
      date,
      completed: those.filter(({ status }) => status === 'completed').length,
      failed: those.filter(({ status }) => isFailed(status)).length,
    };
  });
}

function homeOf(world: World): SchemaHomeOut {
  const may = (name: string): boolean => world.me?.permissions.includes(name) === true;
  const nameOf = (id: string): string => world.workflows.find((one) => one.id === id)?.name ?? '';
  const many = <Row>(rows: Row[]) => ({ count: rows.length, results: rows.slice(0, 10) });
  const sees = may('execution.read');
  const took = world.executions
    .flatMap(({ started_at, ended_at }) =>
      started_at === null || ended_at === null
        ? []
        : [Date.parse(ended_at) - Date.parse(started_at)],
    )
    .toSorted((one, other) => one - other);
  const soon = world.credentials.filter(({ expires_soon }) => expires_soon);
  return {
    health: sees
      ? {
          days: counted(world, 7),
          total: world.executions.length,
          p95_ms: took[Math.ceil(took.length * 0.95) - 1] ?? null,
          since: null,
        }
      : null,
    failed: sees
      ? many(
          world.executions
            .filter(({ status }) => isFailed(status))
            .map(({ id, workflow_id, status, error, ended_at }) => ({
              id,
              workflow_id,
              workflow_name: nameOf(workflow_id),
              status,
              message: (error as { message?: string } | null)?.message ?? '',
              ended_at: ended_at ?? '',
            })),
        )
      : null,
    approvals: sees
      ? many(
          world.executions
            .filter(({ status, reason }) => status === 'waiting' && reason === 'approval')
            .map(({ id, workflow_id, created_at }) => ({
              execution_id: id,
              workflow_id,
              workflow_name: nameOf(workflow_id),
              node_id: 'ask',
              scope: '',
              title: '',
              asked_at: created_at,
              until: null,
            })),
        )
      : null,
    credentials: may('credential.read')
      ? many(
          soon.map(({ id, name, type, expires_at }) => ({
            id,
            name,
            type,
            expires_at: expires_at ?? '',
          })),
        )
      : null,
    drafts: many(
      world.changed.flatMap((id) => {
        const one = world.workflows.find((workflow) => workflow.id === id);
        return one === undefined ? [] : [{ ...one, live_version: one.live_version ?? 0 }];
      }),
    ),
  };
}

/** The workflows that a list asks for, in its order. */
function listed(world: World, request: Request): SchemaWorkflowOut[] {
  const { searchParams } = new URL(request.url);
  const query = searchParams.get('q')?.toLowerCase() ?? '';
  const folder = searchParams.get('folder');
  const tags = searchParams.getAll('tag');
  const active = searchParams.get('is_active');
  const sort = searchParams.get('sort') ?? '';
  const from = searchParams.get('bin') === 'true' ? world.bin : world.workflows;
  const rows = from
    .filter(({ name }) => name.toLowerCase().includes(query))
    .filter((one) => folder === null || (one.folder_id ?? 'none') === folder)
    .filter((one) => tags.every((tag) => one.tags.includes(tag)))
    .filter((one) => active === null || String(one.is_active) === active);
  if (sort === '') return rows;
  const column = sort.replace('-', '') as 'name' | 'updated_at';
  const sorted = rows.toSorted((one, other) => one[column].localeCompare(other[column]));
  return sort.startsWith('-') ? sorted.toReversed() : sorted;
}

interface Wish {
  ids: string[];
  folder_id?: string | null;
  add?: string[];
  remove?: string[];
}

/** What a wish for many workflows comes to for one of them. */
function answerOf(world: World, id: string, what: string, wish: Wish) {
  const workflow = world.workflows.find((one) => one.id === id);
  if (workflow === undefined)
    return { id, code: 'not_found', message: 'There is no such workflow.' };
  if (!workflow.may.includes('workflow.update'))
    return { id, code: 'share_too_narrow', message: 'It is shared with you to be looked at only.' };
  if (what === 'activate' && workflow.live_version === null)
    return { id, code: 'not_published', message: 'It was never published. Publish it first.' };
  if (what === 'activate' || what === 'deactivate')
    Object.assign(workflow, { is_active: what === 'activate' });
  if (what === 'move') Object.assign(workflow, { folder_id: wish.folder_id });
  if (what === 'tag') {
    const kept = workflow.tags.filter((tag) => wish.remove?.includes(tag) !== true);
    Object.assign(workflow, { tags: [...new Set([...kept, ...(wish.add ?? [])])].toSorted() });
  }
  if (what === 'delete') {
    const deleted_at = new Date().toISOString();
    world.bin.push({ ...workflow, is_active: false, deleted_at });
    world.workflows = world.workflows.filter((one) => one.id !== id);
  }
  return { id, code: '', message: '' };
}

const pageOfAll = (results: object[]): Response =>
  HttpResponse.json({ results, next: null, previous: null });

function folderHandlers(world: World): RequestHandler[] {
  const shown = (folder: SchemaFolderOut): SchemaFolderOut => ({
    ...folder,
    workflow_count: world.workflows.filter(({ folder_id }) => folder_id === folder.id).length,
  });
  const isTaken = (name: string, parent: string | null, id = ''): boolean =>
    world.folders.some((one) => one.name === name && one.parent_id === parent && one.id !== id);
  const taken = () =>
    problem(409, 'folder_name_taken', 'There is a folder of this name there already.');
  return [
    http.get('*/api/v1/folders', () =>
      pageOfAll(
        world.folders.map(shown).toSorted((one, other) => one.name.localeCompare(other.name)),
      ),
    ),
    http.post('*/api/v1/folders', async ({ request }) => {
      const { name, parent_id = null } = (await request.json()) as {
        name: string;
        parent_id?: string | null;
      };
      if (isTaken(name, parent_id)) return taken();
      const folder = { id: makeId(), name, parent_id, workflow_count: 0 };
      world.folders.push(folder);
      return HttpResponse.json(folder, { status: 201 });
    }),
    http.patch('*/api/v1/folders/:id', async ({ params, request }) => {
      const folder = world.folders.find(({ id }) => id === params.id);
      if (folder === undefined) return notFound();
      const next = { ...folder, ...((await request.json()) as Partial<SchemaFolderOut>) };
      if (isTaken(next.name, next.parent_id, next.id)) return taken();
      world.folders = world.folders.map((one) => (one === folder ? next : one));
      return HttpResponse.json(shown(next));
    }),
    http.delete('*/api/v1/folders/:id', ({ params }) => {
      const folder = world.folders.find(({ id }) => id === params.id);
      if (folder === undefined) return notFound();
      for (const one of world.workflows)
        if (one.folder_id === folder.id) Object.assign(one, { folder_id: folder.parent_id });
      world.folders = world.folders
        .filter((one) => one !== folder)
        .map((one) =>
          one.parent_id === folder.id ? { ...one, parent_id: folder.parent_id } : one,
        );
      return new HttpResponse(null, { status: 204 });
    }),
    http.get('*/api/v1/tags', () => {
      const all = world.workflows.flatMap(({ tags }) => tags);
      return pageOfAll(
        [...new Set(all)].toSorted().map((name) => ({
          name,
          workflow_count: all.filter((one) => one === name).length,
        })),
      );
    }),
  ];
}

/** Lists of workflows, folders and tags, wishes for many, trends, and what the first page says. */
export function listHandlers(world: World): RequestHandler[] {
  return [
    ...folderHandlers(world),
    http.get('*/api/v1/home', () => HttpResponse.json(homeOf(world))),
    http.get('*/api/v1/workflows/trends', ({ request }) => {
      const ids = new URL(request.url).searchParams.getAll('id');
      return pageOfAll(
        ids.map((id) => ({
          id,
          days: counted(world, 14, id),
          last: world.executions.find(({ workflow_id }) => workflow_id === id) ?? null,
        })),
      );
    }),
    http.get('*/api/v1/workflows', ({ request }) =>
      pageOf(listed(world, request).map(summaryOf), request),
    ),
    ...['activate', 'deactivate', 'delete', 'move', 'tag'].map((what) =>
      http.post(`*/api/v1/workflows/${what}`, async ({ request }) => {
        const wish = (await request.json()) as Wish;
        const results = wish.ids.map((id) => answerOf(world, id, what, wish));
        return HttpResponse.json({ results });
      }),
    ),
    http.post('*/api/v1/workflows/export', async ({ request }) => {
      const { ids } = (await request.json()) as Wish;
      const found = world.workflows.filter(({ id }) => ids.includes(id));
      const results = ids
        .filter((id) => found.every((one) => one.id !== id))
        .map((id) => ({ id, code: 'not_found', message: 'There is no such workflow.' }));
      const workflows = found.map(({ id, name, description, tags, definition }) => ({
        id,
        name,
        description,
        tags,
        definition,
      }));
      return HttpResponse.json({ workflows, results });
    }),
    http.delete('*/api/v1/workflows/:id/purge', ({ params }) => {
      const workflow = world.bin.find(({ id }) => id === params.id);
      if (workflow === undefined) return notFound();
      world.bin = world.bin.filter((one) => one !== workflow);
      return new HttpResponse(null, { status: 204 });
    }),
    http.post('*/api/v1/workflows/:id/restore', ({ params }) => {
      const workflow = world.bin.find(({ id }) => id === params.id);
      if (workflow === undefined) return notFound();
      world.bin = world.bin.filter((one) => one !== workflow);
      world.workflows.push(workflow);
      world.workflows.sort((one, other) => (one.id < other.id ? 1 : -1));
      return HttpResponse.json(workflow);
    }),
  ];
}
