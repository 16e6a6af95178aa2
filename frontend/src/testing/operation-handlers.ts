import { HttpResponse, http, type RequestHandler } from 'msw';
import type { SchemaBatchOut, SchemaProblemOut, SchemaWorkflowOut } from '@/generated/api';
import { apply } from '../engine/edits/apply.ts';
import { normalised } from '../engine/edits/normalised.ts';
import type { Operation } from '../engine/edits/operations.ts';
import { notFound, problem, type World } from './world.ts';

interface Sent {
  batch_id: string;
  operations: Operation[];
}

/** A batch by somebody, as the server keeps it. */
export function makeBatch(overrides: Partial<SchemaBatchOut>): SchemaBatchOut {
  return {
    revision: 1,
    batch_id: '0199d3a0-0000-7000-8000-00000000ba7c',
    actor_id: '0199d3a0-0000-7000-8000-00000000000a',
    actor_name: 'Grace Hopper',
    at: new Date().toISOString(),
    operations: [],
    ...overrides,
  };
}

/** Does a batch to a workflow of the world, as if `actor` had sent it; the refusal, where it does not fit. */
export function edited(
  world: World,
  workflow: SchemaWorkflowOut,
  batch: SchemaBatchOut,
  problemsOf: (workflow: SchemaWorkflowOut) => SchemaProblemOut[] = () => [],
): Response | null {
  const { name, description, definition } = workflow;
  const operations = (batch.operations ?? []) as unknown as Operation[];
  const applied = apply({ name, description, definition: normalised(definition) }, operations);
  if (!applied.ok) {
    const { code, index, member } = applied.refusal;
    const path = `/operations/${index}/${member}`;
    return problem(422, code, 'That does not fit.', [{ path, code, message: 'Does not fit.' }]);
  }
  const revision = workflow.draft_revision + 1;
  Object.assign(workflow, applied.draft, { draft_revision: revision });
  Object.assign(workflow, { problems: problemsOf(workflow) });
  world.batches.push({ ...batch, revision });
  return null;
}

/** The operations by which a draft is edited. */
export function operationHandlers(
  world: World,
  problemsOf: (workflow: SchemaWorkflowOut) => SchemaProblemOut[],
): RequestHandler[] {
  const find = (id: unknown): SchemaWorkflowOut | undefined =>
    world.workflows.find((one) => one.id === id);
  const answer = ({ name, description, problems }: SchemaWorkflowOut, batch: SchemaBatchOut) =>
    HttpResponse.json({ ...batch, name, description, problems });
  return [
    http.get('*/api/v1/workflows/:id/operations', ({ params, request }) => {
      const workflow = find(params.id);
      if (workflow === undefined) return notFound();
      const since = Number(new URL(request.url).searchParams.get('since'));
      const batches = world.batches.filter(({ revision }) => revision > since);
      const isKnown = batches.length === workflow.draft_revision - since;
      return HttpResponse.json({
        revision: workflow.draft_revision,
        batches: isKnown ? batches : null,
      });
    }),
    http.post('*/api/v1/workflows/:id/operations', async ({ params, request }) => {
      const workflow = find(params.id);
      if (workflow === undefined) return notFound();
      const { batch_id, operations } = (await request.json()) as Sent;
      const known = world.batches.find((one) => one.batch_id === batch_id);
      if (known !== undefined) return answer(workflow, known);
      if (request.headers.get('If-Match') !== `"${workflow.draft_revision}"`)
        return problem(412, 'revision_old', 'Somebody else has changed the draft.');
      const batch = makeBatch({
        batch_id,
        operations: operations as unknown as Record<string, unknown>[],
        actor_id: world.me?.id ?? null,
        actor_name: world.me?.name ?? '',
      });
      const refusal = edited(world, workflow, batch, problemsOf);
      return refusal ?? answer(workflow, { ...batch, revision: workflow.draft_revision });
    }),
  ];
}
