import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { apiOf } from './api.ts';
import { closeProvider, openProvider, type Provider } from './provider.ts';
import { closeBrowser, demo, FAILED_REQUEST, signIn, visit } from './stage.ts';

let provider: Provider;
before(async () => {
  provider = await openProvider();
});
after(async () => {
  closeProvider();
  await closeBrowser();
});

test('a person connects an account in a window that goes by itself, and a workflow acts for it', async () => {
  const { page, context, complaints } = await visit();
  await signIn(page);
  const name = `account-${Date.now().toString(36)}`;

  await page.getByRole('link', { name: 'Credentials' }).click();
  await page.getByRole('button', { name: 'New credential' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Type').selectOption('oauth2');
  await dialog.getByLabel('Name', { exact: true }).fill(name);
  await dialog.getByLabel('Client id').fill(provider.client_id);
  await dialog.getByLabel(/^Client secret/).fill(provider.client_secret);
  await dialog.getByLabel(/^Issuer/).fill(provider.issuer);
  await dialog.getByRole('button', { name: 'Save credential' }).click();
  await dialog.getByText('Nobody has connected it yet.').waitFor();

  const [popup] = await Promise.all([
    context.waitForEvent('page'),
    dialog.getByRole('button', { name: 'Connect', exact: true }).click(),
  ]);
  const isGone = popup.waitForEvent('close');
  await popup.getByRole('heading', { name: 'A provider' }).waitFor();
  await popup.getByRole('link', { name: 'Allow' }).click();
  await isGone;
  await dialog.getByText('It is connected.').waitFor();
  await page.keyboard.press('Escape');
  const row = page
    .getByRole('list', { name: 'Credentials' })
    .getByRole('listitem')
    .filter({ hasText: name });
  await row.getByText('Ready').waitFor();

  const config = { url: `${provider.issuer}/me`, credential: name };
  const definition = {
    nodes: [
      { id: 'start', type: 'trigger:manual', data: { name: 'Start', config: {} } },
      { id: 'who', type: 'action:http', data: { name: 'Who am I', config } },
    ],
    edges: [{ id: 'e', source: 'start', target: 'who' }],
  };
  const api = apiOf(page);
  const workflow = await api('POST', '/workflows', { name: `Acts by ${name}`, definition });
  const path = `/workflows/${String(workflow.id)}`;
  await api('POST', `${path}/publish`, {});
  await api('POST', `${path}/activate`, {});
  const started = await api('POST', `${path}/execute`, { input: {} });
  await page.goto(`${demo.base_url}/executions/${String(started.execution_id)}`);
  await page.getByText('The execution ended: Completed').waitFor({ state: 'attached' });
  await page.getByRole('button', { name: /^Who am I HTTP/ }).click();
  await page.getByText('"ada"').first().waitFor();
  assert.doesNotMatch(await page.content(), /\bat-[\w-]{20}/);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('who says no at the provider learns in its window that nothing was connected', async () => {
  const { page, context, forgive } = await visit();
  forgive(FAILED_REQUEST);
  await signIn(page);

  await page.goto(`${demo.base_url}/oauth/callback?state=${'0'.repeat(32)}.x&error=access_denied`);
  await page.getByRole('heading', { name: 'Nothing was connected' }).waitFor();
  assert.equal(new URL(page.url()).search, '');
  await page.getByRole('link', { name: 'To the credentials' }).click();
  await page.getByRole('heading', { name: 'Credentials' }).waitFor();
  await context.close();
});
