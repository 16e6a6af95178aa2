import { HttpResponse, http, type RequestHandler } from 'msw';
import { notFound, problem, type World } from './world.ts';

interface Patch {
  op: string;
  id: string;
  set?: Record<string, unknown>;
  unset?: string[];
}

type Place = Record<string, unknown>;

/** The object in which a pointer's last name stands; missing ones are made. */
function placeOf(node: Place, pointer: string): { place: Place; name: string } {
  const names = pointer.split('/').slice(1);
  const name = names.pop() ?? '';
  let place = node;
  for (const one of names) place = (place[one] ??= {}) as Place;
  return { place, name };
}

/** A draft whose nodes are patched over the revision that the caller has read; the server does more. */
export const operationHandlers = (world: World): RequestHandler[] => [
  http.post('*/api/v1/workflows/:id/operations', async ({ params, request }) => {
    const workflow = world.workflows.find((one) => one.id === params.id);
    if (workflow === undefined) return notFound();
    if (request.headers.get('If-Match') !== `"${workflow.draft_revision}"`)
      return problem(412, 'revision_old', 'Somebody else has changed the draft.');
    const { batch_id, operations } = (await request.json()) as {
      batch_id: string;
      operations: Patch[];
    };
    const definition = structuredClone(workflow.definition) as {
      nodes: (Place & { id: string })[];
    };
    for (const { id, set = {}, unset = [] } of operations) {
      const node = definition.nodes.find((one) => one.id === id);
      if (node === undefined) return problem(422, 'node_unknown', 'There is no such node.');
      for (const [pointer, value] of Object.entries(set)) {
        const { place, name } = placeOf(node, pointer);
        place[name] = value;
      }
      for (const pointer of unset) {
        const { place, name } = placeOf(node, pointer);
        Reflect.deleteProperty(place, name);
      }
    }
    Object.assign(workflow, { definition, draft_revision: workflow.draft_revision + 1 });
    const { name, description, draft_revision: revision } = workflow;
    return HttpResponse.json({ revision, batch_id, problems: [], name, description });
  }),
];
