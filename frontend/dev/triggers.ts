import type { SchemaWorkflowOut } from '../src/generated/api';
import { ago, makeWebhook } from '../src/testing/makers.ts';
import { makeEvent, makeFiring, makeSchedule } from '../src/testing/trigger-makers.ts';
import type { World } from '../src/testing/world.ts';

const HOUR = 3_600;
const secret = (id: string, made: number, ends: number | null) => ({
  id,
  created_at: ago(made),
  expires_at: ends === null ? null : ago(-ends),
});

/** The webhooks of the invented tenant: one of every state, and a busy one. */
function webhooksOf(runners: readonly SchemaWorkflowOut[]): World['webhooks'] {
  return runners.slice(0, 4).map((workflow, index) => {
    const isFirst = index === 0;
    return makeWebhook({
      workflow_id: workflow.id,
      name: ['GitHub push', 'Refund asked for', 'New subscriber', 'Parcel scanned'][index] ?? '',
      path: ['gh-5f2c8a1e', 'refunds', 'subscribers', 'parcels'][index] ?? '',
      url: `http://demo.localhost:8000/webhooks/${['gh-5f2c8a1e', 'refunds', 'subscribers', 'parcels'][index] ?? ''}`,
      auth_type: isFirst ? 'github' : (['signature', 'none', 'standard'][index - 1] ?? 'none'),
      is_paused: index === 1,
      warnings: index === 2 ? ['unverified'] : index === 3 ? ['secret_missing'] : [],
      condition: isFirst ? 'trigger.headers.x-github-event == "push"' : '',
      config: isFirst
        ? {
            filters: [
              { path: '$.body.ref', operator: 'equals', value: 'refs/heads/main' },
              { path: '$.body.commits', operator: 'is_not_empty' },
            ],
          }
        : {},
      secrets: index < 2 ? [secret('s1', 2 * HOUR, null), secret('s0', 900 * HOUR, 22 * HOUR)] : [],
      last_event:
        index === 3
          ? null
          : {
              id: `e${index}`,
              status: index === 1 ? 'filtered' : 'accepted',
              execution_id: index === 1 ? null : 'x',
              created_at: ago(40 + index * 5_000),
            },
      day: {
        accepted: [214, 18, 1000, 0][index] ?? 0,
        filtered: [37, 2, 0, 0][index] ?? 0,
        filter_error: isFirst ? 1 : 0,
        is_capped: index === 2,
      },
    });
  });
}

function eventsOf(webhook: World['webhooks'][number]): World['events'] {
  return Array.from({ length: 60 }, (_, index) => {
    const status = index % 5 === 2 ? 'filtered' : index === 8 ? 'filter_error' : 'accepted';
    return makeEvent({
      webhook_id: webhook.id,
      workflow_id: webhook.workflow_id,
      status,
      execution_id:
        status === 'accepted' ? `0199d3a0-0000-7000-8000-00000000${1000 + index}` : null,
      reason:
        status === 'filtered'
          ? '$.body.ref equals did not hold'
          : status === 'filter_error'
            ? 'starts_with wants a text, this is a number.'
            : '',
      delivery_key: `x-github-delivery:72d3162e-cc78-11e3-81ab-${String(4_000_000 + index * 977)}`,
      size_bytes: 5_912 + index * 31,
      created_at: ago(40 + (59 - index) * 260),
      trigger: {
        method: 'POST',
        path: webhook.path ?? '',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'GitHub-Hookshot/044aadd',
          'x-github-event': 'push',
        },
        query: {},
        body: {
          ref: status === 'filtered' ? 'refs/heads/try' : 'refs/heads/main',
          repository: { full_name: 'Codertocat/Hello-World', private: false },
          pusher: { name: 'Codertocat', email: '[REDACTED]' },
          commits: [{ id: '5f2c8a1e', message: 'Warm the cache before the first request' }],
        },
      },
    });
  });
}

function schedulesOf(
  runners: readonly SchemaWorkflowOut[],
  nightly: SchemaWorkflowOut | undefined,
): World['schedules'] {
  const of = (index: number): { workflow_id: string } => ({
    workflow_id: runners[index % Math.max(1, runners.length)]?.id ?? '',
  });
  return [
    makeSchedule({
      workflow_id: nightly?.id ?? '',
      name: 'Every night',
      cron: '0 2 * * *',
      description: 'At 02:00',
    }),
    makeSchedule({
      ...of(1),
      name: 'Settle the day',
      cron: '30 2 * * *',
      description: 'At 02:30',
      timezone: 'America/New_York',
      condition: 'trigger.timestamp > "2026-01-01"',
      filtered_count: 3,
      last: makeFiring({
        status: 'missed',
        execution_id: null,
        reason: 'Nobody looked for 26 hours.',
      }),
      next_at: ago(-9 * HOUR),
    }),
    makeSchedule({
      ...of(2),
      name: 'Poll the queue',
      cron: '*/5 * * * *',
      description: 'Every 5 minutes',
      timezone: 'UTC',
      is_paused: true,
      next_at: null,
    }),
    makeSchedule({
      ...of(3),
      name: 'Quarterly report',
      cron: '0 6 1 1,4,7,10 *',
      description: 'At 06:00, on day 1 of the month, only in January, April, July, and October',
      is_active: false,
      next_at: null,
      last: null,
    }),
  ];
}

/** What starts the workflows of the invented tenant, and what came of it. */
export function triggersOf(
  runners: readonly SchemaWorkflowOut[],
  nightly: SchemaWorkflowOut | undefined,
): Pick<World, 'webhooks' | 'events' | 'schedules' | 'firings'> {
  const webhooks = webhooksOf(runners);
  const [first] = webhooks;
  return {
    webhooks,
    events:
      first === undefined
        ? []
        : [...eventsOf(first)].sort((one, other) => (one.id < other.id ? 1 : -1)),
    schedules: schedulesOf(runners, nightly),
    firings: Array.from({ length: 24 }, (_, index) =>
      makeFiring({
        fire_at: ago(index * 24 * HOUR + 600),
        status: index === 3 ? 'missed' : index % 6 === 5 ? 'filtered' : 'started',
        ...(index === 3 || index % 6 === 5 ? { execution_id: null } : {}),
      }),
    ),
  };
}
