import { HttpResponse, http, type RequestHandler } from 'msw';
import { apply } from '../engine/edits/apply.ts';
import { normalised } from '../engine/edits/normalised.ts';
import type { Operation } from '../engine/edits/operations.ts';
import { notFound, problem, type World } from './world.ts';

/** Drafts are edited by operations, over the revision that the caller has read. */
export const operationHandlers = (world: World): RequestHandler[] => [
  http.post('*/api/v1/workflows/:id/operations', async ({ params, request }) => {
    const workflow = world.workflows.find((one) => one.id === params.id);
    if (workflow === undefined) return notFound();
    if (request.headers.get('If-Match') !== `"${workflow.draft_revision}"`)
      return problem(412, 'revision_old', 'Somebody else has changed the draft.');
    const { batch_id, operations } = (await request.json()) as {
      batch_id: string;
      operations: Operation[];
    };
    const { name, description } = workflow;
    const definition = normalised(workflow.definition);
    const applied = apply({ name, description, definition }, operations);
    if (!applied.ok) return problem(422, applied.refusal.code, 'This cannot be applied.');
    Object.assign(workflow, {
      ...applied.draft,
      draft_revision: workflow.draft_revision + 1,
    });
    return HttpResponse.json({
      revision: workflow.draft_revision,
      batch_id,
      problems: [],
      name: workflow.name,
      description: workflow.description,
    });
  }),
];
