import { HttpResponse, http, type RequestHandler } from 'msw';
import type { SchemaExecutionShown, SchemaWishShown } from '@/generated/api';
import { makeId } from './makers.ts';
import { notFound, type World } from './world.ts';

interface Narrowing {
  status?: string[];
  workflow_id?: string;
  error?: string;
}

const LIVE = ['queued', 'running', 'waiting', 'paused', 'cancelling'];

const fitting = (world: World, { status = [], workflow_id }: Narrowing): SchemaExecutionShown[] =>
  world.executions
    .filter((one) => status.length === 0 || status.includes(one.status))
    .filter((one) => workflow_id === undefined || one.workflow_id === workflow_id);

/** Wishes for all executions that fit; they stay as far as a test says they are. */
export function wishHandlers(world: World): RequestHandler[] {
  return [
    http.get('*/api/v1/executions/count', ({ request }) => {
      const asked = new URL(request.url).searchParams;
      const workflow = asked.get('workflow_id');
      const count = fitting(world, {
        status: asked.getAll('status'),
        ...(workflow === null ? {} : { workflow_id: workflow }),
      }).length;
      return HttpResponse.json({ count, has_more: false });
    }),
    http.get('*/api/v1/executions/wishes', () =>
      HttpResponse.json({ results: world.wishes, next: null, previous: null }),
    ),
    http.post('*/api/v1/executions/wishes/:action', async ({ params, request }) => {
      const action = params.action as SchemaWishShown['action'];
      const said = (await request.json()) as Narrowing;
      const meant = fitting(world, said).filter(
        ({ status }) => LIVE.includes(status) === (action === 'cancel'),
      );
      const wish = {
        id: makeId(),
        action,
        status: 'running',
        filter: { status: [], workflow_id: null, error: null, ...said },
        expected: meant.length,
        has_more: false,
        done: 0,
        refused: [],
        reason: '',
        created_at: new Date().toISOString(),
        ended_at: null,
      } as SchemaWishShown;
      world.wishes.unshift(wish);
      world.onWish(wish);
      return HttpResponse.json(wish, { status: 202 });
    }),
    http.post('*/api/v1/executions/wishes/:id/stop', ({ params }) => {
      const wish = world.wishes.find(({ id }) => id === params.id);
      if (wish === undefined) return notFound();
      const stopped = { ...wish, status: 'stopped' as const, ended_at: new Date().toISOString() };
      world.wishes = world.wishes.map((one) => (one === wish ? stopped : one));
      return HttpResponse.json(stopped);
    }),
  ];
}
