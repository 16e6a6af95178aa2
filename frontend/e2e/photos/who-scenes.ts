import type { Page } from 'playwright-core';
import { demo } from '../stage.ts';
import { doom } from './fates.ts';
import { at, inFate, nodeOf, of, type Scene, waiting } from './scene.ts';

const keys = async (page: Page): Promise<void> => {
  await page.goto(`${demo.base_url}/api-keys`);
  await page.getByRole('list', { name: 'API keys' }).getByRole('listitem').first().waitFor();
};

const programs = async (page: Page): Promise<void> => {
  await page.goto(`${demo.base_url}/service-accounts`);
  const list = page.getByRole('list', { name: 'Service accounts' });
  await list.getByRole('listitem').first().waitFor();
};

const newKey = async (page: Page): Promise<void> => {
  await keys(page);
  await page.getByRole('button', { name: 'New API key' }).first().click();
  await page.getByRole('dialog').getByLabel('workflow.read').waitFor();
};

const credentials = async (page: Page, rest = ''): Promise<void> => {
  await page.goto(`${demo.base_url}/credentials${rest}`);
  await page.getByRole('list', { name: 'Credentials' }).getByRole('listitem').nth(2).waitFor();
};

const connection = async (page: Page, name: string): Promise<void> => {
  await credentials(page);
  await page.getByRole('button', { name: `Actions of ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Connection' }).click();
  await page.getByRole('dialog').getByText('Redirect URI').waitFor();
};

const callback = async (page: Page): Promise<void> => {
  const state = `${'0'.repeat(32)}.x`;
  await page.goto(`${demo.base_url}/oauth/callback?state=${state}&error=access_denied`);
};

const onMenu = async (page: Page, name: string, item: string): Promise<void> => {
  await credentials(page);
  await page.getByRole('button', { name: `Actions of ${name}` }).click();
  await page.getByRole('menuitem', { name: item }).click();
  await page.getByRole('dialog').waitFor();
};

const KEYS = of('/api-keys', [
  { name: 'api-keys', pose: keys },
  { name: 'api-keys-new', state: 'asking', pose: newKey },
  {
    name: 'api-keys-faults',
    state: 'faulty',
    pose: async (page) => {
      await newKey(page);
      await page.getByRole('button', { name: 'Create key' }).click();
      await page.getByRole('dialog').locator('.text-bad').first().waitFor();
    },
  },
  {
    name: 'api-keys-once',
    state: 'asking',
    pose: async (page) => {
      await newKey(page);
      await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('Nightly backup');
      await page.getByLabel('workflow.read').check();
      await page.getByRole('button', { name: 'Create key' }).click();
      await page.getByRole('button', { name: 'I have kept it' }).waitFor();
    },
  },
  {
    name: 'api-keys-revoke',
    state: 'asking',
    pose: async (page) => {
      await keys(page);
      await page
        .getByRole('button', { name: /^Revoke / })
        .first()
        .click();
      await page.getByRole('dialog').waitFor();
    },
  },
]);

const PROGRAMS = of('/service-accounts', [
  { name: 'service-accounts', pose: programs },
  {
    name: 'service-accounts-new',
    state: 'asking',
    pose: async (page) => {
      await programs(page);
      await page.getByRole('button', { name: 'New service account' }).first().click();
      await page.getByRole('dialog').getByLabel('Name', { exact: true }).waitFor();
    },
  },
]);

const CREDENTIALS = of('/credentials', [
  { name: 'credentials', pose: (page) => credentials(page) },
  {
    name: 'credentials-new',
    state: 'faulty',
    pose: async (page) => {
      await credentials(page);
      await page.getByRole('button', { name: 'New credential' }).click();
      await page.getByLabel('Type').selectOption('api_key');
      await page.getByRole('button', { name: 'Save credential' }).click();
    },
  },
  { name: 'credentials-edit', state: 'asking', pose: (page) => onMenu(page, 'archive', 'Edit') },
  {
    name: 'credentials-rotate',
    state: 'asking',
    pose: (page) => onMenu(page, 'archive', 'Replace secrets'),
  },
  {
    name: 'credentials-delete',
    state: 'faulty',
    pose: async (page) => {
      await onMenu(page, 'team-slack', 'Delete');
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await page.getByText('Orders of the day').first().waitFor();
    },
  },
  {
    name: 'credentials-menu',
    state: 'asking',
    pose: async (page) => {
      await credentials(page);
      await page.getByRole('button', { name: 'Actions of archive' }).click();
      await page.getByRole('menuitem').first().waitFor();
    },
  },
  {
    name: 'oauth-new',
    state: 'asking',
    pose: async (page) => {
      await credentials(page);
      await page.getByRole('button', { name: 'New credential' }).first().click();
      await page.getByRole('dialog').getByLabel('Type').selectOption('oauth2');
      await page.getByRole('dialog').getByLabel('Client id').waitFor();
    },
  },
  { name: 'oauth-unconnected', state: 'asking', pose: (page) => connection(page, 'crm') },
  { name: 'oauth-connected', state: 'asking', pose: (page) => connection(page, 'calendar') },
  { name: 'credentials-forbidden', state: 'refused', pose: inFate('is refused', '/credentials') },
]);

const RETURNING = of('/oauth/callback', [
  {
    name: 'oauth-busy',
    state: 'loading',
    pose: async (page) => {
      await doom(page, 'hangs');
      await callback(page);
      await page.locator('.skeleton').first().waitFor();
    },
  },
  {
    name: 'oauth-refused',
    state: 'failing',
    pose: async (page) => {
      await callback(page);
      await page.getByRole('heading', { name: 'Nothing was connected' }).waitFor();
    },
  },
  {
    name: 'oauth-done',
    pose: async (page) => {
      await page.route('**/api/v1/credentials/connected', (route) =>
        route.fulfill({ json: { name: 'calendar' } }),
      );
      await page.addInitScript(() => Object.assign(window, { close: () => undefined }));
      await callback(page);
      await page.getByText('You can close this window.').waitFor();
    },
  },
]);

const ASTRAY = of('/not-connected', [
  {
    name: 'oauth-astray',
    pose: async (page) => {
      await page.goto(`${demo.public_url}/not-connected`);
      await page.getByRole('heading', { name: 'Nothing was connected' }).waitFor();
    },
  },
]);

const NOWHERE = of('*', [
  {
    name: 'not-found',
    pose: async (page) => {
      await at(page, '/nowhere');
      await page.getByText('Nothing is here').waitFor();
    },
  },
]);

/** Who may what: keys, credentials, connected accounts; and where nothing is. */
export const WHO_SCENES: readonly Scene[] = [
  ...KEYS,
  ...waiting('api-keys', '/api-keys'),
  ...PROGRAMS,
  ...waiting('service-accounts', '/service-accounts'),
  ...CREDENTIALS,
  ...waiting('credentials', '/credentials'),
  ...RETURNING,
  ...ASTRAY,
  ...NOWHERE,
];

/** An operator acts as a member. */
export const ACTING_SCENES: readonly Scene[] = [
  ...of('/workflows', [
    {
      name: 'acting-workflows',
      pose: async (page) => {
        await at(page, '/workflows');
        await page.getByRole('link', { name: 'Announce pushes to main' }).waitFor();
      },
    },
  ]),
  ...of('/workflows/:id', [
    {
      name: 'acting-workflow',
      pose: async (page, story) => {
        await at(page, `/workflows/${story.workflows.orders}`);
        await nodeOf(page, 'Price with tax').waitFor();
      },
    },
  ]),
];
