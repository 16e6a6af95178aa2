import { HttpResponse, http, type RequestHandler } from 'msw';
import type { SchemaWebhookOut } from '@/generated/api';
import { ago, makeExecution } from './makers.ts';
import { makeEvent } from './trigger-makers.ts';
import { named, notFound, pageOf, problem, type World } from './world.ts';

const HOUR_MS = 3_600_000;

interface Trial {
  method?: string;
  headers?: Record<string, string>;
  body?: unknown;
}

/** What a made-up delivery leads to: an event on top, and an execution unless a filter stands in its way. */
function deliver(world: World, webhook: SchemaWebhookOut, trial: Trial): Response {
  const isWanted = !Array.isArray(webhook.config.filters);
  const execution = makeExecution({ workflow_id: webhook.workflow_id, status: 'queued' });
  if (isWanted) world.executions.unshift(execution);
  const event = makeEvent({
    webhook_id: webhook.id,
    workflow_id: webhook.workflow_id,
    status: isWanted ? 'accepted' : 'filtered',
    execution_id: isWanted ? execution.id : null,
    created_at: ago(0),
    trigger: {
      method: trial.method ?? webhook.methods[0] ?? 'POST',
      path: webhook.path ?? '',
      headers: trial.headers ?? {},
      query: {},
      body: trial.body ?? null,
    },
  });
  world.events.unshift(event);
  const ids = { event_id: event.id, execution_id: event.execution_id };
  return HttpResponse.json({
    status: 202,
    content_type: 'application/json',
    body: isWanted ? ids : { event_id: event.id, filtered: true },
    is_whole: true,
    ...ids,
    status_url: null,
  });
}

function webhookHandlers(world: World): RequestHandler[] {
  const find = (id: unknown): SchemaWebhookOut | undefined =>
    world.webhooks.find((one) => one.id === id);
  const eventsOf = (request: Request, id: unknown) => {
    const status = new URL(request.url).searchParams.get('status');
    return world.events
      .filter((one) => one.webhook_id === id)
      .filter((one) => status === null || one.status === status);
  };
  return [
    http.get('*/api/v1/webhooks', ({ request }) => {
      const wanted = new URL(request.url).searchParams.get('workflow_id');
      const shown = world.webhooks.filter(
        ({ workflow_id: id }) => wanted === null || id === wanted,
      );
      return pageOf(
        shown.map((one) => named(world, one)),
        request,
      );
    }),
    http.get('*/api/v1/webhooks/:id', ({ params }) => {
      const webhook = find(params.id);
      return webhook === undefined ? notFound() : HttpResponse.json(webhook);
    }),
    http.patch('*/api/v1/webhooks/:id', async ({ params, request }) => {
      const webhook = find(params.id);
      if (webhook === undefined) return notFound();
      return HttpResponse.json(Object.assign(webhook, await request.json()));
    }),
    http.post('*/api/v1/webhooks/:id/test-delivery', async ({ params, request }) => {
      const webhook = find(params.id);
      if (webhook === undefined) return notFound();
      return deliver(world, webhook, (await request.json()) as Trial);
    }),
    http.post('*/api/v1/webhooks/:id/filters/judge', async ({ params, request }) => {
      const { filters } = (await request.json()) as { filters: { value?: unknown }[] };
      // Enough to be seen: a value that nothing has lets nothing pass.
      const isWanted = filters.every(({ value }) => value !== 'nowhere');
      const results = eventsOf(request, params.id)
        .slice(0, 10)
        .map(({ id, created_at }, index) => ({
          event_id: id,
          created_at,
          status: isWanted && index % 3 !== 2 ? 'accepted' : 'filtered',
          reason: isWanted && index % 3 !== 2 ? '' : '$.body.ref equals did not hold',
        }));
      return HttpResponse.json({ results });
    }),
    http.get('*/api/v1/webhooks/:id/events', ({ params, request }) =>
      pageOf(eventsOf(request, params.id), request),
    ),
    http.get('*/api/v1/events/:id', ({ params }) => {
      const event = world.events.find((one) => one.id === params.id);
      return event === undefined ? notFound() : HttpResponse.json(event);
    }),
    http.post('*/api/v1/events/:id/replay', ({ params }) => {
      const event = world.events.find((one) => one.id === params.id);
      if (event === undefined) return notFound();
      const execution = makeExecution({ workflow_id: event.workflow_id, replay_of: event.id });
      world.executions.unshift(execution);
      return HttpResponse.json({ execution_id: execution.id }, { status: 202 });
    }),
  ];
}

function scheduleHandlers(world: World): RequestHandler[] {
  return [
    http.get('*/api/v1/schedules', ({ request }) =>
      pageOf(
        world.schedules.map((one) => named(world, one)),
        request,
      ),
    ),
    http.patch('*/api/v1/schedules/:id', async ({ params, request }) => {
      const schedule = world.schedules.find((one) => one.id === params.id);
      if (schedule === undefined) return notFound();
      const { is_paused } = (await request.json()) as { is_paused: boolean };
      const next_at = is_paused ? null : ago(-3_600);
      return HttpResponse.json(Object.assign(schedule, { is_paused, next_at }));
    }),
    http.get('*/api/v1/schedules/:id/firings', ({ request }) => pageOf(world.firings, request)),
    http.post('*/api/v1/schedules/preview', async ({ request }) => {
      const { cron, count = 5 } = (await request.json()) as { cron: string; count?: number };
      if (cron.split(/\s+/).length < 5 && !cron.startsWith('@')) {
        const message = 'A schedule has five parts (minute, hour, day, month, weekday).';
        const errors = [{ path: '/cron', code: 'cron_invalid', message }];
        return problem(422, 'schedule_invalid', message, errors);
      }
      const first = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS;
      const times = Array.from({ length: count }, (_, index) =>
        new Date(first + index * 24 * HOUR_MS).toISOString(),
      );
      return HttpResponse.json({ description: `In words: ${cron}`, times });
    }),
  ];
}

/** Webhooks with what arrived at them, and schedules with when they fired. */
export const triggerHandlers = (world: World): RequestHandler[] => [
  ...webhookHandlers(world),
  ...scheduleHandlers(world),
];
