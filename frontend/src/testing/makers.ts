import type {
  SchemaExecutionShown,
  SchemaMemberOut,
  SchemaMembershipOut,
  SchemaMeOut,
  SchemaNodeTypeOut,
  SchemaPinOut,
  SchemaShareOut,
  SchemaStepShown,
  SchemaWebhookOut,
  SchemaWorkflowOut,
  SchemaWorkflowRow,
} from '@/generated/api';

let counter = 0;

/** A UUIDv7-like id; later ones sort higher. */
export function makeId(): string {
  counter += 1;
  return `0199d3a0-0000-7000-8000-${counter.toString(16).padStart(12, '0')}`;
}

export const ago = (seconds: number): string =>
  new Date(Date.now() - seconds * 1_000).toISOString();

const node = (
  id: string,
  type: string,
  name: string,
  config: Record<string, unknown>,
  x?: number,
  y?: number,
) => ({
  id,
  type,
  ...(x === undefined || y === undefined ? {} : { position: { x, y } }),
  data: { name, config, disabled: false, notes: '' },
});

/** The demo: a GitHub push to main is told to the receiver, other branches end at once. */
const PUSH_DOCUMENT = {
  nodes: [
    node('push', 'trigger:webhook', 'GitHub push', { auth_type: 'github' }),
    node('is-main', 'control:if', 'Is it main?', {
      condition: 'trigger.body.ref == "refs/heads/main"',
    }),
    node('tell', 'action:http', 'Tell the receiver', {
      method: 'POST',
      url: 'http://127.0.0.1:8002/deploys',
    }),
    node('answer', 'action:respond', 'Answer deployed', { status: 200 }),
    node('ignore', 'action:respond', 'Answer ignored', { status: 200 }),
  ],
  edges: [
    { id: 'e1', source: 'push', target: 'is-main' },
    { id: 'e2', source: 'is-main', target: 'tell', sourceHandle: 'true', label: 'true' },
    { id: 'e3', source: 'is-main', target: 'ignore', sourceHandle: 'false', label: 'false' },
    { id: 'e4', source: 'tell', target: 'answer' },
  ],
  settings: { timeout_s: 3600 },
  variables: {},
};

/** All that can be allowed about one workflow. */
const ON_ONE =
  'execution.cancel execution.read webhook.read webhook.update workflow.delete workflow.execute workflow.read workflow.share workflow.update'.split(
    ' ',
  );

export function makeMe(overrides: Partial<SchemaMeOut> = {}): SchemaMeOut {
  return {
    id: makeId(),
    email: 'ada@example.com',
    name: 'Ada Kovač',
    is_operator: false,
    kind: 'user',
    acting: null,
    role: 'owner',
    permissions: [
      ...ON_ONE,
      'workflow.create',
      'credential.read',
      'credential.create',
      'credential.update',
      'credential.delete',
    ],
    tenant: { id: makeId(), slug: 'demo', name: 'Demo', status: 'active' },
    ...overrides,
  };
}

export function makeWorkflow(overrides: Partial<SchemaWorkflowOut> = {}): SchemaWorkflowOut {
  return {
    id: makeId(),
    name: 'Deploy on push',
    description: '',
    is_restricted: false,
    is_active: true,
    live_version: 3,
    draft_revision: 7,
    triggers: [{ node_id: 'push', kind: 'webhook', filtered_count: 0 }],
    folder_id: null,
    tags: [],
    created_by: null,
    deleted_at: null,
    created_at: ago(86_400),
    updated_at: ago(3_600),
    definition: PUSH_DOCUMENT,
    problems: [],
    may: [...ON_ONE],
    ...overrides,
  };
}

export function summaryOf(workflow: SchemaWorkflowOut): SchemaWorkflowRow {
  const left = new Set(['definition', 'may', 'problems']);
  return Object.fromEntries(
    Object.entries(workflow).filter(([name]) => !left.has(name)),
  ) as SchemaWorkflowRow;
}

