import type {
  SchemaConnectedAccountOut,
  SchemaCredentialOut,
  SchemaKindOut,
} from '../generated/api';
import { ago, makeId } from './makers.ts';

const value = (name: string, title: string, overrides: object = {}) => ({
  name,
  title,
  help: '',
  is_secret: false,
  is_required: false,
  options: [],
  pattern: '',
  format: '',
  default: '',
  shown_with: [] as string[],
  ...overrides,
});

const kind = (name: string, title: string, overrides: Partial<SchemaKindOut>): SchemaKindOut => ({
  name,
  title,
  description: '',
  docs: '',
  main: '',
  allowed_hosts: [],
  is_free: false,
  is_testable: true,
  untested: '',
  values: [],
  schema: {},
  ...overrides,
});

/** A few of the types that the server describes: of one secret, with choices and defaults, with two secrets, of free names, of lines. */
export const KINDS: SchemaKindOut[] = [
  kind('bearer_token', 'Bearer token', {
    description: 'Sent as “Authorization: Bearer …”.',
    values: [value('token', 'Token', { is_secret: true, is_required: true })],
  }),
  kind('api_key', 'API key', {
    description: 'A key in a header or in the query.',
    values: [
      value('key', 'Key', { is_secret: true, is_required: true }),
      value('location', 'Sent in', { options: ['header', 'query'], default: 'header' }),
      value('name', 'Header', {
        help: 'Of the header or of the parameter in the query.',
        default: 'X-API-Key',
      }),
    ],
  }),
  kind('aws', 'AWS', {
    description: 'An access key of AWS, or of a service that speaks like it.',
    docs: 'https://docs.aws.amazon.com/keys',
    allowed_hosts: ['*.amazonaws.com'],
    values: [
      value('access_key_id', 'Access key id', { is_required: true }),
      value('secret_access_key', 'Secret access key', { is_secret: true, is_required: true }),
      value('session_token', 'Session token', { is_secret: true }),
    ],
  }),
  kind('oauth2', 'OAuth 2.0 account', {
    main: 'access_token',
    values: [
      value('provider', 'Provider', {
        is_required: true,
        options: ['github', 'generic'],
        default: 'generic',
      }),
      value('client_id', 'Client id', { is_required: true }),
      value('client_secret', 'Client secret', { is_secret: true }),
      value('issuer', 'Issuer', { shown_with: ['generic'] }),
      value('auth_style', 'Proof', { options: ['header', 'body'], shown_with: ['generic'] }),
    ],
  }),
  kind('custom', 'Custom', {
    is_free: true,
    is_testable: false,
    untested: 'Only who uses its values knows whether they are right.',
  }),
  kind('ssh_key', 'SSH key', {
    values: [
      value('private_key', 'Private key', { is_secret: true, is_required: true, format: 'pem' }),
    ],
  }),
];

/** How an account is connected; without a word nobody has connected it yet. */
export const makeConnection = (
  overrides: Partial<SchemaConnectedAccountOut> = {},
): SchemaConnectedAccountOut => ({
  status: 'new',
  problem: '',
  scopes: [],
  good_until: null,
  connected_by: null,
  connected_at: null,
  renewed_at: null,
  redirect_uri: 'http://localhost/oauth/callback',
  ...overrides,
});

export function makeCredential(overrides: Partial<SchemaCredentialOut> = {}): SchemaCredentialOut {
  return {
    id: makeId(),
    name: 'acme',
    type: 'bearer_token',
    description: '',
    values: {},
    secrets: ['token'],
    version: 1,
    allowed_hosts: [],
    expires_at: null,
    expires_soon: false,
    is_disabled: false,
    is_restricted: false,
    created_by: null,
    created_at: ago(86_400),
    updated_at: ago(3_600),
    connection: null,
    ...overrides,
  };
}
