import { HttpResponse, http, type RequestHandler } from 'msw';
import type {
  SchemaExecutionShown,
  SchemaOneAnswered,
  SchemaProblemOut,
  SchemaWorkflowOut,
} from '@/generated/api';
import { auditHandlers } from './audit-handlers.ts';
import { credentialHandlers } from './credential-handlers.ts';
import { draftHandlers } from './draft-handlers.ts';
import { leavingHandlers } from './leaving-handlers.ts';
import { listHandlers } from './list-handlers.ts';
import { ago, makeExecution, makeId, makeWorkflow } from './makers.ts';
import { operationHandlers } from './operation-handlers.ts';
import { memberHandlers } from './people-handlers.ts';
import { programHandlers } from './program-handlers.ts';
import { settingsHandlers } from './settings-handlers.ts';
import { shareHandlers } from './share-handlers.ts';
import { stepHandlers } from './step-handlers.ts';
import { triggerHandlers } from './trigger-handlers.ts';
import { versionHandlers } from './version-handlers.ts';
import { wishHandlers } from './wish-handlers.ts';
import { notFound, pageOf, problem, type World } from './world.ts';
import { writingHandlers } from './writing-handlers.ts';

interface Draft {
  name?: string;
  definition?: { nodes?: { id: string; type?: string; data?: { name?: string } }[] };
}

/** One of the server's checks, enough to show problems. */
function problemsOf(definition: Draft['definition']): SchemaProblemOut[] {
  return (definition?.nodes ?? []).flatMap((node, index) => {
    if (node.type?.includes(':') === true) return [];
    const message = `“${node.type ?? ''}” is no node type. Did you mean “action:http”?`;
    const place = { path: `/nodes/${index}/type`, node_id: node.id, edge_id: null, field: 'type' };
    return [{ ...place, code: 'unknown_type', message, severity: 'error' as const }];
  });
}

const CHALLENGE = { ticket: 'ticket-1', methods: ['totp', 'recovery'], passkey: null };

function authHandlers(world: World): RequestHandler[] {
  return [
    http.post('*/api/v1/auth/sign-in', async ({ request }) => {
      const input = (await request.json()) as { email: string; password: string };
      if (input.password === 'wrong')
        return problem(401, 'wrong_credentials', 'E-mail or password is wrong.');
      const redirect = world.tenants.length > 1 ? null : '/workflows';
      if (input.password === 'two steps')
        return HttpResponse.json({ user: null, tenants: [], redirect: null, challenge: CHALLENGE });
      return HttpResponse.json({
        user: world.me,
        tenants: world.tenants,
        redirect,
        challenge: null,
      });
    }),
    http.post('*/api/v1/auth/discover', async ({ request }) => {
      const input = (await request.json()) as { email: string };
      const offers = world.offers.filter(() => input.email.endsWith('@acme.test'));
      return HttpResponse.json({ method: offers.length > 0 ? 'sso' : 'password', offers });
    }),
    http.get('*/api/v1/sso/way-out', () => HttpResponse.json({ redirect: world.wayOut })),
    http.post('*/api/v1/auth/sign-up', async ({ request }) => {
      const input = (await request.json()) as { email: string };
      if (input.email.startsWith('taken')) {
        const errors = [
          { path: '/email', code: 'taken', message: 'This address has an account already.' },
        ];
        return problem(409, 'email_taken', 'This address has an account already.', errors);
      }
      return HttpResponse.json({ redirect: '/workflows' }, { status: 201 });
    }),
    http.post('*/api/v1/auth/cross', () => HttpResponse.json({ redirect: '/workflows' })),
    http.post('*/api/v1/auth/refresh', () => problem(401, 'signed_out', 'Sign in again.')),
    http.post('*/api/v1/auth/sign-out', () => new HttpResponse(null, { status: 204 })),
    http.get('*/api/v1/me', () =>
      world.me === null
        ? problem(401, 'signed_out', 'Sign in first.')
        : HttpResponse.json(world.me),
    ),
    http.get('*/api/v1/tenants', ({ request }) => pageOf(world.tenants, request)),
    ...leavingHandlers(world),
  ];
}

