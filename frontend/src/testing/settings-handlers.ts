import { HttpResponse, http, type RequestHandler } from 'msw';
import type { SchemaConnectionInRequest, SchemaCorsInRequest } from '@/generated/api';
import { ago, makeId } from './makers.ts';
import { makeSso } from './people-world.ts';
import { notFound, pageOf, problem, type World } from './world.ts';

const gone = (): Response => new HttpResponse(null, { status: 204 });

function ssoHandlers({ people }: World): RequestHandler[] {
  const find = (id: unknown) => people.connections.find((one) => one.id === id);
  const path = '*/api/v1/sso/connections';
  return [
    http.get(path, ({ request }) => pageOf(people.connections, request)),
    http.post(path, async ({ request }) => {
      const { client_secret: secret, ...wanted } =
        (await request.json()) as SchemaConnectionInRequest;
      if (wanted.issuer.includes('common')) {
        const message = 'This is no issuer: it says that it is another one.';
        return problem(422, 'invalid', message, [
          { path: '/issuer', code: 'issuer_refused', message },
        ]);
      }
      const made = makeSso({ ...wanted, role_rules: [], has_client_secret: secret !== undefined });
      people.connections = [made, ...people.connections];
      return HttpResponse.json(made, { status: 201 });
    }),
    http.patch(`${path}/:id`, async ({ params, request }) => {
      const found = find(params.id);
      if (found === undefined) return notFound();
      return HttpResponse.json(Object.assign(found, (await request.json()) as object));
    }),
    http.delete(`${path}/:id`, ({ params }) => {
      people.connections = people.connections.filter(({ id }) => id !== params.id);
      return gone();
    }),
    http.post(`${path}/:id/test`, ({ params }) => {
      const isOk = find(params.id)?.issuer.startsWith('https://acme') ?? false;
      return HttpResponse.json({
        is_ok: isOk,
        code: isOk ? '' : 'sso_unreachable',
        problem: isOk ? '' : 'Your company’s sign-in does not answer: it took too long.',
        endpoints: {},
        algorithms: ['RS256'],
        keys: 2,
        warnings: isOk ? ['It offers no way to sign out there.'] : [],
      });
    }),
    http.post(`${path}/:id/domains`, async ({ params, request }) => {
      const { domain } = (await request.json()) as { domain: string };
      const made = {
        id: makeId(),
        domain,
        proof: 'dns' as const,
        record_name: `_gorax-challenge.${domain}`,
        record_value: 'gorax-verify=1',
        verified_at: null,
        created_at: ago(0),
      };
      find(params.id)?.domains.push(made);
      return HttpResponse.json(made, { status: 201 });
    }),
    http.post(`${path}/:id/domains/:domain/verify`, ({ params }) => {
      const domain = find(params.id)?.domains.find(({ id }) => id === params.domain);
      if (domain === undefined) return notFound();
      if (domain.domain.endsWith('.org'))
        return problem(
          409,
          'not_proven',
          `No TXT record of ${domain.record_name} holds the value.`,
        );
      return HttpResponse.json(Object.assign(domain, { verified_at: ago(0) }));
    }),
    http.delete(`${path}/:id/domains/:domain`, ({ params }) => {
      const found = find(params.id);
      if (found !== undefined)
        found.domains = found.domains.filter(({ id }) => id !== params.domain);
      return gone();
    }),
  ];
}

/** What is set for the whole tenant. */
export function settingsHandlers(world: World): RequestHandler[] {
  const { people } = world;
  return [
    ...ssoHandlers(world),
    http.get('*/api/v1/tenant/usage', () => HttpResponse.json(people.usage)),
    http.get('*/api/v1/tenant/usage/months', ({ request }) => pageOf(people.months, request)),
    http.get('*/api/v1/tenant', () => HttpResponse.json(people.tenant)),
    http.patch('*/api/v1/tenant', async ({ request }) => {
      const { name } = (await request.json()) as { name: string };
      if (name === 'Taken')
        return problem(422, 'invalid', 'The request is not acceptable.', [
          { path: '/name', code: 'taken', message: 'Another tenant is called so.' },
        ]);
      return HttpResponse.json(Object.assign(people.tenant, { name }));
    }),
    http.get('*/api/v1/tenant/security', () => HttpResponse.json(people.security)),
    http.patch('*/api/v1/tenant/security', async ({ request }) => {
      const wanted = (await request.json()) as { requires_second_factor?: boolean };
      if (wanted.requires_second_factor === true)
        return problem(403, 'second_factor_unshown', 'Show a second factor yourself first.');
      return HttpResponse.json(Object.assign(people.security, wanted));
    }),
    http.get('*/api/v1/tenant/cors', () => HttpResponse.json(people.cors)),
    http.put('*/api/v1/tenant/cors', async ({ request }) => {
      Object.assign(people.cors, (await request.json()) as SchemaCorsInRequest);
      return HttpResponse.json(people.cors);
    }),
  ];
}
