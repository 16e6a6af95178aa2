import { HttpResponse, http, type RequestHandler } from 'msw';
import type { SchemaStepListed, SchemaStepShown } from '@/generated/api';
import { notFound, pageOf, type World } from './world.ts';

/** What is the same has the same; the server's is shorter. */
const digestOf = (value: unknown): string | null =>
  value === null || value === undefined ? null : JSON.stringify(value);

/** A step as lists show it. */
const listed = (step: SchemaStepShown): SchemaStepListed => ({
  node_id: step.node_id,
  scope: step.scope,
  node_type: step.node_type,
  status: step.status,
  attempt: step.attempt,
  port: step.port,
  copied_from: step.copied_from,
  is_pinned: step.is_pinned,
  seq: step.seq,
  digests: {
    input: digestOf(step.input),
    item: digestOf(step.item),
    output: digestOf(step.output),
    error: digestOf(step.error),
  },
  started_at: step.started_at,
  ended_at: step.ended_at,
});

/** Steps without their data, in pages, and one of them whole. */
export function stepHandlers(world: World): RequestHandler[] {
  const stepsOf = (id: unknown): SchemaStepShown[] | undefined =>
    world.executions.find((one) => one.id === id)?.steps;
  return [
    http.get('*/api/v1/executions/:id/steps', ({ params, request }) => {
      const steps = stepsOf(params.id);
      if (steps === undefined) return notFound();
      const places = steps.map((step) => ({ step, place: `${step.node_id} ${step.scope}` }));
      const rows = places.toSorted((one, other) => (one.place < other.place ? -1 : 1));
      return pageOf(
        rows.map(({ step }) => listed(step)),
        request,
      );
    }),
    http.get('*/api/v1/executions/:id/steps/:node', ({ params, request }) => {
      const scope = new URL(request.url).searchParams.get('scope') ?? '';
      const found = stepsOf(params.id)?.find(
        (step) => step.node_id === params.node && step.scope === scope,
      );
      return found === undefined ? notFound() : HttpResponse.json(found);
    }),
  ];
}
