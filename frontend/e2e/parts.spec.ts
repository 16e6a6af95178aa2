import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser, FAILED_REQUEST, signIn, visit } from './stage.ts';

after(closeBrowser);

test('a dialog that is asked for without a network comes by itself once there is one', async () => {
  const { page, context, forgive, complaints } = await visit('light');
  forgive(FAILED_REQUEST);
  forgive(/WebSocket connection/);
  await signIn(page);
  const row = page.getByRole('link', { name: 'Announce pushes to main' });
  await row.waitFor();
  await row.focus();
  // What the page fetches at rest is here, but no dialog.
  await page.waitForLoadState('networkidle');

  await context.setOffline(true);
  await page.keyboard.press('t');
  await page.waitForTimeout(1_000);
  assert.equal(await page.getByRole('dialog').count(), 0);
  assert.ok(await row.isVisible());
  await context.setOffline(false);

  await page.getByRole('dialog', { name: 'Tags of Announce pushes to main' }).waitFor();
  await page.getByLabel('New tag').fill('github');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Save the tags' }).click();
  await page.getByText('The tags of 1 workflow are changed').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('It is as it was.').waitFor();
  assert.deepEqual(complaints, []);
});
