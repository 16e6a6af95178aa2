import { HttpResponse } from 'msw';
import type {
  SchemaApprovalShown,
  SchemaBatchOut,
  SchemaCredentialOut,
  SchemaEventOut,
  SchemaExecutionShown,
  SchemaFiringOut,
  SchemaFolderOut,
  SchemaLogLine,
  SchemaMemberOut,
  SchemaMembershipOut,
  SchemaNodeTypeOut,
  SchemaOfferOut,
  SchemaPinOut,
  SchemaScheduleOut,
  SchemaShareOut,
  SchemaVersionOut,
  SchemaWebhookOut,
  SchemaWishShown,
  SchemaWorkflowOut,
} from '@/generated/api';
import { makeMe, makeTenant } from './makers.ts';
import { makePeople, type People } from './people-world.ts';

/** What is known of one node's data. */
export interface Sample {
  node_id: string;
  source: 'pin' | 'step' | 'trigger';
  execution_id: string | null;
  at: string | null;
  output: unknown;
  is_truncated: boolean;
  variables: Record<string, unknown> | null;
}

/** What the pretended server knows. Tests fill it and look at it. */
export interface World {
  me: ReturnType<typeof makeMe> | null;
  tenants: SchemaMembershipOut[];
  /** The companies' sign-ins of every address at acme.test. */
  offers: SchemaOfferOut[];
  /** Where signing out goes on at the company's provider. */
  wayOut: string | null;
  workflows: SchemaWorkflowOut[];
  /** What was deleted. */
  bin: SchemaWorkflowOut[];
  /** The ids of those whose drafts say something else than what is live. */
  changed: string[];
  folders: SchemaFolderOut[];
  executions: SchemaExecutionShown[];
  /** Wishes for all executions that fit, newest first. */
  wishes: SchemaWishShown[];
  webhooks: SchemaWebhookOut[];
  /** What arrived at all webhooks, newest first. */
  events: SchemaEventOut[];
  schedules: SchemaScheduleOut[];
  /** When every schedule fired. */
  firings: SchemaFiringOut[];
  credentials: SchemaCredentialOut[];
  /** Published versions whose documents a test needs; of any other the draft is answered. */
  versions: (SchemaVersionOut & { workflow_id: string })[];
  /** The batches by which drafts were edited, oldest first. */
  batches: SchemaBatchOut[];
  /** The pinned outputs of all workflows. */
  pins: SchemaPinOut[];
  /** With whom every workflow is shared, and who belongs to the tenant. */
  shares: SchemaShareOut[];
  members: SchemaMemberOut[];
  people: People;
  /** The workflows are somebody else's, so nothing of their sharing is told or changed. */
  narrow: boolean;
  /** What the catalogue says of each type, where a test needs more than that there is one. */
  nodeTypes: SchemaNodeTypeOut[];
  /** What is known of each node's data, and what was asked to be computed from them. */
  samples: Sample[];
  asked: unknown[];
  /** What executions ask people. */
  approvals: SchemaApprovalShown[];
  /** What every step wrote that wrote something. */
  lines: SchemaLogLine[];
  /** The bodies of everything sent with an unsafe method, in order. */
  sent: { path: string; body: unknown; headers: Headers }[];
  /** Called for a started execution, so that a richer pretence can let it run. */
  onStart: (execution: SchemaExecutionShown) => void;
  /** Called for a wish for all that fit, so that a richer pretence can carry it out. */
  onWish: (wish: SchemaWishShown) => void;
}

export function makeWorld(overrides: Partial<World> = {}): World {
  return {
    me: makeMe(),
    tenants: [makeTenant()],
    offers: [],
    wayOut: null,
    workflows: [],
    bin: [],
    changed: [],
    folders: [],
    executions: [],
    wishes: [],
    webhooks: [],
    events: [],
    schedules: [],
    firings: [],
    credentials: [],
    versions: [],
    batches: [],
    pins: [],
    shares: [],
    members: [],
    people: makePeople(),
    narrow: false,
    nodeTypes: [],
    samples: [],
    asked: [],
    approvals: [],
    lines: [],
    sent: [],
    onStart: () => undefined,
    onWish: () => undefined,
    ...overrides,
  };
}

export function problem(
  status: number,
  code: string,
  detail: string,
  errors: unknown[] = [],
): HttpResponse<string> {
  return new HttpResponse(
    JSON.stringify({
      type: 'about:blank',
      title: code,
      status,
      detail,
      code,
      request_id: 'req-test-1',
      errors,
    }),
    {
      status,
      headers: { 'Content-Type': 'application/problem+json', 'X-Request-Id': 'req-test-1' },
    },
  );
}

export const notFound = (): HttpResponse<string> => problem(404, 'not_found', 'Nothing is here.');

/** A slice of `rows` as the API pages it: the cursor is the index of the first row. */
export function pageOf(rows: readonly object[], request: Request): Response {
  const url = new URL(request.url);
  const limit = Number(url.searchParams.get('limit') ?? 20);
  const start = Number(url.searchParams.get('cursor') ?? 0);
  const end = start + limit;
  url.searchParams.set('cursor', String(end));
  const next = end < rows.length ? url.href : null;
  return HttpResponse.json({ results: rows.slice(start, end), next, previous: null });
}

/** A row with the name that its workflow has in this world. */
export function named<Row extends { workflow_id: string; workflow_name: string }>(
  world: World,
  row: Row,
): Row {
  const workflow = world.workflows.find(({ id }) => id === row.workflow_id);
  return { ...row, workflow_name: workflow?.name ?? row.workflow_name };
}
