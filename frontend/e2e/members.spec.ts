import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import { enter } from './people.ts';
import { closeBrowser, demo, FAILED_REQUEST, signIn, visit } from './stage.ts';

after(closeBrowser);

/** Opens what can be done with a member. */
async function open(page: Page, name: string) {
  await page.goto(`${demo.base_url}/members`);
  await page.getByRole('button', { name: `Show ${name}` }).click();
  return page.getByRole('dialog', { name });
}

test('somebody is invited, comes in as the role, is refused elsewhere, and the audit log knows it all', async () => {
  const { page, context, complaints } = await visit();
  await signIn(page, '/members');
  const name = `Mina${Date.now().toString(36)}`;
  const email = `${name.toLowerCase()}@example.com`;

  await page.getByRole('button', { name: 'Invite' }).click();
  const invite = page.getByRole('dialog', { name: 'Invite somebody' });
  await invite.getByLabel('E-mail').fill(email);
  await invite.getByRole('radio', { name: 'Viewer' }).check();
  await invite.getByRole('button', { name: 'Send the invitation' }).click();
  await page.getByRole('list', { name: 'Invitations' }).getByText(email).waitFor();

  const mina = await enter(email, name);
  await mina.page.goto(`${demo.base_url}/audit`);
  await mina.page.getByText(/It needs the permission audit\.read\./).waitFor();
  await mina.page.goto(`${demo.base_url}/sso`);
  await mina.page.getByText(/It needs the permission sso\.manage\. /).waitFor();
  const owner = await open(mina.page, 'Demo owner');
  await owner
    .getByText(/^It needs the permission user\.manage/)
    .first()
    .waitFor();
  assert.equal(await owner.getByRole('radio', { name: 'Viewer' }).isDisabled(), true);

  const dialog = await open(page, name);
  await dialog.getByRole('radio', { name: 'Admin' }).check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  await mina.page.goto(`${demo.base_url}/audit`);
  await mina.page.getByRole('list', { name: 'Audit log' }).waitFor();
  // An admin touches no owner.
  const hers = await open(mina.page, 'Demo owner');
  await hers.getByText('Only an owner changes an owner or makes one.').first().waitFor();

  await page.goto(`${demo.base_url}/audit?category=user_management`);
  await page
    .getByRole('button', { name: /^Show Membership changed/ })
    .first()
    .click();
  const entry = page.getByRole('dialog', { name: 'Membership changed' });
  await entry.getByRole('row', { name: 'role viewer admin' }).waitFor();
  await entry.getByRole('button', { name: 'Close' }).last().click();
  await page
    .getByRole('button', { name: /^Show Invitation accepted/ })
    .first()
    .waitFor();

  const leaving = await open(page, name);
  await leaving.getByRole('button', { name: /^Remove from/ }).click();
  const asked = page.getByRole('dialog', { name: `Remove ${name}?` });
  await asked.getByLabel(`Write ${email} to confirm`).fill(email);
  await asked.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('button', { name: `Show ${name}` }).waitFor({ state: 'detached' });
  mina.forgive(FAILED_REQUEST);
  await mina.page.goto(`${demo.base_url}/members`);
  await mina.page.waitForURL(/\/sign-in/);

  assert.deepEqual(complaints, []);
  await context.close();
  await mina.context.close();
});

test('a role of the tenant’s own is made, seen in the matrix and deleted by its name', async () => {
  const { page, context, complaints } = await visit('dark');
  await signIn(page, '/roles');
  const name = `Releaser ${Date.now().toString(36)}`;

  await page.getByRole('button', { name: 'New role' }).click();
  const dialog = page.getByRole('dialog', { name: 'New role' });
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByRole('checkbox', { name: 'Run workflows' }).check();
  await dialog.getByRole('button', { name: 'Make the role' }).click();
  await page.getByRole('button', { name: `Change ${name}` }).click();
  await page.getByRole('button', { name: 'Delete the role' }).click();
  const asked = page.getByRole('dialog', { name: `Delete the role “${name}”?` });
  await asked.getByLabel(`Write ${name} to confirm`).fill(name);
  await asked.getByRole('button', { name: 'Delete the role' }).click();
  await page.getByRole('button', { name: `Change ${name}` }).waitFor({ state: 'detached' });

  assert.deepEqual(complaints, []);
  await context.close();
});