/** The id of a workflow's version, the same each time it is asked for. */
export const versionId = (workflow: SchemaWorkflowOut, number: number): string =>
  `${workflow.id}-v${number}`;

interface Part {
  draft?: boolean;
  part?: 'only' | 'until' | 'from';
  node_id?: string;
}

/** Where a test run of a part begins and ends. */
function partOf({ part, node_id: id }: Part): { start_at: string; stop_at: string[] | null } {
  return {
    start_at: part === undefined || part === 'until' || id === undefined ? '' : id,
    stop_at: part === undefined || part === 'from' || id === undefined ? null : [id],
  };
}

function start(
  world: World,
  workflow: SchemaWorkflowOut,
  trigger: unknown,
  kind: string,
  part: Part = {},
): Response {
  const execution = makeExecution({
    workflow_id: workflow.id,
    version_id:
      part.draft === true
        ? `${workflow.id}-draft-${workflow.draft_revision}`
        : versionId(workflow, workflow.live_version ?? 0),
    ...partOf(part),
    trigger_kind: kind,
    trigger,
    status: 'queued',
    output: null,
    created_at: ago(0),
    started_at: null,
    ended_at: null,
    seq: 0,
  });
  world.executions.unshift(execution);
  world.onStart(execution);
  const accepted = { execution_id: execution.id, status_url: `/api/v1/executions/${execution.id}` };
  return HttpResponse.json(accepted, { status: 202 });
}

function workflowHandlers(world: World): RequestHandler[] {
  const find = (id: unknown): SchemaWorkflowOut | undefined =>
    world.workflows.find((one) => one.id === id);
  const change = (
    name: string,
    apply: (workflow: SchemaWorkflowOut) => Partial<SchemaWorkflowOut>,
  ): RequestHandler =>
    http.post(`*/api/v1/workflows/:id/${name}`, ({ params }) => {
      const workflow = find(params.id);
      if (workflow === undefined) return notFound();
      return HttpResponse.json(Object.assign(workflow, apply(workflow)));
    });
  return [
    http.post('*/api/v1/workflows', async ({ request }) => {
      const draft = (await request.json()) as Draft;
      const workflow = {
        ...makeDraft(draft),
        problems: problemsOf(draft.definition),
      };
      world.workflows.unshift(workflow);
      return HttpResponse.json(workflow, { status: 201 });
    }),
    http.get('*/api/v1/workflows/:id', ({ params }) => {
      const workflow = find(params.id);
      return workflow === undefined ? notFound() : HttpResponse.json(workflow);
    }),
    http.patch('*/api/v1/workflows/:id', async ({ params, request }) => {
      const workflow = find(params.id);
      if (workflow === undefined) return notFound();
      if (request.headers.get('If-Match') !== `"${workflow.draft_revision}"`) {
        return problem(412, 'revision_conflict', 'The draft has changed.');
      }
      const draft = (await request.json()) as Draft;
      Object.assign(workflow, draft, {
        draft_revision: workflow.draft_revision + 1,
        problems: problemsOf(draft.definition),
      });
      return HttpResponse.json(workflow);
    }),
    http.delete('*/api/v1/workflows/:id', ({ params }) => {
      world.workflows = world.workflows.filter((one) => one.id !== params.id);
      return new HttpResponse(null, { status: 204 });
    }),
    change('activate', () => ({ is_active: true })),
    change('deactivate', () => ({ is_active: false })),
    http.get('*/api/v1/workflows/:id/versions', ({ params, request }) => {
      const workflow = find(params.id);
      const live = workflow?.live_version ?? 0;
      const versions = Array.from({ length: live }, (_, index) => ({
        id: workflow === undefined ? '' : versionId(workflow, live - index),
        number: live - index,
        note: '',
        created_at: ago(index * 9_000),
        created_by: null,
      }));
      return pageOf(versions, request);
    }),
    http.get('*/api/v1/workflows/:id/versions/:number', ({ params }) => {
      const workflow = find(params.id);
      if (workflow === undefined) return notFound();
      const number = Number(params.number);
      return HttpResponse.json({
        id: versionId(workflow, number),
        number,
        note: '',
        created_at: ago(60),
        created_by: null,
        definition: workflow.definition,
      });
    }),
    http.post('*/api/v1/workflows/:id/execute', async ({ params, request }) => {
      const workflow = find(params.id);
      if (workflow === undefined) return notFound();
      const { input, ...part } = (await request.json()) as Part & { input: unknown };
      return start(world, workflow, input, 'manual', part);
    }),
  ];
}

