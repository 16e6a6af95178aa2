import { HttpResponse, http, type RequestHandler } from 'msw';
import { makeNodeType, makePin } from './makers.ts';
import { pageOf, problem, type World } from './world.ts';

const CHANNELS = [
  { value: 'C01GENERAL', label: 'general' },
  { value: 'C02DEPLOY', label: 'deployments' },
  { value: 'C03RANDOM', label: 'random' },
];

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
    http.post('*/api/v1/nodes/:kind/choices', async ({ request }) => {
      const { config } = (await request.json()) as { config: { credential?: string } };
      if (config.credential === 'broken') {
        const said =
          'Slack refuses it: missing_scope. Mend that and ask again, or write the value by hand.';
        return problem(422, 'choices_refused', said);
      }
      return HttpResponse.json({ results: CHANNELS, has_more: false });
    }),
    http.get('*/api/v1/nodes/:kind', ({ params }) => {
      const known = world.nodeTypes.find((one) => one.type === params.kind);
      return HttpResponse.json(known ?? makeNodeType({ type: String(params.kind) }));
    }),
  ];
}
