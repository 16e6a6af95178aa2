import type { Page } from 'playwright-core';
import { of, type Scene, shown } from './scene.ts';

/** Who has just signed up is on a host of their own. */
const at = (page: Page, path: string) => page.goto(new URL(path, page.url()).href);

const empty = (name: string, route: string, until: string): readonly Scene[] =>
  of(route, [
    {
      name: `empty-${name}`,
      state: 'empty',
      pose: async (page) => {
        await at(page, route);
        await shown(page, until);
      },
    },
  ]);

/** For who has just signed up: nothing is there yet. */
export const EMPTY_SCENES: readonly Scene[] = [
  ...empty('home', '/', 'Make your first workflow'),
  ...empty('workflows', '/workflows', 'No workflow yet'),
  ...empty('executions', '/executions', 'Executions appear here'),
  ...empty('webhooks', '/webhooks', 'No webhook yet'),
  ...empty('schedules', '/schedules', 'No schedule yet'),
  ...empty('credentials', '/credentials', 'No credential yet'),
  ...empty('connections', '/connections', 'No account'),
  ...empty('api-keys', '/api-keys', 'No API key yet'),
  ...empty('service-accounts', '/service-accounts', 'No service account yet'),
  ...empty('members', '/members', 'No invitation is open.'),
  ...empty('roles', '/roles', 'The five built-in roles fit most teams.'),
  ...empty('streams', '/streams', 'The audit log goes nowhere else'),
  ...empty('retention', '/audit/retention', 'Nothing is old enough yet.'),
  ...empty('sso', '/sso', 'People sign in with their passwords'),
  ...empty('settings', '/settings', 'Plan and usage'),
];
