import type { SchemaApiKeyOut } from '@/generated/api';
import { ago } from './makers.ts';

export function makeApiKey(overrides: Partial<SchemaApiKeyOut> = {}): SchemaApiKeyOut {
  return {
    id: 'key-1',
    name: 'deploy',
    prefix: 'gx_abcdefghijkl',
    scopes: ['workflow.read'],
    created_by: 'ada@example.com',
    service_account: null,
    created_at: ago(60),
    expires_at: null,
    last_used_at: null,
    last_used_ip: null,
    ...overrides,
  };
}