/** A workflow as the API answers it after its first save: a draft that nobody has published. */
function makeDraft(draft: Draft): SchemaWorkflowOut {
  return makeWorkflow({
    name: draft.name ?? '',
    is_active: false,
    live_version: null,
    draft_revision: 1,
    triggers: [],
    definition: draft.definition ?? {},
  });
}

/** What a wish for many executions comes to for one of them. */
function answerOf(world: World, id: string, what: string): SchemaOneAnswered {
  const isCancel = what === 'cancel';
  const execution = world.executions.find((one) => one.id === id);
  if (execution === undefined)
    return { id, execution_id: null, code: 'not_found', message: 'Nothing is here.' };
  const isOver = ['completed', 'failed', 'cancelled', 'timed_out'].includes(execution.status);
  if (what === 'delete' && isOver) {
    world.executions = world.executions.filter((one) => one !== execution);
    return { id, execution_id: null, code: '', message: '' };
  }
  if (isCancel !== isOver) {
    if (isCancel) execution.status = 'cancelling';
    const again = makeExecution({ ...execution, id: makeId(), retry_of: id, status: 'queued' });
    if (!isCancel) world.executions.unshift(again);
    return { id, execution_id: isCancel ? null : again.id, code: '', message: '' };
  }
  return isCancel
    ? { id, execution_id: null, code: 'execution_finished', message: 'It has ended already.' }
    : { id, execution_id: null, code: 'execution_live', message: 'It has not ended yet.' };
}

/** Whether the step that a list asks for has called it; a list that asks for none shows all. */
function calledBy(execution: SchemaExecutionShown, asked: URLSearchParams): boolean {
  const [node, scope] = [asked.get('parent_node'), asked.get('parent_scope') ?? ''];
  if (node === null) return true;
  return execution.parent?.node_id === node && execution.parent.scope === scope;
}

