import { HttpResponse, http, type RequestHandler } from 'msw';
import type {
  SchemaInvitationInRequest,
  SchemaPatchedMemberChangeRequest,
  SchemaRoleInRequest,
} from '@/generated/api';
import { HELD, makeInvitation, makeRole } from './people-world.ts';
import { notFound, pageOf, problem, type World } from './world.ts';

const gone = (): Response => new HttpResponse(null, { status: 204 });

/** Who is here and what roles there are, as far as the screen asks. */
export function memberHandlers(world: World): RequestHandler[] {
  const { people } = world;
  const named = (ids: readonly string[] = []) =>
    people.roles.filter(({ id }) => ids.includes(id)).map(({ id, name }) => ({ id, name }));
  return [
    http.get('*/api/v1/members', ({ request }) => pageOf(world.members, request)),
    http.patch('*/api/v1/members/:id', async ({ params, request }) => {
      const member = world.members.find(({ id }) => id === params.id);
      if (member === undefined) return notFound();
      const { role, roles } = (await request.json()) as SchemaPatchedMemberChangeRequest;
      if (role !== undefined) member.role = role;
      const since = { granted_at: member.joined_at, granted_by: world.me?.id ?? '' };
      if (roles !== undefined) member.roles = named(roles).map((one) => ({ ...one, ...since }));
      return HttpResponse.json(member);
    }),
    http.delete('*/api/v1/members/:id', ({ params }) => {
      world.members = world.members.filter(({ id }) => id !== params.id);
      return gone();
    }),
    http.get('*/api/v1/invitations', ({ request }) => pageOf(people.invitations, request)),
    http.post('*/api/v1/invitations', async ({ request }) => {
      const wanted = (await request.json()) as SchemaInvitationInRequest;
      if (world.members.some(({ email }) => email === wanted.email)) {
        const said = 'This address belongs to a member already.';
        return problem(409, 'already_member', said, [
          { path: '/email', code: 'already_member', message: said },
        ]);
      }
      const made = makeInvitation({ ...wanted, roles: named(wanted.roles) });
      people.invitations = [made, ...people.invitations];
      return HttpResponse.json(made, { status: 201 });
    }),
    http.post('*/api/v1/invitations/:id/resend', ({ params }) =>
      HttpResponse.json(people.invitations.find(({ id }) => id === params.id)),
    ),
    http.delete('*/api/v1/invitations/:id', ({ params }) => {
      people.invitations = people.invitations.filter(({ id }) => id !== params.id);
      return gone();
    }),
    ...roleHandlers(world),
  ];
}

function roleHandlers({ people }: World): RequestHandler[] {
  const taken = (name: string, but?: unknown) =>
    people.roles.some((one) => one.name === name && one.id !== but)
      ? problem(409, 'role_name_taken', 'Another role is called so.', [
          { path: '/name', code: 'role_name_taken', message: 'Another role is called so.' },
        ])
      : null;
  return [
    http.get('*/api/v1/roles/built-in', () =>
      HttpResponse.json({
        results: Object.entries(HELD).map(([role, permissions]) => ({ role, permissions })),
        next: null,
        previous: null,
      }),
    ),
    http.get('*/api/v1/roles', ({ request }) => pageOf(people.roles, request)),
    http.post('*/api/v1/roles', async ({ request }) => {
      const wanted = (await request.json()) as SchemaRoleInRequest;
      const refusal = taken(wanted.name);
      if (refusal !== null) return refusal;
      const made = makeRole(wanted);
      people.roles = [made, ...people.roles];
      return HttpResponse.json(made, { status: 201 });
    }),
    http.patch('*/api/v1/roles/:id', async ({ params, request }) => {
      const role = people.roles.find(({ id }) => id === params.id);
      if (role === undefined) return notFound();
      const wanted = (await request.json()) as SchemaRoleInRequest;
      const refusal = taken(wanted.name, role.id);
      if (refusal !== null) return refusal;
      return HttpResponse.json(Object.assign(role, wanted));
    }),
    http.delete('*/api/v1/roles/:id', ({ params }) => {
      people.roles = people.roles.filter(({ id }) => id !== params.id);
      return gone();
    }),
  ];
}
