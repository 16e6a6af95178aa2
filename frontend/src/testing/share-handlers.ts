import { HttpResponse, http, type RequestHandler } from 'msw';
import type { SchemaLevelEnum } from '@/generated/api';
import { makeShare } from './makers.ts';
import { notFound, pageOf, problem, type World } from './world.ts';

/** Sharing: who is in, who could be, and the switch. */
export function shareHandlers(world: World): RequestHandler[] {
  const restricted = (isRestricted: boolean) => (id: unknown) => {
    const found = world.workflows.find((one) => one.id === id);
    if (found === undefined) return notFound();
    if (world.narrow) return problem(403, 'share_too_narrow', 'This workflow is not yours.');
    Object.assign(found, { is_restricted: isRestricted });
    return HttpResponse.json(found);
  };
  const path = '*/api/v1/workflows/:id/shares/:kinds/:subject';
  return [
    http.post('*/api/v1/workflows/:id/restrict', ({ params }) => restricted(true)(params.id)),
    http.post('*/api/v1/workflows/:id/open', ({ params }) => restricted(false)(params.id)),
    http.get('*/api/v1/workflows/:id/shares', ({ request }) =>
      world.narrow
        ? problem(403, 'share_too_narrow', 'This workflow is not yours.')
        : pageOf(world.shares, request),
    ),
    http.put(path, async ({ params, request }) => {
      const { level } = (await request.json()) as { level: SchemaLevelEnum };
      const { subject } = params;
      const member = world.members.find((one) => one.id === subject);
      const made = makeShare({
        kind: params.kinds === 'members' ? 'member' : 'role',
        subject: String(subject),
        name: member?.name ?? String(subject),
        level,
      });
      world.shares = [...world.shares.filter((one) => one.subject !== subject), made];
      return HttpResponse.json(made);
    }),
    http.delete(path, ({ params }) => {
      world.shares = world.shares.filter((one) => one.subject !== params.subject);
      return new HttpResponse(null, { status: 204 });
    }),
  ];
}
