import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { apiOf } from './api.ts';
import { AXE, breaches } from './breaches.ts';
import { closeBrowser, demo, FAILED_REQUEST, runDemo, signIn, visit } from './stage.ts';

after(closeBrowser);

/** Pages that are looked at as they come: where people sign in, and on the tenant's host. */
const PLACES = [
  '/choose',
  '/forgot',
  '/reset',
  '/verify',
  '/invitation',
  '/not-connected',
  '/',
  '/webhooks',
  '/webhook/:id',
  '/schedules',
  '/connections',
  '/service-accounts',
  '/members',
  '/roles',
  '/sso',
  '/audit',
  '/audit/retention',
  '/streams',
  '/settings',
  '/workflows/:id/versions',
];
const WHERE_THEY_SIGN_IN = PLACES.indexOf('/') - 1;

const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

for (const theme of ['light', 'dark'] as const) {
  test(`every page keeps WCAG 2.2 AA in its ${theme} theme`, async () => {
    const { page, context, forgive } = await visit(theme);
    forgive(FAILED_REQUEST);
    await context.addInitScript(AXE);
    const found: string[] = [];
    const look = async (place: string, how = 'as it comes'): Promise<void> => {
      // Skeletons and menus fade in: what is half there has no contrast yet.
      await page.waitForTimeout(400);
      found.push(...(await breaches(page)).map((one) => `${place}, ${how}: ${one}`));
    };

    await page.goto(`${demo.public_url}/sign-up`);
    await page.getByRole('button', { name: 'Create tenant' }).click();
    await look('/sign-up', 'with faults');
    await page.goto(`${demo.public_url}/sign-in`);
    await look('/sign-in');
    await signIn(page);
    await page.getByRole('link', { name: 'Announce pushes to main' }).waitFor();
    await look('/workflows');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').waitFor();
    await look('/workflows', 'palette');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByLabel('Text').fill('{"nodes": [');
    await page.getByText(/^This is not JSON/).waitFor();
    await look('/workflows', 'import with a fault');
    // The first one says that what was typed would be lost.
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /Account menu/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
    await look('/workflows', 'account menu');
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Announce pushes to main' }).click();
    await page.getByRole('button', { name: /^GitHub push Webhook/ }).waitFor();
    await page.getByText('Try it from a terminal').click();
    await look('/workflows/:id');
    await page.getByRole('button', { name: /^GitHub push Webhook/ }).click();
    await page.getByRole('button', { name: 'Close the inspector' }).waitFor();
    await look('/workflows/:id', 'with a node');
    await page.getByRole('button', { name: /^Tell the receiver HTTP/ }).click();
    await page.getByRole('combobox', { name: 'Credential' }).click();
    await page.getByPlaceholder('Search for a credential').waitFor();
    await look('/workflows/:id', 'choosing a credential');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Add node' }).click();
    await page.getByRole('listbox').waitFor();
    await look('/workflows/:id', 'choosing a node');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByRole('dialog').waitFor();
    await look('/workflows/:id', 'publishing');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Share…' }).click();
    await page.getByRole('dialog').getByLabel('Share with').waitFor();
    await look('/workflows/:id', 'sharing');
    await page.keyboard.press('Escape');
    await page.goto(`${demo.base_url}/workflows`);
    await runDemo(page);
    await page.getByRole('button', { name: /^Tell the receiver HTTP, Completed/ }).click();
    await look('/executions/:id');
    await page.getByRole('button', { name: 'Run again' }).click();
    await page.getByRole('dialog').waitFor();
    await look('/executions/:id', 'run again');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Retry from here' }).click();
    await page.getByRole('menuitem', { name: 'With other data…' }).click();
    await page.getByRole('dialog').waitFor();
    await look('/executions/:id', 'retry with other data');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Lanes' }).click();
    await page.getByRole('list', { name: 'Nodes by when they ran' }).waitFor();
    await look('/executions/:id', 'in lanes');
    await page.getByRole('button', { name: 'List' }).click();
    const ran = new URL(page.url()).pathname;
    await page.goto(`${demo.base_url}${ran}/compare/${ran.split('/').at(-1) ?? ''}`);
    await page.getByText(/^0 of \d+ differ$/).waitFor();
    await look('/executions/:id/compare/:other');
    await page.getByRole('button', { name: 'Side by side' }).click();
    await look('/executions/:id/compare/:other', 'side by side');
    await page.getByRole('button', { name: 'Differences' }).click();
    await page.goto(`${demo.base_url}/executions`);
    await page.getByRole('row').nth(1).waitFor();
    await look('/executions');
    await page.getByRole('rowgroup').getByRole('checkbox').first().click();
    await look('/executions', 'chosen');
    await page.getByRole('button', { name: 'Cancel executions' }).click();
    await page.getByRole('dialog').waitFor();
    await look('/executions', 'to be cancelled');
    await page.keyboard.press('Escape');
    await page.goto(`${demo.base_url}/credentials`);
    await page.getByRole('button', { name: 'New credential' }).first().waitFor();
    await look('/credentials');
    await page.getByRole('button', { name: 'New credential' }).first().click();
    await page.getByLabel('Type').selectOption('api_key');
    await page.getByRole('button', { name: 'Save credential' }).click();
    await look('/credentials', 'new, with faults');
    await page.keyboard.press('Escape');
    await page.goto(`${demo.base_url}/api-keys`);
    await page
      .getByRole('button', { name: /^Revoke / })
      .first()
      .waitFor();
    await look('/api-keys');
    await page.getByRole('button', { name: 'New API key' }).first().click();
    await page.getByRole('checkbox', { name: 'workflow.read' }).waitFor();
    await page.getByRole('button', { name: 'Create key' }).click();
    await look('/api-keys', 'new, with faults');
    await page.keyboard.press('Escape');
    await page.goto(`${demo.public_url}/account`);
    await page.getByRole('button', { name: 'Sign out everywhere' }).waitFor();
    await page.getByRole('button', { name: 'Set up an app' }).click();
    await page.getByRole('img', { name: /^Picture of the key/ }).waitFor();
    await look('/account');
    await page.goto(`${demo.base_url}/oauth/callback`);
    await page.getByRole('link', { name: 'To the credentials' }).waitFor();
    await look('/oauth/callback');
    const api = apiOf(page);
    const [webhook] = (await api('GET', '/webhooks')).results as {
      id: string;
      workflow_id: string;
    }[];
    for (const [index, place] of PLACES.entries()) {
      const id = place.startsWith('/webhook') ? webhook?.id : webhook?.workflow_id;
      const base = index <= WHERE_THEY_SIGN_IN ? demo.public_url : demo.base_url;
      await page.goto(`${base}${place.replace(':id', id ?? '')}`);
      await page.getByRole('heading').first().waitFor();
      await page.locator('[aria-busy=true], .skeleton').first().waitFor({ state: 'detached' });
      await look(place);
      await page.setViewportSize(PHONE);
      await look(place, 'on a phone');
      await page.setViewportSize(DESK);
    }
    await page.goto(`${demo.base_url}/executions`);
    await page.getByRole('row').nth(1).waitFor();
    await page.setViewportSize(PHONE);
    await look('/executions', 'on a phone');
    await page.goto(`${demo.base_url}/nowhere`);
    await look('/nowhere');

    assert.deepEqual(found, []);
    await context.close();
  });
}
