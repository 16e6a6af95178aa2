import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import { closeBrowser, demo, signIn, visit } from './stage.ts';

after(closeBrowser);

const EXAMPLE = new URL('../../docs/examples/order-routing.json', import.meta.url);

const greeting = (words: string) =>
  JSON.stringify({
    nodes: [
      {
        id: 'start',
        type: 'trigger:manual',
        position: { x: 0, y: 0 },
        data: { name: 'Start', config: {} },
      },
      {
        id: 'answer',
        type: 'action:respond',
        position: { x: 300, y: 0 },
        data: { name: 'Answer', config: { status: 200, body: { says: words } } },
      },
    ],
    edges: [{ id: 'e1', source: 'start', target: 'answer' }],
  });

/** Makes a workflow of a text by the import dialog and arrives in its editor. */
async function imported(page: Page, text: string, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Text').fill(text);
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByRole('button', { name: 'Create workflow' }).click();
  await page.waitForURL(/\/workflows\/[0-9a-f-]{36}$/);
}

const publishButton = (page: Page) =>
  page.getByRole('banner').or(page.locator('main header')).getByRole('button', { name: 'Publish' });

test('a version is published with its changes before the eyes, compared, and an older one restored', async () => {
  const { page, context, complaints } = await visit();
  await signIn(page);
  await imported(page, greeting('hello'), `Versions ${Date.now()}`);

  await publishButton(page).first().click();
  const sheet = page.getByRole('dialog');
  await sheet.getByText('The draft becomes version 1.').waitFor();
  await sheet.getByRole('button', { name: 'Publish and activate' }).click();
  await page.getByText('Live · v1').waitFor();

  await page.getByRole('button', { name: 'More actions' }).first().click();
  await page.getByRole('menuitem', { name: 'Edit as JSON' }).click();
  await sheet.getByLabel('Document').fill(greeting('good evening'));
  await sheet.getByRole('button', { name: 'Save draft' }).click();
  await sheet.getByText('The draft is saved.').waitFor();
  await page.keyboard.press('Escape');

  await page.keyboard.press('Control+Shift+p');
  const changes = sheet.getByRole('list', { name: 'Changes' });
  await changes.getByText('config › body › says').waitFor();
  assert.match(await changes.innerText(), /hello[\s\S]*good evening/);
  await sheet.getByLabel('Note').fill('It is late.');
  await sheet.getByRole('button', { name: 'Publish', exact: true }).click();
  await page.getByText('Live · v2').waitFor();

  await page.keyboard.press('Alt+h');
  await page.waitForURL(/\/versions$/);
  const list = page.getByRole('list', { name: 'Versions' });
  assert.match(
    await list.innerText(),
    /Version 2\s+Live[\s\S]*Published by you[\s\S]*It is late\./,
  );
  await list.getByRole('button', { name: /^Version 1/ }).click();
  await page.getByRole('button', { name: /Compare with/ }).click();
  await page.getByRole('menuitemradio', { name: 'Version 2 · Live' }).click();
  await page.getByRole('button', { name: /^Answer Respond, changed/ }).waitFor();
  await page.keyboard.press('j');
  await page.getByText('1 of 1').waitFor();

  await page.getByRole('button', { name: 'Restore as draft' }).click();
  await page.getByText('Version 1 is the draft now.').waitFor();
  await page.getByRole('link', { name: 'Back to the editor' }).click();
  await publishButton(page).first().click();
  await changes.getByText('config › body › says').waitFor();
  assert.match(await changes.innerText(), /good evening[\s\S]*hello/);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('the example with ten nodes comes in and opens, and says which credential it lacks', async () => {
  const { page, context, complaints } = await visit();
  await signIn(page);

  await page.getByRole('button', { name: 'Import', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Text').fill(readFileSync(EXAMPLE, 'utf8'));
  await dialog.getByText(/^10 nodes/).waitFor();
  await dialog.getByText(/The credential “mail-server” is not here/).waitFor();
  await dialog.getByRole('button', { name: 'Create workflow' }).click();

  await page.waitForURL(new RegExp(`^${demo.base_url}/workflows/[0-9a-f-]{36}$`));
  for (const name of ['An order comes in', 'A large order?', 'Log the way it took'])
    await page
      .getByRole('button', { name: new RegExp(`^${name.replace('?', '\\?')}`) })
      .first()
      .waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});
