import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { apiOf } from './api.ts';
import { edge, node } from './photos/parts.ts';
import { closeBrowser, demo, signIn, visit } from './stage.ts';

after(closeBrowser);

const GOOD = `${demo.receiver_url}/ok`;
const BAD = `${demo.receiver_url}/status/500`;

const card = (page: Page, name: string): Locator =>
  page.locator('.react-flow__node', { hasText: name }).first();

const panel = (page: Page): Locator => page.getByRole('region', { name: 'Run', exact: true });

const ended = (page: Page, how: string): Promise<void> =>
  page.getByText(`The execution ended: ${how}`).first().waitFor({ state: 'attached' });

/** A draft that fails at its third node, until somebody mends its address. */
async function makeDraft(page: Page, name: string): Promise<string> {
  const definition = {
    nodes: [
      node('start', 'trigger:manual', 'Start', {}),
      node('ask', 'action:set', 'Ask', { values: { status: 200, word: 'kept' } }),
      node('call', 'action:http', 'Call', { method: 'POST', url: BAD }),
      node('answer', 'action:set', 'Answer', { values: { heard: '{{ steps.ask.word }}' } }),
    ],
    edges: [edge('start', 'ask'), edge('ask', 'call'), edge('call', 'answer')],
  };
  return String((await apiOf(page)('POST', '/workflows', { name, definition })).id);
}

/** Writes another address into the selected node's form. */
async function mend(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'Address' }).click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type(GOOD);
}

test('a run lights up, its failing node is selected, mended in the inspector and retried from there', async () => {
  const { page, context, complaints } = await visit();
  await signIn(page);
  const id = await makeDraft(page, `Run in place ${Date.now()}`);
  await page.goto(`${demo.base_url}/workflows/${id}`);
  await page.getByText('Run it and see what each node makes').waitFor();

  await page.keyboard.press('ControlOrMeta+Enter');
  await page.waitForURL(/\?execution=[0-9a-f-]{36}$/);
  await card(page, 'Ask')
    .getByText(/Completed/)
    .waitFor({ state: 'attached' });
  await card(page, 'Call')
    .getByText(/Failed/)
    .waitFor({ state: 'attached' });
  await ended(page, 'Failed');
  const failed = new URL(page.url()).searchParams.get('execution');

  await page.getByRole('complementary', { name: 'The chosen node' }).waitFor();
  await page.getByText(/500/).first().waitFor();
  await mend(page);
  await page.getByRole('button', { name: 'Retry from here' }).first().click();
  await page.waitForURL((url) => url.searchParams.get('execution') !== failed);
  await ended(page, 'Completed');

  const retried = new URL(page.url()).searchParams.get('execution') ?? '';
  const shown = await apiOf(page)('GET', `/executions/${retried}?include=steps`);
  assert.equal(shown.start_at, 'call');
  const kept = (shown.steps as { node_id: string; copied_from: string | null }[]).filter(
    ({ copied_from: from }) => from === failed,
  );
  assert.deepEqual(
    kept.map(({ node_id: at }) => at),
    ['ask'],
  );
  await card(page, 'Answer')
    .getByText(/Completed/)
    .waitFor({ state: 'attached' });
  assert.deepEqual(complaints, []);
  await context.close();
});

test('from a red execution to a mended and retried one it is three clicks', async () => {
  const { page, context, complaints } = await visit();
  await signIn(page);
  const id = await makeDraft(page, `Six clicks ${Date.now()}`);
  const started = await apiOf(page)('POST', `/workflows/${id}/execute`, { draft: true });
  await page.goto(`${demo.base_url}/executions/${String(started.execution_id)}`);
  await ended(page, 'Failed');

  let clicks = 0;
  const click = async (what: Locator): Promise<void> => {
    clicks += 1;
    await what.click();
  };
  await click(page.getByRole('link', { name: 'Open in editor' }));
  await click(page.getByRole('textbox', { name: 'Address' }));
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type(GOOD);
  await page.getByText('This ran the draft before your last change.').waitFor();
  await click(page.getByRole('button', { name: 'Retry from here' }).first());
  await ended(page, 'Completed');
  assert.equal(clicks, 3);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a node is pinned and run by keys, and an earlier run is played again on the canvas', async () => {
  const { page, context, complaints } = await visit();
  await signIn(page);
  const id = await makeDraft(page, `Keys ${Date.now()}`);
  await page.goto(`${demo.base_url}/workflows/${id}`);
  await page.getByText('Run it and see what each node makes').waitFor();
  await page.keyboard.press('ControlOrMeta+Enter');
  await ended(page, 'Failed');
  const first = new URL(page.url()).searchParams.get('execution') ?? '';

  await card(page, 'Ask').click();
  await page.keyboard.press('p');
  await panel(page).getByRole('button', { name: 'Unpin' }).waitFor();
  await card(page, 'Ask')
    .getByText(/pinned/)
    .waitFor({ state: 'attached' });
  await page.keyboard.press('Alt+Enter');
  await page.waitForURL((url) => url.searchParams.get('execution') !== first);
  await ended(page, 'Completed');
  const only = new URL(page.url()).searchParams.get('execution') ?? '';
  const shown = await apiOf(page)('GET', `/executions/${only}`);
  assert.deepEqual(shown.stop_at, ['ask']);

  await panel(page)
    .getByRole('button', { name: /^Execution / })
    .click();
  await page.getByRole('menuitem', { name: new RegExp(first.slice(-8)) }).click();
  await page.waitForURL(new RegExp(`execution=${first}`));
  await card(page, 'Call')
    .getByText(/Failed/)
    .waitFor({ state: 'attached' });
  await card(page, 'Ask').click();
  const output = panel(page).getByRole('region', { name: 'Output' }).first();
  await output.getByRole('treeitem', { name: /word: ?"kept"/ }).waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});
