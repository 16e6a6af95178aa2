import type { Page } from 'playwright-core';
import { codeOf, plugKeyIn } from '../authenticator.ts';
import { demo } from '../stage.ts';
import { doom } from './fates.ts';
import type { Scene } from './scenes.ts';

const account = async (page: Page): Promise<void> => {
  await page.goto(`${demo.public_url}/account`);
  await page.getByRole('heading', { name: 'Where you are signed in' }).waitFor();
};

const steps = (page: Page) => page.getByRole('region', { name: 'Two-step sign-in' });

/** Leads to the moment in which the app's picture is shown. */
const setUp = async (page: Page): Promise<void> => {
  await account(page);
  const remove = steps(page).getByRole('button', { name: 'Remove the app' });
  if (await remove.isVisible()) await remove.click();
  await steps(page).getByRole('button', { name: 'Set up an app' }).click();
  await steps(page).getByRole('img').waitFor();
};

const problem = (status: number, code: string, detail: string) => ({
  status,
  contentType: 'application/problem+json',
  body: JSON.stringify({ status, code, title: code, detail, request_id: '0198c5d2a7f07c3e' }),
});

/** One's own account, on the host where people sign in. */
export const OWN_SCENES: readonly Scene[] = [
  { name: 'account', isWhole: true, pose: account },
  { name: 'account-app', isWhole: true, pose: setUp },
  {
    name: 'account-app-wrong',
    pose: async (page) => {
      await setUp(page);
      await steps(page).getByLabel('Code of your app').fill('000000');
      await steps(page).getByRole('button', { name: 'Turn on' }).click();
      await steps(page).getByRole('alert').waitFor();
    },
  },
  {
    name: 'account-codes',
    isWhole: true,
    pose: async (page) => {
      await plugKeyIn(page);
      await setUp(page);
      const secret = await steps(page).locator('code').innerText();
      await steps(page).getByLabel('Code of your app').fill(codeOf(secret));
      await steps(page).getByRole('button', { name: 'Turn on' }).click();
      await steps(page).getByText('They are shown this once.').waitFor();
      const passkeys = page.getByRole('region', { name: 'Passkeys' });
      const before = await passkeys.getByRole('listitem').count();
      await passkeys.getByLabel('Name of this device').fill(before === 0 ? 'Laptop' : 'Telephone');
      await passkeys.getByRole('button', { name: 'Add a passkey' }).click();
      await passkeys.getByRole('listitem').nth(before).waitFor();
    },
  },
  {
    name: 'account-is-it-you',
    pose: async (page) => {
      await page.route('**/api/v1/account/email', (route) =>
        route.fulfill(problem(403, 'step_up_needed', 'Say once more that it is you.')),
      );
      await page.route('**/api/v1/auth/confirm/begin', (route) =>
        route.fulfill({ json: { challenge: null } }),
      );
      await account(page);
      await page.getByLabel('New address').fill('grace@example.com');
      const address = page.getByRole('region', { name: 'E-mail address' });
      await address.getByRole('button', { name: 'Change' }).click();
      await page.getByRole('dialog').getByLabel('Password', { exact: true }).waitFor();
    },
  },
  {
    name: 'account-leave',
    pose: async (page) => {
      await account(page);
      const tenants = page.getByRole('region', { name: 'Tenants you own' });
      await tenants.getByRole('button', { name: /^Delete/ }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'account-needed',
    pose: async (page) => {
      await page.goto(`${demo.public_url}/account?notice=second_factor_needed`);
      await page.getByRole('heading', { name: 'Where you are signed in' }).waitFor();
    },
  },
  {
    name: 'account-loading',
    pose: async (page) => {
      await doom(page, 'hangs');
      await page.goto(`${demo.public_url}/account`);
      await page.locator('.skeleton').first().waitFor();
    },
  },
  {
    name: 'account-failing',
    pose: async (page) => {
      await doom(page, 'fails');
      await page.goto(`${demo.public_url}/account`);
      await page.getByText('The database does not answer.').first().waitFor();
    },
  },
];

const question = (page: Page, methods: string[], passkey: object | null) =>
  page.route('**/api/v1/auth/sign-in', (route) =>
    route.fulfill({
      json: { redirect: null, tenants: [], challenge: { ticket: 't', methods, passkey } },
    }),
  );

const second =
  (methods: string[], passkey: object | null, then?: (page: Page) => Promise<void>) =>
  async (page: Page): Promise<void> => {
    await question(page, methods, passkey);
    await page.goto(`${demo.public_url}/sign-in`);
    await page.getByLabel('E-mail').fill('ada@example.com');
    await page.getByLabel('Password', { exact: true }).fill('a sentence nobody guesses');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: 'One more step' }).waitFor();
    await then?.(page);
  };

