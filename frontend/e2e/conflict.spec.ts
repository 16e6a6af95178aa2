import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { apiOf } from './api.ts';
import { edge, node } from './photos/parts.ts';
import { closeBrowser, demo, FAILED_REQUEST, signIn, visit } from './stage.ts';

after(closeBrowser);

const OPERATIONS = '**/api/v1/workflows/*/operations*';

const card = (page: Page, name: string): Locator =>
  page.locator('.react-flow__node', { hasText: name }).first();

async function makeDraft(page: Page, name: string): Promise<string> {
  const definition = {
    nodes: [
      node('start', 'trigger:manual', 'Start', {}),
      node('ask', 'action:set', 'Ask', { values: { status: 200 } }),
      node('call', 'action:set', 'Call', { values: { status: 200 } }),
      node('answer', 'action:set', 'Answer', { values: { status: 200 } }),
    ],
    edges: [edge('start', 'ask'), edge('ask', 'call'), edge('call', 'answer')],
  };
  return String((await apiOf(page)('POST', '/workflows', { name, definition })).id);
}

async function open(page: Page, id: string): Promise<void> {
  await page.goto(`${demo.base_url}/workflows/${id}`);
  await card(page, 'Start').waitFor();
}

async function rename(page: Page, from: string, to: string): Promise<void> {
  await card(page, from).click();
  await page.keyboard.press('F2');
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type(to);
  await page.keyboard.press('Enter');
  await card(page, to).waitFor();
}

const saved = (page: Page): Promise<void> => page.getByText(/^Saved \d/).waitFor();

/** The names of the draft's nodes, as the server has them. */
async function names(page: Page, id: string): Promise<string[]> {
  const { definition } = await apiOf(page)('GET', `/workflows/${id}`);
  const { nodes } = definition as { nodes: { data: { name: string } }[] };
  return nodes.map(({ data }) => data.name);
}

test('two tabs edit the same draft: both edits stay, and what no longer fits is said', async () => {
  const { page, context, complaints, forgive } = await visit();
  forgive(FAILED_REQUEST);
  await signIn(page);
  const id = await makeDraft(page, `Two tabs ${Date.now()}`);
  await open(page, id);
  const other = await context.newPage();
  await open(other, id);

  await rename(page, 'Ask', 'Asked here');
  await card(other, 'Asked here').waitFor();

  await other.route(OPERATIONS, (route) => route.abort());
  await rename(other, 'Answer', 'Answered there');
  await rename(other, 'Call', 'Called there');
  await other.getByText('Offline.').waitFor();
  await card(page, 'Call').click();
  await page.keyboard.press('Delete');
  await saved(page);

  await other.unroute(OPERATIONS);
  await other.getByText('One of your edits no longer fits and was left out.').waitFor();
  await saved(other);
  await card(page, 'Answered there').waitFor();
  const both = ['Start', 'Asked here', 'Answered there'];
  assert.deepEqual(await names(page, id), both);
  assert.equal(await card(other, 'Called there').count(), 0);

  await other.keyboard.press('ControlOrMeta+z');
  await card(page, 'Answer').waitFor();
  await saved(other);
  assert.deepEqual(await names(page, id), ['Start', 'Asked here', 'Answer']);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('edits are kept while there is no network, and saved once it is back', async () => {
  const { page, context, complaints, forgive } = await visit();
  forgive(FAILED_REQUEST);
  await signIn(page);
  const id = await makeDraft(page, `Offline ${Date.now()}`);
  // Forms come once the canvas rests; before that a page without a network waits for them.
  const forms = page.waitForResponse(/node-inspector/);
  await open(page, id);
  await forms;

  await context.setOffline(true);
  await rename(page, 'Ask', 'Asked offline');
  await page.getByText('Offline.').waitFor();
  await rename(page, 'Call', 'Called offline');
  await context.setOffline(false);
  await saved(page);

  assert.deepEqual(await names(page, id), ['Start', 'Asked offline', 'Called offline', 'Answer']);
  assert.deepEqual(complaints, []);
  await context.close();
});

/** Ends the session as its expiry does: what proves who somebody is is gone. */
async function expire(context: BrowserContext): Promise<void> {
  for (const { name } of await context.cookies())
    if (!name.endsWith('gorax_csrf')) await context.clearCookies({ name });
}

test('a session that is over keeps the draft, and signing in again saves it', async () => {
  const { page, context, complaints, forgive } = await visit();
  forgive(FAILED_REQUEST);
  await signIn(page);
  const id = await makeDraft(page, `Signed out ${Date.now()}`);
  await open(page, id);

  await expire(context);
  await rename(page, 'Ask', 'Asked too late');
  await page.getByText('Signed out.').waitFor();

  await signIn(page, `/workflows/${id}`);
  await card(page, 'Asked too late').waitFor();
  await page.getByText('Your unsaved edits are back.').waitFor();
  await saved(page);
  assert.deepEqual(await names(page, id), ['Start', 'Asked too late', 'Call', 'Answer']);

  await page.keyboard.press('ControlOrMeta+z');
  await card(page, 'Ask').getByText('Asked too late').waitFor({ state: 'detached' });
  assert.deepEqual(complaints, []);
  await context.close();
});
