import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import { apiOf } from './api.ts';
import { closeBrowser, demo, FAILED_REQUEST, signIn, visit } from './stage.ts';

after(closeBrowser);

const menu = async (page: Page, name: string, item: string): Promise<void> => {
  await page.getByRole('button', { name: `Actions of ${name}` }).click();
  await page.getByRole('menuitem', { name: item }).click();
};

test('a person stores a credential, mends what is refused, gives it a new secret and deletes it', async () => {
  const { page, context, complaints, forgive } = await visit();
  forgive(FAILED_REQUEST);
  const name = `shop-${Date.now().toString(36)}`;
  await signIn(page);

  await page.getByRole('link', { name: 'Credentials' }).click();
  await page.getByRole('button', { name: 'New credential' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Type').selectOption('bearer_token');
  await dialog.getByLabel('Name', { exact: true }).fill(name);
  await dialog.getByLabel('Token', { exact: true }).fill('first-secret');
  await dialog.getByLabel(/^Allowed hosts/).fill('https://shop.example.com/api');
  await dialog.getByRole('button', { name: 'Save credential' }).click();
  await dialog.getByText(/^A host is a name such as/).waitFor();
  await dialog.getByLabel(/^Allowed hosts/).fill('shop.example.com');
  await dialog.getByRole('button', { name: 'Save credential' }).click();
  await dialog.waitFor({ state: 'hidden' });
  const row = page
    .getByRole('list', { name: 'Credentials' })
    .getByRole('listitem')
    .filter({ hasText: name });
  assert.match(await row.innerText(), /Bearer token\s+shop\.example\.com\s+Ready/);

  await menu(page, name, 'Replace secrets');
  assert.equal(await dialog.getByLabel('Token', { exact: true }).inputValue(), '');
  await dialog.getByLabel('Token', { exact: true }).fill('second-secret');
  await dialog.getByRole('button', { name: 'Replace', exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
  await menu(page, name, 'Disable');
  await row.getByText('Disabled').waitFor();
  assert.doesNotMatch(await page.content(), /first-secret|second-secret/);

  await menu(page, name, 'Delete');
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await row.waitFor({ state: 'detached' });
  // The browser itself reports each refusal that it was answered.
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a credential that a live workflow uses is deleted only after it was named', async () => {
  const { page, context, forgive } = await visit();
  forgive(FAILED_REQUEST);
  const name = `used-${Date.now().toString(36)}`;
  await signIn(page);
  const api = apiOf(page);
  await api('POST', '/credentials', { name, type: 'secret', values: { value: 's' } });
  const url = `${demo.receiver_url}/ok?key={{ credentials.${name} }}`;
  const node = (id: string, type: string, config: object) => ({
    id,
    type,
    data: { name: id, config },
  });
  const definition = {
    nodes: [node('start', 'trigger:manual', {}), node('call', 'action:http', { url })],
    edges: [{ id: 'e', source: 'start', target: 'call' }],
  };
  const workflow = await api('POST', '/workflows', { name: `Uses ${name}`, definition });
  await api('POST', `/workflows/${String(workflow.id)}/publish`, {});

  await page.goto(`${demo.base_url}/credentials`);
  await menu(page, name, 'Delete');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await dialog.getByRole('link', { name: `Uses ${name}` }).waitFor();
  await dialog.getByRole('button', { name: 'Delete all the same' }).click();

  await page
    .getByRole('list', { name: 'Credentials' })
    .getByRole('listitem')
    .filter({ hasText: name })
    .waitFor({ state: 'detached' });
  await context.close();
});