export const SECOND_SCENES: readonly Scene[] = [
  { name: 'second-step', pose: second(['totp', 'recovery'], null) },
  { name: 'second-step-passkey', pose: second(['passkey', 'totp', 'recovery'], {}) },
  {
    name: 'second-step-recovery',
    pose: second(['totp', 'recovery'], null, async (page) => {
      await page.getByRole('button', { name: 'Use a recovery code' }).click();
      await page.getByLabel('Recovery code').waitFor();
    }),
  },
];

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

const share =
  (name: 'shared' | 'demo') =>
  async (page: Page, story: { workflows: Record<string, string> }): Promise<void> => {
    await page.goto(`${demo.base_url}/workflows/${story.workflows[name] ?? ''}`);
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Share…' }).click();
    await page.getByRole('dialog').getByLabel('Share with').waitFor();
  };

/** Who may what: keys, shares, connected accounts. */
export const WHO_SCENES: readonly Scene[] = [
  { name: 'api-keys', pose: keys },
  { name: 'api-keys-new', pose: newKey },
  {
    name: 'api-keys-faults',
    pose: async (page) => {
      await newKey(page);
      await page.getByRole('button', { name: 'Create key' }).click();
      await page.getByRole('dialog').locator('.text-bad').first().waitFor();
    },
  },
  {
    name: 'api-keys-once',
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
    pose: async (page) => {
      await keys(page);
      await page
        .getByRole('button', { name: /^Revoke / })
        .first()
        .click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'api-keys-loading',
    pose: async (page) => {
      await doom(page, 'hangs');
      await page.goto(`${demo.base_url}/api-keys`);
      await page.locator('.skeleton').first().waitFor();
    },
  },
  {
    name: 'api-keys-failing',
    pose: async (page) => {
      await doom(page, 'fails');
      await page.goto(`${demo.base_url}/api-keys`);
      await page.getByRole('button', { name: 'Try again' }).waitFor();
    },
  },
  {
    name: 'api-keys-palette',
    pose: async (page) => {
      await keys(page);
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').waitFor();
    },
  },
  { name: 'service-accounts', pose: programs },
  {
    name: 'service-accounts-new',
    pose: async (page) => {
      await programs(page);
      await page.getByRole('button', { name: 'New service account' }).first().click();
      await page.getByRole('dialog').getByLabel('Name', { exact: true }).waitFor();
    },
  },
  { name: 'share-everybody', pose: share('demo') },
  { name: 'share-some', pose: share('shared') },
  { name: 'credentials-due', pose: (page) => credentials(page) },
  {
    name: 'oauth-new',
    pose: async (page) => {
      await credentials(page);
      await page.getByRole('button', { name: 'New credential' }).first().click();
      await page.getByRole('dialog').getByLabel('Type').selectOption('oauth2');
      await page.getByRole('dialog').getByLabel('Client id').waitFor();
    },
  },
  { name: 'oauth-unconnected', pose: (page) => connection(page, 'crm') },
  { name: 'oauth-connected', pose: (page) => connection(page, 'calendar') },
  {
    name: 'oauth-busy',
    pose: async (page) => {
      await doom(page, 'hangs');
      await callback(page);
      await page.locator('.skeleton').first().waitFor();
    },
  },
  {
    name: 'oauth-refused',
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
  {
    name: 'oauth-astray',
    pose: async (page) => {
      await page.goto(`${demo.public_url}/not-connected`);
      await page.getByRole('heading', { name: 'Nothing was connected' }).waitFor();
    },
  },
];

/** An operator acts as a member. */
export const ACTING_SCENES: readonly Scene[] = [
  {
    name: 'acting-workflows',
    pose: async (page) => {
      await page.goto(`${demo.base_url}/workflows`);
      await page.getByRole('link', { name: 'Announce pushes to main' }).waitFor();
    },
  },
  {
    name: 'acting-workflow',
    pose: async (page, story) => {
      await page.goto(`${demo.base_url}/workflows/${story.workflows.orders}`);
      await page.locator('.react-flow__node').first().waitFor();
    },
  },
];
