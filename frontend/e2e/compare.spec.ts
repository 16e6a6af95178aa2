import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import { apiOf } from './api.ts';
import { edge, node } from './photos/parts.ts';
import { closeBrowser, demo, signIn, visit } from './stage.ts';

after(closeBrowser);

/** A node that divides by nothing, until it is mended. */
const documentOf = (expression: string) => ({
  nodes: [
    node('start', 'trigger:manual', 'Start', {}),
    node('share', 'action:formula', 'Share it out', { expression }),
    node('tell', 'action:set', 'Tell it', { values: { each: '{{ steps.share }}' } }),
  ],
  edges: [edge('start', 'share'), edge('share', 'tell')],
});

async function ended(page: Page, id: string, body: object, status: string): Promise<string> {
  const started = await apiOf(page)('POST', `/workflows/${id}/execute`, body);
  const execution = String(started.execution_id);
  await page.goto(`${demo.base_url}/executions/${execution}`);
  await page.getByText('The execution ended: ').waitFor({ state: 'attached' });
  assert.equal((await apiOf(page)('GET', `/executions/${execution}`)).status, status);
  return execution;
}

test('an execution that failed is put beside the one that went well, and an older version runs again', async () => {
  const { page, context, complaints } = await visit();
  await signIn(page);
  const api = apiOf(page);
  const made = await api('POST', '/workflows', {
    name: `Compared ${Date.now()}`,
    definition: documentOf('trigger.total / trigger.people'),
  });
  const id = String(made.id);
  await api('POST', `/workflows/${id}/publish`, {});
  await api('POST', `/workflows/${id}/activate`, {});
  const input = { total: 90, people: 0 };
  const failed = await ended(page, id, { input }, 'failed');

  const draft = await api('GET', `/workflows/${id}`);
  await api(
    'PATCH',
    `/workflows/${id}`,
    { definition: documentOf('trigger.people > 0 ? trigger.total / trigger.people : 0') },
    { 'If-Match': `"${String(draft.draft_revision)}"` },
  );
  await api('POST', `/workflows/${id}/publish`, {});
  const mended = await ended(page, id, { input }, 'completed');

  await page.goto(`${demo.base_url}/executions/${failed}`);
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.getByRole('menuitem', { name: 'With the last one that completed' }).click();
  await page.waitForURL(`**/executions/${mended}/compare/${failed}`);
  await page.getByText('2 of 3 differ').waitFor();
  await page.getByRole('button', { name: 'Swap both' }).click();
  await page.waitForURL(`**/executions/${failed}/compare/${mended}`);
  const rows = page.getByRole('list', { name: 'Nodes' }).getByRole('button');
  assert.match(await rows.nth(0).innerText(), /Share it out[^]*settings/);
  const detail = page.getByRole('region', { name: 'What differs' });
  await detail.getByRole('heading', { name: 'Share it out' }).waitFor();
  const settings = detail.getByRole('region', { name: 'Settings' });
  await settings.getByText('config.expression', { exact: true }).waitFor();
  await settings.getByText('trigger.total / trigger.people', { exact: true }).waitFor();

  const count = await detail.getByRole('listitem').count();
  for (let step = 0; step <= count; step += 1) await page.keyboard.press('j');
  await detail.getByRole('heading', { name: 'Tell it' }).waitFor();

  await page.goto(`${demo.base_url}/workflows/${id}/versions?show=1`);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('What is live stays as it is.', { exact: false }).waitFor();
  await dialog.getByLabel('Input').fill('{"total": 90, "people": 3}');
  await dialog.getByRole('button', { name: 'Run', exact: true }).click();
  await page.waitForURL(/\/executions\//);
  // The page before still shows its own words while the execution's is fetched.
  await page.getByText('The execution ended: ').waitFor({ state: 'attached' });
  await page.getByText('Version 1', { exact: true }).waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});
