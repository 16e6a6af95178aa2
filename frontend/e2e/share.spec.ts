import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import { apiOf } from './api.ts';
import { join } from './people.ts';
import { closeBrowser, demo, FAILED_REQUEST, signIn, visit } from './stage.ts';

after(closeBrowser);

const DEFINITION = {
  nodes: [{ id: 'start', type: 'trigger:manual', data: { name: 'Start', config: {} } }],
  edges: [],
};

const openShare = async (page: Page) => {
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Share…' }).click();
  return page.getByRole('dialog');
};

test('a workflow that is shared with one member alone is not there for another', async () => {
  const { page, context, complaints } = await visit();
  await signIn(page);
  const name = `Payroll ${Date.now().toString(36)}`;
  const made = await apiOf(page)('POST', '/workflows', { name, definition: DEFINITION });
  const path = `${demo.base_url}/workflows/${String(made.id)}`;
  const mina = await join(page, 'Mina', 'editor');
  const otto = await join(page, 'Otto', 'editor');
  const sees = async ({ page: one }: typeof mina): Promise<boolean> => {
    await one.goto(`${demo.base_url}/workflows`);
    await one.getByRole('link', { name: 'Announce pushes to main' }).waitFor();
    return one.getByRole('link', { name }).isVisible();
  };
  assert.deepEqual([await sees(mina), await sees(otto)], [true, true]);

  await page.goto(path);
  const dialog = await openShare(page);
  await dialog.getByRole('button', { name: 'Only those below' }).click();
  await dialog.getByText(/^Only those below see it/).waitFor();
  const share = dialog.getByLabel('Share with');
  await share.selectOption({ label: 'Mina' });
  await dialog.getByRole('button', { name: 'Add' }).click();
  await dialog.getByRole('combobox', { name: 'What Mina may do' }).waitFor();

  assert.deepEqual([await sees(mina), await sees(otto)], [true, false]);
  otto.forgive(FAILED_REQUEST);
  await otto.page.goto(path);
  await otto.page.getByRole('heading', { name: 'Nothing is here' }).waitFor();
  await mina.page.goto(path);
  await mina.page.getByRole('heading', { name }).waitFor();
  // Her role lets her publish, this share does not.
  const publish = mina.page.getByRole('button', { name: 'Publish', exact: true });
  await publish.waitFor();
  assert.equal(await publish.isDisabled(), true);
  assert.match((await publish.getAttribute('title')) ?? '', /is shared with you to look at/);

  await dialog.getByRole('combobox', { name: 'What Mina may do' }).selectOption('editor');
  await dialog.getByRole('button', { name: 'Remove Mina' }).waitFor();
  await mina.page.reload();
  await publish.click();
  await mina.page.getByRole('button', { name: 'Publish and activate' }).click();
  await mina.page.getByText('Live · v1').waitFor();
  await dialog.getByRole('button', { name: 'Remove Mina' }).click();
  await dialog.getByRole('button', { name: 'Remove Mina' }).waitFor({ state: 'detached' });
  assert.deepEqual([await sees(mina), await sees(otto)], [false, false]);
  await dialog.getByRole('button', { name: 'Everybody' }).click();
  await dialog.getByText(/^Everybody whose role/).waitFor();
  assert.deepEqual([await sees(mina), await sees(otto)], [true, true]);
  assert.deepEqual(complaints, []);
  for (const one of [context, mina.context, otto.context]) await one.close();
});