export function makeStep(overrides: Partial<SchemaStepShown> = {}): SchemaStepShown {
  return {
    node_id: 'push',
    node_type: 'trigger:webhook',
    scope: '',
    status: 'completed',
    port: '',
    seq: 1,
    attempt: 1,
    attempts: [],
    input: null,
    item: null,
    output: { ok: true },
    output_omitted: false,
    copied_from: null,
    is_pinned: false,
    has_log: false,
    error: null,
    started_at: ago(10),
    ended_at: ago(9),
    wake_at: null,
    waits_for: null,
    ...overrides,
  };
}

export function makeExecution(overrides: Partial<SchemaExecutionShown> = {}): SchemaExecutionShown {
  return {
    id: makeId(),
    workflow_id: makeId(),
    version_id: makeId(),
    status: 'completed',
    reason: '',
    trigger_kind: 'webhook',
    error_message: '',
    had_errors: false,
    created_at: ago(10),
    started_at: ago(10),
    ended_at: ago(9),
    seq: 4,
    trigger_node: 'push',
    trigger: { body: { ref: 'refs/heads/main' } },
    output: { deployed: true },
    response: null,
    error: null,
    parent: null,
    parent_id: null,
    replay_of: null,
    acts_as: null,
    trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
    retry_of: null,
    start_at: '',
    stop_at: null,
    pinned: [],
    steps: [],
    ...overrides,
  };
}

export function makePin(overrides: Partial<SchemaPinOut> = {}): SchemaPinOut {
  return {
    node_id: 'tell',
    output: { status: 200 },
    port: '',
    size_bytes: 14,
    created_by: null,
    updated_at: ago(120),
    ...overrides,
  };
}

export function makeNodeType(overrides: Partial<SchemaNodeTypeOut> = {}): SchemaNodeTypeOut {
  return {
    type: 'action:http',
    title: 'HTTP',
    description: '',
    doc: '',
    icon: '',
    category: 'action',
    version: 1,
    effect: 'external',
    on_unknown: 'rerun',
    fields: [],
    ports: [''],
    credentials: [],
    languages: {},
    output_schema: {},
    is_trigger: false,
    is_response: false,
    needs_port: false,
    has_dynamic_ports: false,
    ...overrides,
  };
}

export function makeWebhook(overrides: Partial<SchemaWebhookOut> = {}): SchemaWebhookOut {
  return {
    id: makeId(),
    workflow_id: makeId(),
    workflow_name: 'Deploy',
    node_id: 'push',
    path: 'gh-5f2c8a1e',
    url: 'http://demo.localhost:8000/webhooks/gh-5f2c8a1e',
    auth_type: 'github',
    is_active: true,
    is_paused: false,
    name: 'GitHub push',
    methods: ['POST'],
    config: {},
    condition: '',
    filtered_count: 0,
    last_event: null,
    day: { accepted: 0, filtered: 0, filter_error: 0, is_capped: false },
    secrets: [],
    warnings: [],
    created_at: ago(3_600),
    updated_at: ago(3_600),
    ...overrides,
  };
}

export function makeTenant(overrides: Partial<SchemaMembershipOut> = {}): SchemaMembershipOut {
  return {
    id: makeId(),
    slug: 'demo',
    name: 'Demo',
    status: 'active',
    gone_after: null,
    role: 'owner',
    host: 'demo.localhost',
    url: 'http://demo.localhost:8000/',
    ...overrides,
  };
}

export function makeShare(overrides: Partial<SchemaShareOut> = {}): SchemaShareOut {
  return {
    kind: 'member',
    subject: makeId(),
    name: 'Ann',
    level: 'viewer',
    given_by: null,
    created_at: ago(60),
    ...overrides,
  };
}

export function makeMember(overrides: Partial<SchemaMemberOut> = {}): SchemaMemberOut {
  return {
    id: makeId(),
    email: 'ann@acme.test',
    name: 'Ann',
    role: 'viewer',
    roles: [],
    joined_at: ago(86_400),
    ...overrides,
  };
}
