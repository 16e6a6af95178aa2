import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import { codeOf, plugKeyIn } from './authenticator.ts';
import { PASSWORD, signUp } from './people.ts';
import { closeBrowser, demo, FAILED_REQUEST, visit } from './stage.ts';

after(closeBrowser);

const newName = (word: string): string => `${word}-${Date.now().toString(36)}`;

async function leave(page: Page): Promise<void> {
  await page.getByRole('button', { name: /Account menu/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.waitForURL(/\/sign-in/);
}

async function givePassword(page: Page, email: string): Promise<void> {
  await page.goto(`${demo.public_url}/sign-in`);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

const part = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

test('a person adds a passkey, signs in by it without a password, and takes it away', async () => {
  const { page, context, complaints, forgive } = await visit();
  await plugKeyIn(page);
  const { home } = await signUp(page, 'Grace', newName('passkey'));
  await page.getByRole('button', { name: /Account menu/ }).click();
  await page.getByRole('menuitem', { name: 'Your account' }).click();

  const passkeys = part(page, 'Passkeys');
  await passkeys.getByLabel('Name of this device').fill('Laptop');
  await passkeys.getByRole('button', { name: 'Add a passkey' }).click();
  await passkeys.getByText('Not used yet').waitFor();
  assert.equal(await passkeys.getByLabel('Name of this device').inputValue(), '');

  await page.goto(home);
  await leave(page);
  await page.goto(`${demo.public_url}/sign-in`);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.waitForURL(`${home}/`);
  await page.getByText('Make your first workflow').waitFor();

  await page.goto(`${demo.public_url}/account`);
  await passkeys.getByText(/^Used/).waitFor();
  await passkeys.getByRole('button', { name: 'Remove Laptop' }).click();
  await passkeys.getByRole('button', { name: 'Remove Laptop' }).waitFor({ state: 'detached' });

  forgive(FAILED_REQUEST);
  await page.goto(`${demo.public_url}/sign-in`);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.getByRole('alert').waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('who has an app is asked for its code; a recovery code opens once; both can be renewed and removed', async () => {
  const { page, context, forgive } = await visit('dark');
  forgive(FAILED_REQUEST);
  const { email, home } = await signUp(page, 'Alan', newName('two-step'));
  await page.goto(`${demo.public_url}/account`);

  const steps = part(page, 'Two-step sign-in');
  await steps.getByRole('button', { name: 'Set up an app' }).click();
  const picture = steps.getByRole('img', { name: /^Picture of the key/ });
  const colours = await picture.evaluate((svg) => [
    getComputedStyle(svg).backgroundColor,
    getComputedStyle(svg.querySelector('path') ?? svg).fill,
  ]);
  // Cameras want it dark on light, also where everything else is light on dark.
  assert.deepEqual(colours, ['oklch(1 0 0)', 'oklch(0.18 0 0)']);
  const secret = await steps.locator('code').innerText();
  await steps.getByLabel('Code of your app').fill('000000');
  await steps.getByRole('button', { name: 'Turn on' }).click();
  await steps.getByRole('alert').waitFor();
  await steps.getByLabel('Code of your app').fill(codeOf(secret));
  await steps.getByRole('button', { name: 'Turn on' }).click();
  await steps.getByText('They are shown this once.').waitFor();
  const codes = await steps.getByRole('listitem').allInnerTexts();
  assert.equal(new Set(codes).size, 10);
  await page.goto(home);
  await leave(page);

  await givePassword(page, email);
  await page.getByRole('heading', { name: 'One more step' }).waitFor();
  // A code is good once, and the one of set-up is used up.
  await page.getByLabel('Code of your app').fill(codeOf(secret, 1));
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.waitForURL(`${home}/`);
  await leave(page);

  const byRecovery = async (): Promise<void> => {
    await givePassword(page, email);
    await page.getByRole('button', { name: 'Use a recovery code' }).click();
    await page.getByLabel('Recovery code').fill(codes[0] ?? '');
    await page.getByRole('button', { name: 'Go on' }).click();
  };
  await byRecovery();
  await page.waitForURL(`${home}/`);
  await leave(page);
  await byRecovery();
  await page.getByRole('alert').waitFor();
  await page.getByLabel('Recovery code').fill(codes[1] ?? '');
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.waitForURL(`${home}/`);

  await page.goto(`${demo.public_url}/account`);
  await steps.getByText('8 recovery codes are left').waitFor();
  await steps.getByRole('button', { name: 'New recovery codes' }).click();
  await steps.getByText('10 recovery codes are left').waitFor();
  await steps.getByRole('button', { name: 'Remove the app' }).click();
  await steps.getByRole('button', { name: 'Set up an app' }).waitFor();
  await context.close();
});
