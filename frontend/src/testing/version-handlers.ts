import { HttpResponse, http, type RequestHandler } from 'msw';
import type { SchemaWorkflowOut } from '@/generated/api';
import { ago, makeId, makeWebhook } from './makers.ts';
import { notFound, pageOf, problem, type World } from './world.ts';

const isOld = (workflow: SchemaWorkflowOut, request: Request): boolean => {
  const match = request.headers.get('If-Match');
  return match !== null && match !== `"${workflow.draft_revision}"`;
};

interface Node {
  id: string;
  type: string;
  data?: { name?: string; config?: Record<string, unknown> };
}

/** A webhook that is live for the first time gets an address, and no secret yet. */
function openDoors(world: World, workflow: SchemaWorkflowOut): void {
  const { nodes = [] } = workflow.definition as { nodes?: Node[] };
  for (const { id, type, data } of nodes) {
    const isKnown = world.webhooks.some(
      (one) => one.workflow_id === workflow.id && one.node_id === id,
    );
    if (type !== 'trigger:webhook' || isKnown) continue;
    const { auth_type: auth = 'signature', path = makeId().slice(-8) } = data?.config ?? {};
    world.webhooks.push(
      makeWebhook({
        workflow_id: workflow.id,
        node_id: id,
        name: data?.name ?? 'Webhook',
        auth_type: String(auth),
        path: String(path),
        url: `http://demo.localhost:8000/webhooks/${String(path)}`,
        warnings: auth === 'none' ? ['unverified'] : ['secret_missing'],
      }),
    );
  }
}

/** Versions with documents of their own. What is not known here is left to the handlers that know only their number. */
export function versionHandlers(world: World): RequestHandler[] {
  const of = (id: unknown) => world.versions.filter((one) => one.workflow_id === id);
  return [
    http.get('*/api/v1/workflows/:id/versions', ({ params, request }) => {
      const rows = of(params.id);
      if (rows.length === 0) return undefined;
      return pageOf(
        rows.toSorted((one, other) => (other.number ?? 0) - (one.number ?? 0)),
        request,
      );
    }),
    http.get('*/api/v1/workflows/:id/versions/:number', ({ params }) => {
      const found = of(params.id).find(({ number }) => number === Number(params.number));
      return found === undefined ? undefined : HttpResponse.json(found);
    }),
    http.post('*/api/v1/workflows/:id/publish', async ({ params, request }) => {
      const workflow = world.workflows.find((one) => one.id === params.id);
      if (workflow === undefined) return notFound();
      if (isOld(workflow, request))
        return problem(412, 'revision_old', 'Somebody saved this draft meanwhile.');
      const { note = '' } = (await request.json()) as { note?: string };
      const number = (workflow.live_version ?? 0) + 1;
      world.versions.push({
        workflow_id: workflow.id,
        id: makeId(),
        number,
        note,
        created_at: ago(0),
        created_by: world.me?.id ?? null,
        definition: workflow.definition,
      });
      Object.assign(workflow, { live_version: number });
      openDoors(world, workflow);
      return HttpResponse.json(workflow);
    }),
    http.post('*/api/v1/workflows/:id/versions/:number/restore', ({ params, request }) => {
      const workflow = world.workflows.find((one) => one.id === params.id);
      const version = of(params.id).find(({ number }) => number === Number(params.number));
      if (workflow === undefined || version === undefined) return notFound();
      if (isOld(workflow, request))
        return problem(412, 'revision_old', 'Somebody saved this draft meanwhile.');
      Object.assign(workflow, {
        definition: version.definition,
        draft_revision: workflow.draft_revision + 1,
        problems: [],
      });
      return HttpResponse.json(workflow);
    }),
    http.post('*/api/v1/workflows/:id/dry-run', async ({ request }) => {
      const { trigger } = (await request.json()) as { trigger: unknown };
      return HttpResponse.json({
        status: 'completed',
        had_errors: false,
        path: ['push', 'is-main', 'ignore'],
        steps: {},
        output: { heard: trigger },
        response: null,
        error: null,
        problems: [],
      });
    }),
  ];
}