function executionHandlers(world: World): RequestHandler[] {
  return [
    http.get('*/api/v1/executions', ({ request }) => {
      const { searchParams } = new URL(request.url);
      const statuses = searchParams.getAll('status');
      const workflowId = searchParams.get('workflow_id');
      const parentId = searchParams.get('parent_id');
      const words = (searchParams.get('error') ?? '').toLowerCase().split(' ');
      const rows = world.executions
        .filter((one) => parentId === null || one.parent_id === parentId)
        .filter((one) => calledBy(one, searchParams))
        .filter((one) => statuses.length === 0 || statuses.includes(one.status))
        .filter((one) => workflowId === null || one.workflow_id === workflowId)
        .filter(({ error }) => {
          const said = JSON.stringify(error ?? '').toLowerCase();
          return words.every((word) => said.includes(word));
        });
      return pageOf(rows, request);
    }),
    http.get('*/api/v1/executions/:id', ({ params }) => {
      const execution = world.executions.find((one) => one.id === params.id);
      return execution === undefined ? notFound() : HttpResponse.json(execution);
    }),
    http.post('*/api/v1/executions/:wish', async ({ params, request }) => {
      const { ids } = (await request.json()) as { ids: string[] };
      const results = ids.map((id) => answerOf(world, id, String(params.wish)));
      return HttpResponse.json({ results });
    }),
    http.post('*/api/v1/executions/:id/cancel', ({ params }) => {
      const execution = world.executions.find((one) => one.id === params.id);
      if (execution === undefined) return notFound();
      execution.status = 'cancelling';
      return HttpResponse.json({}, { status: 202 });
    }),
    http.post('*/api/v1/executions/:id/:verb', ({ params }) => {
      const execution = world.executions.find((one) => one.id === params.id);
      if (execution === undefined) return notFound();
      if (params.verb !== 'retry') {
        execution.status = params.verb === 'pause' ? 'paused' : 'running';
        return HttpResponse.json({}, { status: 202 });
      }
      const again = makeExecution({ ...execution, id: makeId(), retry_of: execution.id });
      world.executions.unshift(again);
      return HttpResponse.json({ execution_id: again.id }, { status: 202 });
    }),
    http.get('*/api/v1/executions/:id/steps/:node/log', () =>
      HttpResponse.json({ lines: world.lines }),
    ),
    http.post('*/api/v1/executions/:id/steps/:node/decide', async ({ params, request }) => {
      const execution = world.executions.find((one) => one.id === params.id);
      const step = execution?.steps?.find((one) => one.node_id === params.node);
      if (step === undefined) return notFound();
      // A worker carries it out later.
      step.error = await request.json();
      return new HttpResponse(null, { status: 202 });
    }),
    http.get('*/api/v1/executions/:id/approvals', () => HttpResponse.json(world.approvals)),
    http.post('*/api/v1/executions/:id/steps/:node/:answer', () => {
      world.approvals = [];
      return new HttpResponse(null, { status: 202 });
    }),
    http.post('*/api/v1/webhooks/:id/sample-delivery', ({ params }) => {
      const webhook = world.webhooks.find((one) => one.id === params.id);
      const workflow = world.workflows.find((one) => one.id === webhook?.workflow_id);
      if (workflow === undefined) return notFound();
      const body = { ref: 'refs/heads/main', pusher: { name: 'Codertocat' } };
      return start(world, workflow, { headers: { 'x-github-event': 'push' }, body }, 'webhook');
    }),
    http.post('*/api/v1/webhooks/:id/regenerate-secret', ({ params }) => {
      const webhook = world.webhooks.find((one) => one.id === params.id);
      if (webhook !== undefined) {
        webhook.secrets = [{ id: makeId(), created_at: ago(0), expires_at: null }];
        webhook.warnings = webhook.warnings.filter((one) => one !== 'secret_missing');
      }
      return HttpResponse.json({ secret: 'whsec_5b1f0c7e4a9d4c0b8f2e6d3a' });
    }),
  ];
}

/** Keeps what was sent, then lets the next handler answer. */
function recorder(world: World): RequestHandler {
  return http.all('*/api/v1/*', async ({ request }) => {
    if (request.method === 'GET') return undefined;
    const text = await request.clone().text();
    const body: unknown = text === '' ? null : JSON.parse(text);
    world.sent.push({ path: new URL(request.url).pathname, body, headers: request.headers });
    return undefined;
  });
}

/** The API of a tenant's host, answered from `world`. */
export function handlersOf(world: World): RequestHandler[] {
  return [
    recorder(world),
    ...authHandlers(world),
    ...operationHandlers(world, ({ definition }) => problemsOf(definition)),
    ...versionHandlers(world),
    ...listHandlers(world),
    ...workflowHandlers(world),
    ...wishHandlers(world),
    ...executionHandlers(world),
    ...stepHandlers(world),
    ...draftHandlers(world),
    ...writingHandlers(world),
    ...shareHandlers(world),
    ...memberHandlers(world),
    ...programHandlers(world),
    ...auditHandlers(world),
    ...settingsHandlers(world),
    ...credentialHandlers(world),
    ...triggerHandlers(world),
  ];
}
