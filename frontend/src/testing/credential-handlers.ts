import { HttpResponse, http, type RequestHandler } from 'msw';
import type { SchemaCredentialOut } from '@/generated/api';
import { KINDS, makeConnection, makeCredential } from './credential-makers.ts';
import { ago } from './makers.ts';
import { notFound, pageOf, problem, type World } from './world.ts';

interface Stored {
  values?: Record<string, string>;
  [name: string]: unknown;
}

/** What is kept and shown of a body: the open values, and the names of the secret ones. */
function shownOf(before: SchemaCredentialOut, { values = {}, ...rest }: Stored): object {
  const kind = KINDS.find(({ name }) => name === (rest.type ?? before.type));
  const isSecret = (name: string): boolean =>
    (kind?.is_free === true || kind?.values.find((one) => one.name === name)?.is_secret) ?? false;
  const names = Object.keys(values);
  const open = Object.entries(values).filter(([name]) => !isSecret(name));
  return {
    ...rest,
    values: { ...before.values, ...Object.fromEntries(open) },
    secrets: [...new Set([...before.secrets, ...names.filter(isSecret)])],
  };
}

export function credentialHandlers(world: World): RequestHandler[] {
  const change = async ({ params, request }: { params: { id?: unknown }; request: Request }) => {
    const credential = world.credentials.find((one) => one.id === params.id);
    if (credential === undefined) return notFound();
    Object.assign(credential, shownOf(credential, (await request.json()) as Stored));
    return HttpResponse.json(credential);
  };
  return [
    http.get('*/api/v1/credentials', ({ request }) => {
      const asked = new URL(request.url).searchParams;
      const areDue = asked.get('expires_soon') === 'true';
      const type = asked.get('type');
      const found = world.credentials.filter(
        (one) => (!areDue || one.expires_soon) && (type === null || one.type === type),
      );
      return pageOf(found, request);
    }),
    http.get('*/api/v1/credentials/types', () =>
      HttpResponse.json({ results: KINDS, next: null, previous: null }),
    ),
    http.post('*/api/v1/credentials/test', () =>
      HttpResponse.json({ status: 'ok', code: 'accepted', message: 'The other side takes it.' }),
    ),
    http.post('*/api/v1/credentials/:id/test', () =>
      HttpResponse.json({ status: 'refused', code: 'refused', message: 'It answered 401.' }),
    ),
    http.post('*/api/v1/credentials', async ({ request }) => {
      const stored = (await request.json()) as Stored;
      if (world.credentials.some(({ name }) => name === stored.name)) {
        const told = `There is a credential “${String(stored.name)}” already.`;
        return problem(409, 'credential_name_taken', told);
      }
      const blank = makeCredential({ secrets: [], updated_at: ago(0) });
      const connection = stored.type === 'oauth2' ? makeConnection() : null;
      const credential = Object.assign(blank, shownOf(blank, stored), { connection });
      world.credentials.unshift(credential);
      return HttpResponse.json(credential, { status: 201 });
    }),
    http.patch('*/api/v1/credentials/:id', change),
    http.post('*/api/v1/credentials/:id/rotate', change),
    http.post('*/api/v1/credentials/connected', () => {
      const credential = world.credentials.find(({ connection }) => connection !== null);
      if (credential === undefined) return problem(422, 'consent_unknown', 'It was used before.');
      const connection = makeConnection({ status: 'active', scopes: ['repo'] });
      return HttpResponse.json(Object.assign(credential, { connection }));
    }),
    http.post('*/api/v1/credentials/:id/connect', () =>
      HttpResponse.json({ authorization_url: 'https://id.test/authorize?state=x' }),
    ),
    http.post('*/api/v1/credentials/:id/disconnect', ({ params }) => {
      const credential = world.credentials.find((one) => one.id === params.id);
      if (credential === undefined) return notFound();
      Object.assign(credential, { connection: makeConnection({ status: 'revoked' }) });
      return HttpResponse.json({ is_revoked_at_provider: credential.name !== 'far' });
    }),
    http.delete('*/api/v1/credentials/:id', ({ params }) => {
      world.credentials = world.credentials.filter((one) => one.id !== params.id);
      return new HttpResponse(null, { status: 204 });
    }),
  ];
}
