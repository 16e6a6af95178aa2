import type { SchemaEntryOut } from '../src/generated/api';
import { makeApiKey } from '../src/testing/api-key-makers.ts';
import { makeConnection, makeCredential } from '../src/testing/credential-makers.ts';
import { ago, makeId, makeMember } from '../src/testing/makers.ts';
import {
  makeEntry,
  makeInvitation,
  makePeople,
  makeRole,
  makeSso,
  makeStream,
  type People,
} from '../src/testing/people-world.ts';

const DAY_S = 86_400;
const ADA = { kind: 'user', email: 'ada@example.com', role: 'owner' };
const MINA = { kind: 'user', email: 'mina@acme.test', role: 'editor' };
const none = { id: null, api_key_id: null, session_id: null };

const releaser = makeRole();
const auditor = makeRole({
  name: 'Auditor',
  description: 'Reads the trail, touches nothing',
  permissions: ['audit.read', 'workflow.read', 'execution.read', 'user.read'],
});

/** Who belongs to the invented tenant, after whoever is signed in. */
export function members(me: { id: string; name: string; email: string }) {
  const given = { granted_by: me.id, granted_at: ago(DAY_S) };
  return [
    makeMember({
      name: 'Mina Okafor',
      email: 'mina@acme.test',
      role: 'editor',
      roles: [{ id: releaser.id, name: releaser.name, ...given }],
      joined_at: ago(2 * DAY_S),
    }),
    makeMember({ name: 'Jonas Weber', email: 'jonas@acme.test', role: 'operator' }),
    makeMember({
      name: '',
      email: 'compliance@acme.test',
      role: 'viewer',
      roles: [{ id: auditor.id, name: auditor.name, ...given }],
      joined_at: ago(40 * DAY_S),
    }),
    makeMember({ name: 'Priya Raman', email: 'priya@acme.test', role: 'admin' }),
    makeMember({ ...me, role: 'owner', joined_at: ago(200 * DAY_S) }),
  ];
}

const ENTRIES: Partial<SchemaEntryOut>[] = [
  {
    action: 'membership.changed',
    category: 'user_management' as const,
    target: { kind: 'user', id: 'u-1', name: 'Mina Okafor' },
    before: { role: 'viewer', roles: [] },
    after: { role: 'editor', roles: ['Releaser'] },
    at: ago(120),
  },
  {
    action: 'session.refused',
    category: 'authentication' as const,
    severity: 'warning' as const,
    outcome: 'failure' as const,
    actor: { ...none, kind: 'anonymous', email: '', role: '' },
    target: { kind: 'user', id: '', name: 'jonas@acme.test' },
    before: null,
    after: { code: 'wrong_credentials' },
    at: ago(900),
  },
  { at: ago(1_800) },
  {
    action: 'credential.rotated',
    category: 'credential' as const,
    actor: { ...none, ...MINA },
    target: { kind: 'credential', id: 'c-1', name: 'acme-billing' },
    before: { version: 3 },
    after: { version: 4 },
    at: ago(7_200),
  },
  {
    action: 'session.reuse_detected',
    category: 'authentication' as const,
    severity: 'critical' as const,
    outcome: 'failure' as const,
    actor: { ...none, ...ADA },
    target: { kind: 'session', id: 's-1', name: '' },
    before: null,
    after: null,
    at: ago(3 * DAY_S),
  },
];

/** The trail, the roles and the settings of the invented tenant. */
export function people(): People {
  const entries = Array.from({ length: 70 }, (_, index) => {
    const said = ENTRIES[index % ENTRIES.length] ?? {};
    const round = Math.floor(index / ENTRIES.length);
    const at = new Date(Date.parse(said.at ?? ago(0)) - round * 6 * 3_600_000).toISOString();
    return makeEntry({ ...said, at, seq: 4_771 - index });
  }).sort((one, other) => other.at.localeCompare(one.at));
  return makePeople({
    roles: [releaser, auditor],
    programs: [
      {
        id: makeId(),
        name: 'Deploys',
        role: 'operator',
        roles: [
          { id: releaser.id, name: releaser.name, granted_by: 'ada', granted_at: ago(DAY_S) },
        ],
        keys: 2,
        last_used_at: ago(240),
        created_at: ago(864_000),
      },
      {
        id: makeId(),
        name: 'Nightly report',
        role: 'viewer',
        roles: [],
        keys: 1,
        last_used_at: null,
        created_at: ago(172_800),
      },
    ],
    keys: [
      makeApiKey({
        id: makeId(),
        name: 'Laptop',
        last_used_at: ago(3_600),
        last_used_ip: '203.0.113.7',
      }),
      makeApiKey({ id: makeId(), name: 'ci', service_account: 'Deploys', last_used_at: ago(240) }),
    ],
    invitations: [
      makeInvitation({ email: 'sam@acme.test', role: 'viewer' }),
      makeInvitation({ email: 'lee@acme.test', expires_at: ago(DAY_S) }),
    ],
    entries,
    archives: [
      {
        id: 'archive-1',
        first_seq: 1,
        last_seq: 3_412,
        entries: 3_412,
        first_at: ago(190 * DAY_S),
        last_at: ago(97 * DAY_S),
        made_at: ago(90 * DAY_S),
        archive_left_at: null,
        bytes: 412_903,
        prev_hash: '0'.repeat(64),
        last_hash: '5f'.repeat(32),
        sha256: 'a3'.repeat(32),
      },
    ],
    streams: [
      makeStream(),
      makeStream({
        name: 'syslog Frankfurt',
        url: 'syslog+tls://logs.acme.test:6514',
        has_secret: false,
        state: 'failing',
        behind: 184,
        behind_since: ago(5_400),
        failing_since: ago(5_400),
        failures: 12,
        last_error: 'its certificate is not trusted',
      }),
    ],
    connections: [
      makeSso({
        is_enabled: true,
        last_sign_in_at: ago(4_000),
        domains: [
          {
            id: 'domain-1',
            domain: 'acme.test',
            proof: 'dns',
            record_name: '_gorax-challenge.acme.test',
            record_value: 'gorax-verify=7b1f0c',
            verified_at: ago(DAY_S),
            created_at: ago(2 * DAY_S),
          },
          {
            id: 'domain-2',
            domain: 'acme-labs.test',
            proof: 'dns',
            record_name: '_gorax-challenge.acme-labs.test',
            record_value: 'gorax-verify=11c93e',
            verified_at: null,
            created_at: ago(DAY_S),
          },
        ],
      }),
    ],
    months: ['2026-11-01', '2026-10-01', '2026-09-01'].map((month, index) => ({
      month,
      executions: 48_120 - index * 9_000,
      steps: 260_400 - index * 51_000,
      stored_bytes: 812_000_000 - index * 120_000_000,
      seats: 5 - index,
      api_calls: 91_204 - index * 7_000,
    })),
  });
}

/** Accounts at other providers: one that works, one that needs a person, one that nobody has connected. */
export function accounts() {
  const account = (name: string, provider: string, connection: object) =>
    makeCredential({
      name,
      type: 'oauth2',
      values: { provider },
      secrets: ['client_secret'],
      connection: makeConnection(connection),
    });
  return [
    account('deploy bot', 'github', {
      status: 'active',
      scopes: ['repo', 'workflow'],
      connected_at: ago(9 * DAY_S),
      renewed_at: ago(1_800),
      good_until: ago(-5_400),
    }),
    account('finance mailbox', 'google', {
      status: 'lost',
      problem: 'invalid_grant',
      connected_at: ago(90 * DAY_S),
    }),
    account('support chat', 'slack', {}),
  ];
}
