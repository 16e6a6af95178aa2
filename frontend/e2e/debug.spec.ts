import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import { apiOf } from './api.ts';
import { edge, node } from './photos/parts.ts';
import { closeBrowser, demo, signIn, visit } from './stage.ts';

after(closeBrowser);

/** Waits for the end, and says why it was a bad one. */
async function ended(page: Page): Promise<void> {
  await page.getByText('The execution ended: ').waitFor({ state: 'attached' });
  const shown = await apiOf(page)('GET', new URL(page.url()).pathname);
  assert.equal(shown.status, 'completed', JSON.stringify(shown.error));
}

const card = (page: Page, name: string) =>
  page.locator('.react-flow__node', { hasText: name }).first();

/** A workflow that is live: its second node tells what the first one gave, and what it was started with. */
async function makeLive(page: Page, name: string): Promise<string> {
  const api = apiOf(page);
  const definition = {
    nodes: [
      node('start', 'trigger:manual', 'Start', {}),
      node('ask', 'action:set', 'Ask', { values: { status: 200 } }),
      node('answer', 'action:set', 'Answer', {
        values: { heard: '{{ steps.ask.status }}', word: '{{ trigger.word }}' },
      }),
    ],
    edges: [edge('start', 'ask'), edge('ask', 'answer')],
  };
  const id = String((await api('POST', '/workflows', { name, definition })).id);
  await api('POST', `/workflows/${id}/publish`, {});
  await api('POST', `/workflows/${id}/activate`, {});
  return id;
}

async function run(page: Page, id: string, input: object): Promise<void> {
  const started = await apiOf(page)('POST', `/workflows/${id}/execute`, { input });
  await page.goto(`${demo.base_url}/executions/${String(started.execution_id)}`);
  await ended(page);
}

test('an output is pinned, and a part of the draft runs with it', async () => {
  const { page, context, complaints } = await visit();
  await signIn(page);
  const id = await makeLive(page, `Pinned ${Date.now()}`);
  await run(page, id, { word: 'first' });

  await page.goto(`${demo.base_url}/workflows/${id}`);
  await page.getByRole('button', { name: /^Show the latest run/ }).click();
  await card(page, 'Ask').click();
  await page.getByRole('button', { name: 'Pin output' }).first().click();
  await card(page, 'Ask')
    .getByText(/pinned/)
    .waitFor({ state: 'attached' });
  await apiOf(page)('PUT', `/workflows/${id}/pins/ask`, { output: { status: 299 } });

  await card(page, 'Answer').click();
  await page.keyboard.press('Alt+Enter');
  await page.waitForURL(/execution=/);
  const output = page.getByRole('region', { name: 'Output' }).first();
  await output.getByText('299').first().waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a finished execution is retried from a node with other data, and its log is exported', async () => {
  const { page, context, complaints } = await visit();
  await signIn(page);
  const id = await makeLive(page, `Retried ${Date.now()}`);
  await run(page, id, { word: 'first' });

  await card(page, 'Answer').click();
  await page.getByRole('button', { name: 'Retry from here' }).click();
  await page.getByRole('menuitem', { name: 'With other data…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Data of the trigger').fill('{"word": "second"}');
  await dialog.getByRole('button', { name: 'Retry', exact: true }).click();
  await page.getByRole('link', { name: /^Retry of / }).waitFor();
  await ended(page);

  await page.getByText('It began at “Answer”; what came before was taken over.').waitFor();
  const output = page.getByRole('region', { name: 'Output' }).first();
  assert.match(await output.innerText(), /word: "second"/);

  await page.getByRole('button', { name: 'Export the log' }).click();
  const coming = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'CSV' }).click();
  assert.match((await coming).suggestedFilename(), /\.csv$/);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('several executions are chosen and retried at once', async () => {
  const { page, context, complaints } = await visit();
  await signIn(page);
  const id = await makeLive(page, `Many ${Date.now()}`);
  await run(page, id, { word: 'any' });
  await run(page, id, { word: 'any' });
  await page.goto(`${demo.base_url}/executions?workflow=${id}`);
  await page.getByRole('checkbox').nth(2).waitFor();

  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.keyboard.press('j');
  await page.keyboard.press('Shift+X');
  await page.getByText('2 chosen').waitFor();
  await page.getByRole('button', { name: 'Retry', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Retry 2' }).click();

  await page.getByText('2 new executions have started.').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
  await page
    .getByRole('link', { name: /^Many / })
    .nth(3)
    .waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a node is given a workflow to call and a credential, both by their names', async () => {
  const { page, context, complaints } = await visit();
  await signIn(page);
  const api = apiOf(page);
  const called = `Called ${Date.now()}`;
  await makeLive(page, called);
  const definition = {
    nodes: [
      node('start', 'trigger:manual', 'Start', {}),
      node('call', 'control:sub_workflow', 'Call it', {}),
      node('ask', 'action:http', 'Ask', { url: `${demo.receiver_url}/ok` }),
    ],
    edges: [edge('start', 'call'), edge('call', 'ask')],
  };
  const made = await api('POST', '/workflows', { name: `Caller ${Date.now()}`, definition });
  await page.goto(`${demo.base_url}/workflows/${String(made.id)}`);

  await card(page, 'Call it').click();
  await page.getByRole('combobox', { name: 'Workflow', exact: true }).click();
  await page.getByPlaceholder('Search for a workflow').fill(called);
  await page.getByRole('option', { name: called }).click();
  await page.getByRole('combobox', { name: 'Workflow', exact: true }).getByText(called).waitFor();

  const credential = `token-${Date.now()}`;
  await card(page, 'Ask').click();
  await page.getByRole('combobox', { name: 'Credential' }).click();
  await page.getByRole('button', { name: 'New credential…' }).click();
  const dialog = page.getByRole('dialog', { name: 'New credential' });
  await dialog.getByLabel('Type', { exact: true }).selectOption('bearer_token');
  await dialog.getByLabel('Name', { exact: true }).fill(credential);
  await dialog.getByLabel('Token', { exact: true }).fill('s3cret');
  await dialog.getByRole('button', { name: 'Save credential' }).click();
  await page.getByRole('combobox', { name: 'Credential' }).getByText(credential).waitFor();

  await page
    .getByText(/^Saved/)
    .first()
    .waitFor();
  const shown = await api('GET', `/workflows/${String(made.id)}`);
  assert.match(JSON.stringify(shown.definition), new RegExp(`"credential":"${credential}"`));
  assert.deepEqual(complaints, []);
  await context.close();
});
