import type {
  SchemaExecutionShown,
  SchemaStepShown,
  SchemaWorkflowOut,
} from '../src/generated/api';
import { CATALOGUE } from '../src/testing/catalogue.ts';
import { makeCredential } from '../src/testing/credential-makers.ts';
import { versionId } from '../src/testing/handlers.ts';
import {
  ago,
  makeExecution,
  makeId,
  makeMe,
  makeStep,
  makeTenant,
  makeWorkflow,
} from '../src/testing/makers.ts';
import { ALL } from '../src/testing/people-world.ts';
import { makeWorld, type World } from '../src/testing/world.ts';
import { makeSample } from '../src/testing/writing-handlers.ts';
import { calledBy, LOOPING, night } from './looping.ts';
import { accounts, members, people } from './people-story.ts';
import { triggersOf } from './triggers.ts';

const PAYLOAD = {
  headers: {
    'content-type': 'application/json',
    'x-github-event': 'push',
    'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
  },
  body: {
    ref: 'refs/heads/main',
    repository: { id: 186853002, full_name: 'Codertocat/Hello-World', private: false },
    pusher: { name: 'Codertocat', email: '[REDACTED]' },
    commits: [
      {
        id: '5f2c8a1e',
        message: 'Warm the cache before the first request',
        added: ['cache.py'],
        removed: [],
      },
      {
        id: '9d1b77c0',
        message: 'Say what was wrong, and where',
        added: [],
        removed: ['errors_old.py'],
      },
    ],
  },
};

/** The five steps of the push workflow as they are `ms` after its start. */
const FAILURE = {
  code: 'http_503',
  message: 'The server at 127.0.0.1:8002 answered 503 three times.',
  node: 'tell',
  status: 503,
};

function stepsAt(startedAt: number, ms: number, fails = false): SchemaStepShown[] {
  const plan: [string, string, number, number, string, unknown, unknown][] = [
    ['push', 'trigger:webhook', 0, 4, '', null, PAYLOAD],
    ['is-main', 'control:if', 4, 6, 'true', PAYLOAD, { result: true }],
    [
      'tell',
      'action:http',
      300,
      2_300,
      '',
      {
        method: 'POST',
        url: 'http://127.0.0.1:8002/deploys',
        headers: { authorization: '[REDACTED]' },
      },
      { status: 200, body: { accepted: true, deploys: 12 } },
    ],
    [
      'answer',
      'action:respond',
      2_300,
      2_303,
      '',
      { status: 200 },
      { deployed: true, by: 'Codertocat' },
    ],
  ];
  const steps = plan.flatMap(
    ([id, type, from, to, port, input, output], index): SchemaStepShown[] => {
      if (ms < from || (fails && id === 'answer')) return [];
      const isOver = ms >= to;
      const isFailed = fails && id === 'tell' && isOver;
      return [
        makeStep({
          node_id: id,
          node_type: type,
          status: isFailed ? 'failed' : isOver ? 'completed' : 'running',
          port: isOver ? port : '',
          seq: index + 1,
          input: input as never,
          output: isFailed || !isOver ? null : output,
          attempt: isFailed ? 3 : 1,
          attempts: isFailed
            ? [1, 2, 3].map((attempt) => ({
                attempt,
                started_at: new Date(startedAt + from + attempt * 500).toISOString(),
                ended_at: new Date(startedAt + from + attempt * 500 + 120).toISOString(),
                error: { code: 'http_503', message: 'The server answered 503.', status: 503 },
              }))
            : [],
          error: isFailed
            ? {
                code: 'http_503',
                message: 'The server at 127.0.0.1:8002 answered 503 three times.',
                status: 503,
                node: 'tell',
              }
            : null,
          started_at: new Date(startedAt + from).toISOString(),
          ended_at: isOver ? new Date(startedAt + to).toISOString() : null,
        }),
      ];
    },
  );
  if (ms >= 6)
    steps.push(
      makeStep({
        node_id: 'ignore',
        node_type: 'action:respond',
        status: 'skipped',
        started_at: null,
        ended_at: null,
        output: null,
      }),
    );
  return steps;
}

