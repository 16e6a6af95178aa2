import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { apiOf } from './api.ts';
import { closeBrowser, demo, FAILED_REQUEST, visit } from './stage.ts';

after(closeBrowser);

test('a person signs up, lands signed in on a new tenant, and sees nothing of the demo', async () => {
  const { page, context, complaints } = await visit();
  const slug = `e2e-${Date.now().toString(36)}`;

  await page.goto(`${demo.public_url}/sign-up`);
  await page.getByLabel('Your name').fill('Grace');
  await page.getByLabel('E-mail').fill(`${slug}@example.com`);
  await page.getByLabel('Password', { exact: true }).fill('a sentence nobody guesses');
  await page.getByLabel('Tenant name').fill(slug);
  await page.getByText(`${slug}.`).waitFor();
  await page.getByRole('button', { name: 'Create tenant' }).click();

  await page.getByText('Make your first workflow').waitFor();
  assert.equal(new URL(page.url()).hostname.split('.')[0], slug);
  await page.getByRole('button', { name: /Grace\s*Account menu/ }).waitFor();
  await page.goto(new URL('/executions', page.url()).href);
  await page.getByText('Executions appear here').waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a newcomer starts from the example, publishes it and runs it', async () => {
  const { page, context, complaints } = await visit();
  const slug = `e2e-${Date.now().toString(36)}-new`;
  await page.goto(`${demo.public_url}/sign-up`);
  await page.getByLabel('Your name').fill('Alan');
  await page.getByLabel('E-mail').fill(`${slug}@example.com`);
  await page.getByLabel('Password', { exact: true }).fill('a sentence nobody guesses');
  await page.getByLabel('Tenant name').fill(slug);
  await page.getByRole('button', { name: 'Create tenant' }).click();

  await page.getByRole('button', { name: 'Start from an example' }).click();
  await page.locator('.react-flow__node').first().waitFor();
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  await page.getByRole('button', { name: 'Publish and activate' }).click();
  await page.getByText('Live · v1').waitFor();
  await page.getByRole('button', { name: 'Choose what runs' }).click();
  await page.getByRole('menuitem', { name: 'Edit the data…' }).click();
  await page.getByRole('dialog').getByLabel('Data').fill('{"name": "Alan"}');
  await page.getByRole('dialog').getByRole('button', { name: 'Run' }).click();
  await page.getByText('The execution ended: Completed').first().waitFor({ state: 'attached' });

  const shown = await apiOf(page)(
    'GET',
    `/executions/${new URL(page.url()).searchParams.get('execution') ?? ''}`,
  );
  assert.match(JSON.stringify(shown.response), /Hello, Alan/);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('who is not signed in is taken to sign in, and comes back to where they wanted to go', async () => {
  const { page, context, forgive } = await visit();
  forgive(FAILED_REQUEST);

  await page.goto(`${demo.base_url}/executions?status=failed`);
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.getByLabel('E-mail').fill(demo.email);
  await page.getByLabel('Password', { exact: true }).fill(demo.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();

  await page.waitForURL(`${demo.base_url}/executions?status=failed`);
  await context.close();
});

test('a wrong password is refused in words that do not help a guesser', async () => {
  const { page, context, forgive } = await visit();
  forgive(FAILED_REQUEST);

  await page.goto(`${demo.public_url}/sign-in`);
  await page.getByLabel('E-mail').fill(demo.email);
  await page.getByLabel('Password', { exact: true }).fill('certainly not this');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();

  await page.getByRole('alert').getByText('The e-mail or the password is wrong.').waitFor();
  await context.close();
});
