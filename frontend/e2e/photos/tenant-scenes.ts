import type { Page } from 'playwright-core';
import { at, inFate, of, type Pose, type Scene, shown, waiting } from './scene.ts';

const list =
  (path: string, name: string, then?: (page: Page) => Promise<void>): Pose =>
  async (page) => {
    await at(page, path);
    await page.getByRole('list', { name, exact: true }).getByRole('listitem').first().waitFor();
    await then?.(page);
  };

const ask = async (page: Page, button: string | RegExp): Promise<void> => {
  await page.getByRole('button', { name: button }).first().click();
  await page.getByRole('dialog').getByRole('button').first().waitFor();
};

const HOME = of('/', [
  {
    name: 'home',
    isWhole: true,
    pose: async (page) => {
      await at(page, '/');
      await shown(page, 'Recent executions');
      await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
    },
  },
]);

const CONNECTIONS = of('/connections', [
  { name: 'connections', pose: list('/connections', 'Connections') },
  {
    name: 'connections-open',
    state: 'asking',
    pose: list('/connections', 'Connections', (page) => ask(page, /calendar/)),
  },
]);

const MEMBERS = of('/members', [
  { name: 'members', isWhole: true, pose: list('/members', 'Members') },
  {
    name: 'members-open',
    state: 'asking',
    pose: list('/members', 'Members', (page) => ask(page, 'Show Mina')),
  },
  {
    name: 'members-invite',
    state: 'asking',
    pose: list('/members', 'Members', async (page) => {
      await ask(page, 'Invite');
      await page.getByRole('dialog').getByLabel('E-mail').fill('grace@example');
      await page.getByRole('button', { name: 'Send the invitation' }).click();
    }),
  },
]);

const roles = async (page: Page): Promise<void> => {
  await at(page, '/roles');
  await page.getByRole('table').first().waitFor();
};

const ROLES = of('/roles', [
  { name: 'roles', isWhole: true, pose: roles },
  {
    name: 'roles-new',
    state: 'asking',
    pose: async (page) => {
      await roles(page);
      await ask(page, 'New role');
    },
  },
]);

const AUDIT = of('/audit', [
  { name: 'audit', pose: list('/audit', 'Audit log') },
  {
    name: 'audit-entry',
    state: 'asking',
    pose: list('/audit', 'Audit log', (page) => ask(page, /^Show /)),
  },
  {
    name: 'audit-no-match',
    state: 'no match',
    pose: async (page) => {
      await at(page, '/audit?severity=critical&outcome=failure&action=workflow.published');
      await shown(page, 'Nothing fits these filters');
    },
  },
  {
    name: 'audit-forbidden',
    state: 'refused',
    pose: inFate('is refused', '/audit'),
  },
]);

const RETENTION = of('/audit/retention', [
  {
    name: 'retention',
    isWhole: true,
    pose: async (page) => {
      await at(page, '/audit/retention');
      await shown(page, /The newest entry is number/);
    },
  },
]);

const STREAMS = of('/streams', [
  { name: 'streams', pose: list('/streams', 'Streams') },
  {
    name: 'streams-new',
    state: 'faulty',
    pose: list('/streams', 'Streams', async (page) => {
      await ask(page, 'New stream');
      await page.getByRole('dialog').getByLabel('Address').fill('logs.acme.test');
      await page.getByRole('button', { name: 'Make the stream' }).click();
    }),
  },
]);

const SETTINGS = of('/settings', [
  {
    name: 'settings',
    isWhole: true,
    pose: async (page) => {
      await at(page, '/settings');
      await shown(page, 'Plan and usage');
      await page.locator('.skeleton').first().waitFor({ state: 'detached' });
    },
  },
]);

const SSO = of('/sso', [
  {
    name: 'sso',
    isWhole: true,
    pose: async (page) => {
      await at(page, '/sso');
      await shown(page, 'Enter these at the provider');
    },
  },
  {
    name: 'sso-new',
    state: 'faulty',
    pose: async (page) => {
      await at(page, '/sso');
      await shown(page, 'Enter these at the provider');
      await ask(page, 'New connection');
      await page.getByRole('button', { name: 'Make the connection' }).click();
    },
  },
]);

/** What belongs to the tenant as a whole. */
export const TENANT_SCENES: readonly Scene[] = [
  ...HOME,
  ...waiting('home', '/'),
  ...CONNECTIONS,
  ...waiting('connections', '/connections'),
  ...MEMBERS,
  ...waiting('members', '/members'),
  ...ROLES,
  ...waiting('roles', '/roles'),
  ...AUDIT,
  ...waiting('audit', '/audit'),
  ...RETENTION,
  ...waiting('retention', '/audit/retention'),
  ...STREAMS,
  ...waiting('streams', '/streams'),
  ...SETTINGS,
  ...waiting('settings', '/settings'),
  ...SSO,
  ...waiting('sso', '/sso'),
];

const looks =
  (path: string, until: string | RegExp): Pose =>
  async (page) => {
    await at(page, path);
    await shown(page, until);
  };

const NEEDS = 'You may not see this';

/** For who may look, and not at all of it. */
export const VIEWER_SCENES: readonly Scene[] = [
  ...of('/', [{ name: 'viewer-home', state: 'refused', pose: looks('/', 'Recent executions') }]),
  ...of('/workflows', [
    {
      name: 'viewer-workflows',
      state: 'refused',
      pose: looks('/workflows', 'Announce pushes to main'),
    },
  ]),
  ...of('/credentials', [
    { name: 'viewer-credentials', state: 'refused', pose: looks('/credentials', 'github-bot') },
  ]),
  ...of('/api-keys', [
    { name: 'viewer-api-keys', state: 'empty', pose: looks('/api-keys', 'No API key yet') },
  ]),
  ...of('/service-accounts', [
    { name: 'viewer-service-accounts', state: 'refused', pose: looks('/service-accounts', NEEDS) },
  ]),
  ...of('/members', [
    { name: 'viewer-members', state: 'refused', pose: looks('/members', 'Otto') },
  ]),
  ...of('/audit', [{ name: 'viewer-audit', state: 'refused', pose: looks('/audit', NEEDS) }]),
  ...of('/audit/retention', [
    { name: 'viewer-retention', state: 'refused', pose: looks('/audit/retention', NEEDS) },
  ]),
  ...of('/streams', [{ name: 'viewer-streams', state: 'refused', pose: looks('/streams', NEEDS) }]),
  ...of('/settings', [
    { name: 'viewer-settings', state: 'refused', pose: looks('/settings', 'This screen') },
  ]),
  ...of('/sso', [{ name: 'viewer-sso', state: 'refused', pose: looks('/sso', NEEDS) }]),
];
