import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser, demo, runDemo, signIn, visit } from './stage.ts';

after(closeBrowser);

test('a person signs in, sends the demo delivery and watches it complete with the right output', async () => {
  const { page, context, complaints } = await visit();

  await signIn(page);
  await page.getByRole('link', { name: 'Announce pushes to main' }).waitFor();
  await runDemo(page);

  const output = page.getByRole('region', { name: 'Output' }).first();
  assert.match(await output.innerText(), /passed_on: true/);
  assert.match(await output.innerText(), /receiver: 200/);
  await page.getByRole('button', { name: /^Tell the receiver HTTP, Completed/ }).waitFor();
  await page.getByRole('button', { name: /^Nothing to do Respond, Skipped/ }).waitFor();

  await page
    .getByRole('button', { name: /^Tell the receiver HTTP/ })
    .first()
    .click();
  const input = page.getByRole('region', { name: 'Input' }).first();
  assert.match(await input.innerText(), /refs\/heads\/main/);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('what was run stands at the top of the list, and a filter finds it again', async () => {
  const { page, context } = await visit();
  await signIn(page, '/executions');

  await page.getByRole('button', { name: /^Status: / }).click();
  await page.getByRole('menuitemradio', { name: 'Completed' }).click();

  await page.waitForURL(`${demo.base_url}/executions?status=completed`);
  const first = page.getByRole('rowgroup').getByRole('row').first();
  assert.match(await first.innerText(), /Announce pushes to main\s+Completed/);
  await context.close();
});

test('a workflow is pasted as JSON, its problems are named, mended, published and run', async () => {
  const { page, context, complaints } = await visit();
  const name = `Pasted ${Date.now()}`;
  const node = (id: string, type: string, config: object) => ({
    id,
    type,
    data: { name: id, config },
  });
  const document = (type: string) =>
    JSON.stringify({
      name,
      nodes: [
        node('start', 'trigger:manual', {}),
        node('answer', type, { status: 200, body: { heard: '{{ trigger.word }}' } }),
      ],
      edges: [{ id: 'e', source: 'start', target: 'answer' }],
    });
  await signIn(page);

  await page.getByRole('button', { name: 'Import', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Text').fill(document('action:respnd'));
  await dialog.getByText('There is no node type “action:respnd”').waitFor();
  await dialog.getByRole('button', { name: 'Create workflow' }).click();
  await page.getByTitle('Show the problems of the draft').waitFor();

  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Edit as JSON' }).click();
  const edit = page.getByRole('dialog');
  await edit.getByLabel('Document').fill(document('action:respond'));
  await edit.getByRole('button', { name: /^Save/ }).click();
  await edit.getByText(/No problems found/).waitFor();
  await page.keyboard.press('Escape');
  await edit.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  await page.getByRole('button', { name: 'Publish and activate' }).click();
  await page.getByText('Live · v1').waitFor();

  await page.getByRole('button', { name: 'Choose what runs' }).click();
  await page.getByRole('menuitem', { name: 'Edit the data…' }).click();
  await page.getByRole('dialog').getByLabel('Data').fill('{"word": "hello"}');
  await page.getByRole('dialog').getByRole('button', { name: 'Run' }).click();
  await page.getByText('The execution ended: Completed').first().waitFor({ state: 'attached' });
  await page.locator('.react-flow__node', { hasText: 'answer' }).first().click();

  const output = page.getByRole('region', { name: 'Output' }).first();
  await output.getByText('hello').first().waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});
