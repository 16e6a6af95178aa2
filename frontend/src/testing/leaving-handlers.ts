import { HttpResponse, http, type RequestHandler } from 'msw';
import { problem, type World } from './world.ts';

const GONE_AFTER = '2026-12-30T12:00:00Z';

/** Deleting a tenant and taking it back, as the server does it for an owner. */
export function leavingHandlers(world: World): RequestHandler[] {
  const become = (id: unknown, goneAfter: string | null): void => {
    world.tenants = world.tenants.map((tenant) =>
      tenant.id === id
        ? { ...tenant, status: goneAfter === null ? 'active' : 'leaving', gone_after: goneAfter }
        : tenant,
    );
  };
  return [
    http.post('*/api/v1/tenants/:id/deletion', async ({ params, request }) => {
      const { slug } = (await request.json()) as { slug: string };
      if (world.tenants.find((tenant) => tenant.id === params.id)?.slug !== slug) {
        const message = 'Type the tenant’s address exactly as it is.';
        return problem(422, 'wrong_slug', message, [
          { path: '/slug', code: 'wrong_slug', message },
        ]);
      }
      become(params.id, GONE_AFTER);
      return HttpResponse.json({ gone_after: GONE_AFTER }, { status: 202 });
    }),
    http.delete('*/api/v1/tenants/:id/deletion', ({ params }) => {
      become(params.id, null);
      return new HttpResponse(null, { status: 204 });
    }),
  ];
}
