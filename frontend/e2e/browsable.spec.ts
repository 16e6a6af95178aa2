import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser, demo, signIn, visit } from './stage.ts';

after(closeBrowser);

test('the browsable API posts its form for who is signed in', async () => {
  const { page, context } = await visit();
  await signIn(page);
  const name = `By hand ${Date.now()}`;

  await page.goto(`${demo.base_url}/api/v1/workflows`);
  const box = page.locator('textarea[name=_content]').first();
  await box.fill(JSON.stringify({ name, definition: { nodes: [], edges: [] } }));
  await page.getByRole('button', { name: 'POST' }).last().click();

  await page.getByText('201 Created').waitFor();
  assert.match(await page.locator('.response-info').innerText(), new RegExp(name));
  await context.close();
});

test('the API describes itself on a page that can be tried', async () => {
  const { page, context } = await visit();

  await page.goto(`${demo.base_url}/api/docs`);

  await page.getByRole('heading', { name: /gorax/ }).first().waitFor();
  // It draws what is looked at, and more when somebody scrolls.
  const wanted = page.getByText('/api/v1/workflows', { exact: false }).first();
  for (let turn = 0; turn < 100 && !(await wanted.isVisible()); turn += 1) {
    await page.mouse.wheel(0, 4000);
    await page.waitForTimeout(100);
  }
  await wanted.waitFor();
  await context.close();
});
