import type { Page } from 'playwright-core';
import { codeOf, plugKeyIn } from '../authenticator.ts';
import { demo } from '../stage.ts';
import { doom } from './fates.ts';
import { of, type Scene } from './scene.ts';

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
export const OWN_SCENES: readonly Scene[] = of('/account', [
  { name: 'account', isWhole: true, pose: account },
  { name: 'account-app', state: 'asking', isWhole: true, pose: setUp },
  {
    name: 'account-app-wrong',
    state: 'faulty',
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
    state: 'asking',
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
    state: 'asking',
    pose: async (page) => {
      await account(page);
      const tenants = page.getByRole('region', { name: 'Tenants you own' });
      await tenants.getByRole('button', { name: /^Delete/ }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'account-needed',
    state: 'faulty',
    pose: async (page) => {
      await page.goto(`${demo.public_url}/account?notice=second_factor_needed`);
      await page.getByRole('heading', { name: 'Where you are signed in' }).waitFor();
    },
  },
  {
    name: 'account-loading',
    state: 'loading',
    pose: async (page) => {
      await doom(page, 'hangs');
      await page.goto(`${demo.public_url}/account`);
      await page.locator('.skeleton').first().waitFor();
    },
  },
  {
    name: 'account-failing',
    state: 'failing',
    pose: async (page) => {
      await doom(page, 'fails');
      await page.goto(`${demo.public_url}/account`);
      await page.getByText('The database does not answer.').first().waitFor();
    },
  },
]);