function past(workflow: SchemaWorkflowOut, index: number): SchemaExecutionShown {
  const statuses: SchemaExecutionShown['status'][] = [
    'completed',
    'completed',
    'completed',
    'failed',
    'completed',
    'completed',
    'waiting',
    'completed',
    'cancelled',
  ];
  const status = index === 0 ? 'completed' : (statuses[index % statuses.length] ?? 'completed');
  const startedAt = Date.now() - index * 47_000 - 40_000;
  const isFailed = status === 'failed';
  const isOpen = status === 'waiting';
  // What failed ran the version before.
  const isOld = isFailed && workflow.live_version === 3;
  return makeExecution({
    workflow_id: workflow.id,
    version_id: versionId(workflow, isOld ? 2 : (workflow.live_version ?? 1)),
    status,
    reason: isFailed
      ? 'node_failed'
      : isOpen
        ? 'retry'
        : status === 'cancelled'
          ? 'cancelled_by_user'
          : '',
    trigger_kind: workflow.triggers[0]?.kind ?? 'manual',
    error_message: isFailed ? FAILURE.message : '',
    had_errors: index % 14 === 4,
    trigger: PAYLOAD,
    output: status === 'completed' ? { deployed: true, by: 'Codertocat' } : null,
    error: isFailed ? FAILURE : null,
    created_at: new Date(startedAt).toISOString(),
    started_at: new Date(startedAt).toISOString(),
    ended_at: isOpen ? null : new Date(startedAt + 2_303 + ((index * 977) % 5_200)).toISOString(),
    steps: stepsAt(startedAt, 10_000, isFailed).map((step) =>
      isOld && step.node_id === 'tell' ? { ...step, input: { method: 'GET', url: OLD_URL } } : step,
    ),
  });
}

const OLD_URL = 'http://127.0.0.1/old';

const LONG_NAME =
  'Nightly invoice export to the accountants in Ljubljana and the archive, with a copy to finance';

function workflows(): SchemaWorkflowOut[] {
  const schedule = [{ node_id: 'clock', kind: 'schedule' as const, filtered_count: 0 }];
  return [
    makeWorkflow({ name: 'Deploy on push' }),
    makeWorkflow({ name: 'Refund triage', live_version: 12 }),
    makeWorkflow({
      name: LONG_NAME,
      triggers: schedule,
      live_version: 2,
      definition: LOOPING,
    }),
    makeWorkflow({ name: 'Lead enrichment', is_active: false, live_version: 5 }),
    makeWorkflow({
      name: 'Onboard a new hire',
      is_active: false,
      live_version: null,
      triggers: [{ node_id: 'start', kind: 'manual', filtered_count: 3 }],
      problems: [
        {
          node_id: 'tell',
          path: '/nodes/2/data/config/url',
          edge_id: null,
          field: 'url',
          code: 'missing_field',
          message: 'This node needs a URL to call.',
          severity: 'error',
        },
        {
          node_id: 'is-main',
          path: '/nodes/1/data/config/condition',
          edge_id: null,
          field: 'condition',
          code: 'unknown_name',
          message: '“triger” is not known here. Did you mean “trigger”?',
          severity: 'error',
        },
        {
          node_id: 'ignore',
          path: '/nodes/4',
          edge_id: null,
          field: null,
          code: 'unreachable',
          message: 'No path leads to this node, so it never runs.',
          severity: 'warning',
        },
      ],
    }),
  ];
}

/** Workflows whose runs fail at their third node, unless they begin there. */
const FAILING = new Set<string>();

/** Lets a started execution run through its steps in 2.3 seconds, and says so to whoever listens. */
export function play(execution: SchemaExecutionShown, say: (message: unknown) => void): void {
  const startedAt = Date.now() + 250;
  const fails = FAILING.has(execution.workflow_id) && execution.start_at === '';
  for (const ms of [0, 6, 300, 1_200, 2_300, 2_310]) {
    setTimeout(() => {
      const isOver = ms >= 2_310;
      execution.seq += 1;
      execution.status = isOver ? (fails ? 'failed' : 'completed') : 'running';
      execution.started_at = new Date(startedAt).toISOString();
      execution.ended_at = isOver ? new Date(startedAt + ms).toISOString() : null;
      execution.steps = stepsAt(startedAt, ms, fails);
      execution.output = isOver ? { deployed: true, by: 'Codertocat' } : null;
      const steps = execution.steps.map(({ node_id, scope, status }) => ({
        node_id,
        scope,
        status,
      }));
      say({ execution: execution.id, seq: execution.seq, status: execution.status, steps });
    }, ms + 250);
  }
}

type Nodes = { id: string; data: object }[];

