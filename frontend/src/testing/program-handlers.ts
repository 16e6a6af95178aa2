import { HttpResponse, http, type RequestHandler } from 'msw';
import type {
  SchemaApiKeyInRequest,
  SchemaApiKeyOut,
  SchemaServiceAccountInRequest,
  SchemaServiceAccountOut,
} from '@/generated/api';
import { makeApiKey } from './api-key-makers.ts';
import { ago, makeId } from './makers.ts';
import { notFound, pageOf, type World } from './world.ts';

/** Accounts of programs, and the keys by which they and people call. */
export function programHandlers(world: World): RequestHandler[] {
  const { people } = world;
  const named = (ids: readonly string[] = []): SchemaServiceAccountOut['roles'] =>
    people.roles
      .filter(({ id }) => ids.includes(id))
      .map(({ id, name }) => ({ id, name, granted_by: 'somebody', granted_at: ago(0) }));
  return [
    http.get('*/api/v1/service-accounts', ({ request }) => pageOf(people.programs, request)),
    http.post('*/api/v1/service-accounts', async ({ request }) => {
      const wanted = (await request.json()) as SchemaServiceAccountInRequest;
      const roles = named(wanted.roles);
      const made = { id: makeId(), keys: 0, last_used_at: null, created_at: ago(0) };
      people.programs = [{ ...made, ...wanted, roles }, ...people.programs];
      return HttpResponse.json(people.programs[0], { status: 201 });
    }),
    http.patch('*/api/v1/service-accounts/:id', async ({ params, request }) => {
      const { roles, ...wanted } = (await request.json()) as SchemaServiceAccountInRequest;
      const found = people.programs.find(({ id }) => id === params.id);
      if (found === undefined) return notFound();
      Object.assign(found, wanted, roles === undefined ? {} : { roles: named(roles) });
      return HttpResponse.json(found);
    }),
    http.delete('*/api/v1/service-accounts/:id', ({ params }) => {
      people.programs = people.programs.filter(({ id }) => id !== params.id);
      return new HttpResponse(null, { status: 204 });
    }),
    http.get('*/api/v1/api-keys', ({ request }) => pageOf(people.keys, request)),
    http.post('*/api/v1/api-keys', async ({ request }) => {
      const { name, scopes } = (await request.json()) as SchemaApiKeyInRequest;
      const made: SchemaApiKeyOut = makeApiKey({ id: makeId(), name, scopes });
      people.keys = [made, ...people.keys];
      return HttpResponse.json({ ...made, secret: 'gx_5b1f0c7e_of_no_use' }, { status: 201 });
    }),
    http.delete('*/api/v1/api-keys/:id', ({ params }) => {
      people.keys = people.keys.filter(({ id }) => id !== params.id);
      return new HttpResponse(null, { status: 204 });
    }),
  ];
}
