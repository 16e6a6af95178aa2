import { HttpResponse, http, type RequestHandler } from 'msw';
import type { SchemaStreamInRequest } from '@/generated/api';
import { ago } from './makers.ts';
import { makeStream } from './people-world.ts';
import { notFound, pageOf, problem, type World } from './world.ts';

const gone = (): Response => new HttpResponse(null, { status: 204 });

/** The trail, narrowed as the server narrows it. */
function entriesOf({ people }: World, asked: URLSearchParams) {
  const is = (name: string, value: string | null): boolean =>
    asked.get(name) === null || asked.get(name) === value;
  return people.entries.filter(
    (one) =>
      is('action', one.action) &&
      is('category', one.category) &&
      is('severity', one.severity) &&
      is('outcome', one.outcome) &&
      is('actor_id', one.actor.id) &&
      is('target_kind', one.target.kind) &&
      is('target_id', one.target.id) &&
      one.target.name.toLowerCase().includes(asked.get('text')?.toLowerCase() ?? '') &&
      one.at >= (asked.get('since') ?? '') &&
      one.at < (asked.get('until') ?? '9'),
  );
}

function streamHandlers({ people }: World): RequestHandler[] {
  const find = (id: unknown) => people.streams.find((one) => one.id === id);
  return [
    http.get('*/api/v1/audit/streams', ({ request }) => pageOf(people.streams, request)),
    http.post('*/api/v1/audit/streams', async ({ request }) => {
      const { name, url } = (await request.json()) as SchemaStreamInRequest;
      if (url.includes('localhost')) {
        const message = `${url} leads to an address that is not public.`;
        return problem(422, 'stream_refused', message, [
          { path: '/url', code: 'stream_refused', message },
        ]);
      }
      const isSigned = url.startsWith('http');
      const made = makeStream({ name, url, has_secret: isSigned, sent_at: null, sent_seq: 0 });
      people.streams = [made, ...people.streams];
      return HttpResponse.json({ ...made, secret: isSigned ? 'whsec_once' : '' }, { status: 201 });
    }),
    http.post('*/api/v1/audit/streams/:id/test', ({ params }) => {
      const isOk = find(params.id)?.state !== 'failing';
      const told = isOk ? '' : 'its certificate is not trusted';
      return HttpResponse.json({ is_ok: isOk, code: isOk ? 'taken' : 'refused', problem: told });
    }),
    http.post('*/api/v1/audit/streams/:id/regenerate-secret', async ({ request }) => {
      const { overlap_s: overlap } = (await request.json()) as { overlap_s?: number };
      return HttpResponse.json({
        secret: 'whsec_again',
        before_until: overlap === 0 ? null : ago(-86_400),
      });
    }),
    http.patch('*/api/v1/audit/streams/:id', async ({ params, request }) => {
      const stream = find(params.id);
      if (stream === undefined) return notFound();
      const { is_paused: isPaused, ...rest } = (await request.json()) as { is_paused?: boolean };
      const state = isPaused === undefined ? stream.state : isPaused ? 'paused' : 'sending';
      return HttpResponse.json(Object.assign(stream, rest, { state }));
    }),
    http.delete('*/api/v1/audit/streams/:id', ({ params }) => {
      people.streams = people.streams.filter(({ id }) => id !== params.id);
      return gone();
    }),
  ];
}

/** What was done here, how long it is kept, and where it is sent on to. */
export function auditHandlers(world: World): RequestHandler[] {
  const { people } = world;
  return [
    ...streamHandlers(world),
    http.get('*/api/v1/audit/archives', ({ request }) => pageOf(people.archives, request)),
    http.get('*/api/v1/audit/retention', () => HttpResponse.json(people.retention)),
    http.put('*/api/v1/audit/hold', async ({ request }) => {
      const { because } = (await request.json()) as { because: string };
      people.retention.hold = { because, since: ago(0), by_email: world.me?.email ?? '' };
      return HttpResponse.json(people.retention);
    }),
    http.delete('*/api/v1/audit/hold', () => {
      people.retention.hold = null;
      return gone();
    }),
    http.get('*/api/v1/audit', ({ request }) =>
      pageOf(entriesOf(world, new URL(request.url).searchParams), request),
    ),
  ];
}
