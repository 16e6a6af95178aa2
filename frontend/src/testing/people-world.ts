import type {
  SchemaApiKeyOut,
  SchemaArchiveOut,
  SchemaConnectionOut,
  SchemaCorsOut,
  SchemaEntryOut,
  SchemaInvitationOut,
  SchemaPermission,
  SchemaRetentionOut,
  SchemaRoleEnum,
  SchemaRoleOut,
  SchemaSecurityOut,
  SchemaServiceAccountOut,
  SchemaStreamOut,
  SchemaThisTenantOut,
  SchemaUsageOut,
  SchemaUsedMonthOut,
} from '@/generated/api';
import { ago, makeId } from './makers.ts';

const VIEWER: SchemaPermission[] = [
  'workflow.read',
  'execution.read',
  'credential.read',
  'webhook.read',
  'user.read',
  'tenant.read',
];
const OPERATOR: SchemaPermission[] = [
  'workflow.read',
  'workflow.execute',
  'execution.read',
  'execution.cancel',
];
const EDITOR: SchemaPermission[] = [
  ...new Set([...VIEWER, ...OPERATOR]),
  'workflow.create',
  'workflow.update',
  'workflow.share',
  'credential.create',
  'credential.update',
  'credential.delete',
  'webhook.create',
  'webhook.update',
  'webhook.delete',
];
export const ALL: SchemaPermission[] = [
  ...EDITOR,
  'workflow.delete',
  'user.invite',
  'user.manage',
  'role.manage',
  'api_key.manage',
  'sso.manage',
  'audit.read',
  'audit.manage',
  'tenant.update',
];

export const HELD: Record<SchemaRoleEnum, SchemaPermission[]> = {
  owner: ALL,
  admin: ALL,
  editor: EDITOR,
  operator: OPERATOR,
  viewer: VIEWER,
};

/** What the pretended server knows of people, of the trail and of settings. */
export interface People {
  roles: SchemaRoleOut[];
  programs: SchemaServiceAccountOut[];
  keys: SchemaApiKeyOut[];
  invitations: SchemaInvitationOut[];
  entries: SchemaEntryOut[];
  archives: SchemaArchiveOut[];
  streams: SchemaStreamOut[];
  retention: SchemaRetentionOut;
  connections: SchemaConnectionOut[];
  tenant: SchemaThisTenantOut;
  usage: SchemaUsageOut;
  months: SchemaUsedMonthOut[];
  security: SchemaSecurityOut;
  cors: SchemaCorsOut;
}

export function makeRole(overrides: Partial<SchemaRoleOut> = {}): SchemaRoleOut {
  return {
    id: makeId(),
    name: 'Releaser',
    description: 'Runs and publishes, changes no credential',
    permissions: ['workflow.read', 'workflow.execute', 'workflow.update'],
    created_at: ago(86_400),
    updated_at: ago(3_600),
    ...overrides,
  };
}

export function makeInvitation(overrides: Partial<SchemaInvitationOut> = {}): SchemaInvitationOut {
  return {
    id: makeId(),
    email: 'mina@acme.test',
    role: 'editor',
    roles: [],
    invited_by: 'ada@example.com',
    created_at: ago(3_600),
    expires_at: ago(-255_600),
    ...overrides,
  };
}

let seq = 4_700;

export function makeEntry(overrides: Partial<SchemaEntryOut> = {}): SchemaEntryOut {
  seq += 1;
  return {
    id: makeId(),
    seq,
    at: ago(60),
    action: 'workflow.published',
    category: 'workflow',
    severity: 'info',
    outcome: 'success',
    actor: {
      kind: 'user',
      id: makeId(),
      email: 'ada@example.com',
      role: 'owner',
      api_key_id: null,
      session_id: null,
    },
    target: { kind: 'workflow', id: makeId(), name: 'Deploy on push' },
    before: { live_version: 3 },
    after: { live_version: 4 },
    ip: '127.0.0.1',
    user_agent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/141.0.0.0',
    request_id: 'req-0199d3a0',
    hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    ...overrides,
  };
}

export function makeStream(overrides: Partial<SchemaStreamOut> = {}): SchemaStreamOut {
  return {
    id: makeId(),
    name: 'siem',
    url: 'https://siem.example.com/gorax',
    state: 'sending',
    has_secret: true,
    before_until: null,
    behind: 0,
    behind_since: null,
    disabled_at: null,
    failing_since: null,
    failures: 0,
    last_error: '',
    sent_at: ago(30),
    sent_seq: 4_711,
    created_at: ago(86_400),
    ...overrides,
  };
}

export function makeSso(overrides: Partial<SchemaConnectionOut> = {}): SchemaConnectionOut {
  const at = 'http://demo.localhost:8000/auth/sso/okta';
  return {
    id: makeId(),
    name: 'Acme Okta',
    issuer: 'https://acme.okta.com',
    client_id: '0oa1b2c3d4',
    has_client_secret: true,
    scopes: ['openid', 'email', 'profile'],
    email_claim: 'email',
    name_claim: 'name',
    role_rules: [{ claim: 'groups', value: 'gorax-admins', role: 'admin' }],
    default_role: 'viewer',
    role_sync: 'first',
    adds_members: true,
    asks_second_factor: false,
    session_hours: 12,
    is_enabled: false,
    is_enforced: false,
    domains: [],
    redirect_uri: `${at}/callback`,
    start_url: `${at}/start`,
    logout_redirect_uri: 'http://localhost:8000/sign-in',
    back_channel_logout_uri: `${at}/logout`,
    last_sign_in_at: null,
    created_at: ago(86_400),
    updated_at: ago(3_600),
    ...overrides,
  };
}

export function makePeople(overrides: Partial<People> = {}): People {
  return {
    roles: [],
    programs: [],
    keys: [],
    invitations: [],
    entries: [],
    archives: [],
    streams: [],
    retention: { terms: { hot_days: 90, warm_days: 365, cold_days: 2_555 }, hold: null },
    connections: [],
    tenant: { id: makeId(), slug: 'demo', name: 'Demo' },
    usage: {
      plan: 'professional',
      weight: 1,
      limits: [
        { name: 'workflows', limit: 50, used: 12, resets_in_s: null },
        { name: 'executions_per_day', limit: 5_000, used: 4_630, resets_in_s: 21_600 },
        { name: 'running', limit: 10, used: 2, resets_in_s: null },
        { name: 'api_calls_per_min', limit: 300, used: 41, resets_in_s: 30 },
      ],
    },
    months: [],
    security: { requires_second_factor: false, allows_acting: true },
    cors: { origins: [], methods: ['GET', 'POST'], headers: [], max_age_s: 600 },
    ...overrides,
  };
}
