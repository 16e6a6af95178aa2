import type { Webhook } from './api';

export const AUTH_TYPES = [
  'none',
  'signature',
  'github',
  'stripe',
  'slack',
  'standard',
  'basic',
  'api_key',
] as const;

export type AuthType = (typeof AUTH_TYPES)[number];

export const isAuthType = (value: string | null): value is AuthType =>
  AUTH_TYPES.some((type) => type === value);

export const STATES = ['listening', 'paused', 'inactive', 'secret_missing'] as const;

export type State = (typeof STATES)[number];

export const isState = (value: string | null): value is State =>
  STATES.some((state) => state === value);

/** What keeps a webhook from taking deliveries, the nearest first. */
export function stateOf(webhook: Webhook): State {
  if (!webhook.is_active) return 'inactive';
  if (webhook.is_paused) return 'paused';
  return webhook.warnings.includes('secret_missing') ? 'secret_missing' : 'listening';
}

/** What stands behind the host: as people know a webhook. */
export const pathOf = (webhook: Webhook): string => new URL(webhook.url).pathname;

/** Where a webhook's page is. All that lies below /webhooks/ belongs to senders. */
export const pageOf = (id: string): string => `/webhook/${id}`;