/** Three versions of a workflow, each a step further, and a draft beyond them. */
function versionsOf(workflow: SchemaWorkflowOut, me: string | undefined): World['versions'] {
  const draft = workflow.definition as { nodes: Nodes; edges: { id: string }[]; settings: object };
  const without = (ids: string[]) => ({
    ...draft,
    nodes: draft.nodes.filter(({ id }) => !ids.includes(id)),
    edges: draft.edges.filter(({ id }) => !['e3', 'e4'].includes(id) || ids.length < 2),
  });
  const patched = (id: string, data: object, settings: object = draft.settings) => ({
    ...draft,
    settings,
    nodes: draft.nodes.map((node) =>
      node.id === id ? { ...node, data: { ...node.data, ...data } } : node,
    ),
  });
  const one = (number: number, days: number, note: string, definition: object) => ({
    workflow_id: workflow.id,
    id: versionId(workflow, number),
    number,
    note,
    created_at: ago(days * 86_400 + 400),
    created_by: number === 2 ? null : (me ?? null),
    definition: definition as Record<string, unknown>,
  });
  return [
    one(1, 21, 'First version.', without(['answer', 'ignore'])),
    one(2, 6, '', patched('tell', { config: { method: 'GET', url: OLD_URL } })),
    one(
      3,
      2,
      'The receiver gets the commits too, and deploys of branches are answered at once.',
      patched('is-main', { config: { condition: 'true' } }, { timeout_s: 60 }),
    ),
  ];
}

/** Puts the workflows into folders, and gives them tags. */
function filed(all: readonly SchemaWorkflowOut[]): World['folders'] {
  const folder = (name: string, parent_id: string | null = null) => ({
    id: makeId(),
    name,
    parent_id,
    workflow_count: 0,
  });
  const [finance, growth, people] = ['Finance', 'Growth', 'People'].map((name) => folder(name));
  const invoices = folder('Invoices', finance?.id ?? null);
  const [deploy, refunds, nightly, leads, onboard] = all;
  const put = (
    workflow: SchemaWorkflowOut | undefined,
    place: string | undefined,
    tags: string[],
  ) => workflow && Object.assign(workflow, { folder_id: place ?? null, tags });
  put(deploy, undefined, ['github']);
  put(refunds, finance?.id, ['customers', 'money', 'stripe']);
  put(nightly, invoices.id, ['money']);
  put(leads, growth?.id, ['customers']);
  put(onboard, people?.id, []);
  return [finance, growth, people, invoices].flatMap((one) => one ?? []);
}

/** The night of invoices, and what it called. */
function family(
  nightly: SchemaWorkflowOut | undefined,
  others: readonly SchemaExecutionShown[],
): SchemaExecutionShown[] {
  if (nightly === undefined) return [];
  const parent = night(nightly);
  const like = others.find(({ status }) => status === 'completed');
  return like === undefined ? [parent] : [parent, calledBy(parent, like)];
}

/** A tenant with a past, for looking at pages. */
const DAY_MS = 86_400_000;

/** What was deleted, some of it long ago. */
const binned = (): World['bin'] =>
  ['Spring campaign', 'Trial of the new importer', 'Orders (old)'].map((name, index) =>
    makeWorkflow({
      name,
      is_active: false,
      deleted_at: new Date(Date.now() - (index * 13 + 0.5) * DAY_MS).toISOString(),
    }),
  );

export function makeStory(): World {
  const all = workflows();
  const [, refunds, nightly] = all;
  if (refunds !== undefined) FAILING.add(refunds.id);
  const runners = all.filter(
    (one) => one.live_version !== null && one.is_active && one !== nightly,
  );
  const executions = Array.from({ length: 240 }, (_, index) => {
    const workflow = runners[index % runners.length];
    return workflow === undefined ? [] : [past(workflow, 239 - index)];
  })
    .flat()
    .reverse();
  const me = makeMe({ permissions: ALL });
  return makeWorld({
    me,
    folders: filed(all),
    changed: all.slice(1, 2).map(({ id }) => id),
    members: members(me),
    people: people(),
    nodeTypes: CATALOGUE,
    samples: [
      makeSample('push', PAYLOAD, { source: 'trigger' }),
      makeSample('is-main', { condition: 'ref', result: true, taken_branch: 'true' }),
      makeSample('tell', { status_code: 200, headers: {}, body: { accepted: true, deploys: 12 } }),
    ],
    workflows: all,
    bin: binned(),
    versions: all.slice(0, 1).flatMap((workflow) => versionsOf(workflow, me.id)),
    executions: [...executions, ...family(nightly, executions)],
    ...triggersOf(runners, nightly),
    credentials: [
      makeCredential({ name: 'acme-billing', description: 'Invoices of the year' }),
      makeCredential({ name: 'archive', type: 'aws', is_disabled: true }),
      ...accounts(),
    ],
    tenants: [makeTenant(), makeTenant({ slug: 'northwind', name: 'Northwind', role: 'editor' })],
  });
}
