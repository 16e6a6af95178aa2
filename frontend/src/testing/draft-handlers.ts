import { HttpResponse, http, type RequestHandler } from 'msw';
import { makeNodeType, makePin } from './makers.ts';
import { pageOf, problem, type World } from './world.ts';

/** Pins, and the catalogue. */
export function draftHandlers(world: World): RequestHandler[] {
  return [
    http.get('*/api/v1/workflows/:id/pins', ({ request }) => pageOf(world.pins, request)),
    http.put('*/api/v1/workflows/:id/pins/:node', async ({ params, request }) => {
      const { output, port } = (await request.json()) as { output: unknown; port: string };
      const pin = makePin({ node_id: String(params.node), output, port });
      world.pins = [...world.pins.filter((one) => one.node_id !== params.node), pin];
      return HttpResponse.json(pin);
    }),
    http.delete('*/api/v1/workflows/:id/pins/:node', ({ params }) => {
      world.pins = world.pins.filter((one) => one.node_id !== params.node);
      return new HttpResponse(null, { status: 204 });
    }),
    http.get('*/api/v1/nodes', () =>
      HttpResponse.json({ results: world.nodeTypes, next: null, previous: null }),
    ),
    http.post('*/api/v1/nodes/import-curl', async ({ request }) => {
      const { command } = (await request.json()) as { command: string };
      const url = /https?:[^\s'"]+/.exec(command)?.[0];
      if (url === undefined)
        return problem(422, 'invalid', 'The command names no address to call.');
      return HttpResponse.json({
        config: { method: command.includes('-X POST') ? 'POST' : 'GET', url },
        warnings: [],
        credentials: command.includes('uthorization')
          ? [{ place: 'headers.Authorization', type: 'bearer_token' }]
          : [],
      });
    }),
    http.get('*/api/v1/nodes/:kind', ({ params }) => {
      const known = world.nodeTypes.find((one) => one.type === params.kind);
      return HttpResponse.json(known ?? makeNodeType({ type: String(params.kind) }));
    }),
  ];
}
