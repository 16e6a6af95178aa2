import type {
  SchemaExecutionShown,
  SchemaStepShown,
  SchemaWorkflowOut,
} from '../src/generated/api';
import { versionId } from '../src/testing/handlers.ts';
import { makeExecution, makeId, makeStep } from '../src/testing/makers.ts';

const PASSES = 120;
const FAILED = new Set([36, 71, 104]);

const node = (id: string, type: string, name: string, x: number, y: number, config = {}) => ({
  id,
  type,
  position: { x, y },
  data: { name, config },
});

const edge = (source: string, target: string, sourceHandle?: string) => ({
  id: `${source}-${target}`,
  source,
  target,
  ...(sourceHandle === undefined ? {} : { sourceHandle }),
});

/** A workflow that goes through a hundred and twenty invoices; three of them fail. */
export const LOOPING = {
  nodes: [
    node('clock', 'trigger:schedule', 'Every night', 0, 120, { cron: '0 2 * * *' }),
    node('list', 'action:http', 'Open invoices', 280, 120, {
      method: 'GET',
      url: 'https://billing.test/invoices',
    }),
    node('each', 'control:loop', 'For each invoice', 560, 120, { items: 'steps.list.body' }),
    node('book', 'action:http', 'Book it', 840, 40, {
      method: 'POST',
      url: 'https://books.test/entries',
    }),
    node('tell', 'slack:send_message', 'Tell finance', 840, 220, { channel: '#finance' }),
    node('refund', 'control:sub_workflow', 'Refund what failed', 1120, 220, { mode: 'sync' }),
  ],
  edges: [
    edge('clock', 'list'),
    edge('list', 'each'),
    edge('each', 'book', 'body'),
    edge('each', 'tell', 'done'),
    edge('tell', 'refund'),
  ],
};

const invoice = (index: number) => ({
  id: `inv_${1_000 + index}`,
  customer: ['Acme', 'Northwind', 'Contoso'][index % 3],
  total: 120 + ((index * 37) % 900),
  currency: 'EUR',
  is_paid: index % 4 === 0,
});

function passesAt(startedAt: number): SchemaStepShown[] {
  return Array.from({ length: PASSES }, (_, index) => {
    const at = startedAt + 400 + index * 90;
    const isFailed = FAILED.has(index);
    const scope = `each[${index}]`;
    const times = {
      started_at: new Date(at).toISOString(),
      ended_at: new Date(at + 70).toISOString(),
    };
    const status = isFailed ? ('failed' as const) : ('completed' as const);
    const item = { index, item: invoice(index) };
    return [
      makeStep({ ...times, node_id: 'each', node_type: 'control:loop', scope, item, output: null }),
      makeStep({
        ...times,
        node_id: 'book',
        node_type: 'action:http',
        scope,
        status,
        port: isFailed ? 'error' : '',
        input: { method: 'POST', url: 'https://books.test/entries', body: invoice(index) },
        output: isFailed ? null : { status: 201, body: { entry: 5_000 + index } },
        error: isFailed
          ? {
              code: 'http_409',
              message: 'This invoice is booked already.',
              status: 409,
              node: 'book',
            }
          : null,
        has_log: index % 10 === 0,
      }),
    ];
  }).flat();
}

/** One night of it, which went through with errors. */
export function night(workflow: SchemaWorkflowOut): SchemaExecutionShown {
  const startedAt = Date.now() - 3_600_000;
  const at = (ms: number): string => new Date(startedAt + ms).toISOString();
  const end = 400 + PASSES * 90;
  const invoices = Array.from({ length: PASSES }, (_, index) => invoice(index));
  return makeExecution({
    workflow_id: workflow.id,
    version_id: versionId(workflow, workflow.live_version ?? 1),
    status: 'completed',
    had_errors: true,
    trigger_kind: 'schedule',
    trigger_node: 'clock',
    trigger: { scheduled_at: at(0) },
    output: { booked: PASSES - FAILED.size },
    created_at: at(0),
    started_at: at(0),
    ended_at: at(end + 2_900),
    steps: [
      makeStep({
        node_id: 'clock',
        node_type: 'trigger:schedule',
        output: { scheduled_at: at(0) },
        started_at: at(0),
        ended_at: at(2),
      }),
      makeStep({
        node_id: 'list',
        node_type: 'action:http',
        input: { method: 'GET', url: 'https://billing.test/invoices' },
        output: { status: 200, body: invoices },
        started_at: at(4),
        ended_at: at(380),
      }),
      makeStep({
        node_id: 'each',
        node_type: 'control:loop',
        port: 'done',
        output: { count: PASSES, failed: FAILED.size },
        started_at: at(390),
        ended_at: at(end),
      }),
      ...passesAt(startedAt),
      makeStep({
        node_id: 'tell',
        node_type: 'slack:send_message',
        input: { channel: '#finance', text: '117 invoices are booked.' },
        output: { ok: true, ts: '1764521000.0001' },
        started_at: at(end + 10),
        ended_at: at(end + 290),
      }),
      makeStep({
        node_id: 'refund',
        node_type: 'control:sub_workflow',
        input: { mode: 'sync' },
        output: { deployed: true },
        started_at: at(end + 300),
        ended_at: at(end + 2_800),
      }),
    ],
  });
}

/** What the night has called, as if `like` had run for it. */
export function calledBy(
  night: SchemaExecutionShown,
  like: SchemaExecutionShown,
): SchemaExecutionShown {
  const caller = night.steps?.find(({ node_id: id }) => id === 'refund');
  const by = Date.parse(caller?.started_at ?? '') - Date.parse(like.started_at ?? '') + 60;
  const moved = (at: string | null): string | null =>
    at === null ? null : new Date(Date.parse(at) + by).toISOString();
  return makeExecution({
    ...like,
    id: makeId(),
    trigger_kind: 'sub_workflow',
    parent_id: night.id,
    parent: {
      execution_id: night.id,
      workflow_id: night.workflow_id,
      node_id: 'refund',
      scope: '',
      is_waiting: true,
    },
    started_at: moved(like.started_at),
    ended_at: moved(like.ended_at),
    created_at: moved(like.created_at) ?? '',
    steps: (like.steps ?? []).map((step) => ({
      ...step,
      started_at: moved(step.started_at),
      ended_at: moved(step.ended_at),
    })),
  });
}
