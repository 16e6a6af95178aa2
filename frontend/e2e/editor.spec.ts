import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { apiOf } from './api.ts';
import { edge, node } from './photos/parts.ts';
import { closeBrowser, demo, signIn, visit } from './stage.ts';

after(closeBrowser);

const MOST_KEYS = 40;

const card = (page: Page, name: string): Locator =>
  page.locator('.react-flow__node-card', { hasText: name }).first();

const focused = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.id);

/** What the editor has said last to those who do not see it. */
const said = (page: Page, words: string): Promise<void> =>
  page.locator('output', { hasText: words }).first().waitFor({ state: 'attached' });

const saved = (page: Page): Promise<void> =>
  page
    .getByText(/^Saved/)
    .first()
    .waitFor();

interface Draft {
  nodes: { id: string; type: string; data: { name: string } }[];
  edges: { source: string; target: string; sourceHandle?: string }[];
  editor?: { notes?: object; groups?: object };
}

async function draftOf(page: Page, id: string): Promise<Draft> {
  return (await apiOf(page)('GET', `/workflows/${id}`)).definition as Draft;
}

async function open(page: Page, name: string, definition: unknown): Promise<string> {
  const { id } = await apiOf(page)('POST', '/workflows', { name, definition });
  await page.goto(`${demo.base_url}/workflows/${String(id)}`);
  await page.locator('.react-flow__node-card').first().waitFor();
  return String(id);
}

const chain = {
  nodes: [
    node('start', 'trigger:manual', 'Start', {}),
    node('ask', 'action:set', 'Ask', { values: { word: 'kept' } }),
    node('answer', 'action:set', 'Answer', { values: { heard: '{{ steps.ask.word }}' } }),
  ],
  edges: [edge('start', 'ask'), edge('ask', 'answer')],
};

test('a workflow is made, published and run with the keyboard alone', async (test) => {
  const { page, context, complaints } = await visit();
  await signIn(page);
  await page.getByRole('heading', { name: 'Workflows' }).waitFor();
  let keys = 0;
  const press = async (...names: string[]): Promise<void> => {
    for (const name of names) {
      keys += 1;
      await page.keyboard.press(name);
    }
  };
  const type = (word: string): Promise<void> => press(...word);

  await press('c');
  await page.getByRole('heading', { name: 'Start with a trigger' }).waitFor();
  const id = page.url().split('/').at(-1) ?? '';
  await press('n');
  await page.getByRole('dialog', { name: 'Add a node' }).waitFor();
  await type('man');
  await page
    .getByRole('option', { name: /Manual/ })
    .first()
    .waitFor();
  await press('Enter');
  await said(page, 'Add “Manual”');
  await page.waitForFunction(() => (document.activeElement as HTMLElement).dataset.id === 'manual');
  await press('n');
  await page.getByRole('dialog').waitFor();
  await type('set');
  await page
    .getByRole('option', { name: /Set fields/ })
    .first()
    .waitFor();
  await press('Enter');
  await said(page, 'Add “Set fields”');
  await page.waitForFunction(() => (document.activeElement as HTMLElement).dataset.id === 'set');

  // Taken back, the focus stays on the canvas; done again, an arrow leads there.
  await press('ControlOrMeta+z');
  await page.waitForFunction(() => (document.activeElement as HTMLElement).dataset.id === 'manual');
  await press('ControlOrMeta+Shift+z');
  await card(page, 'Set fields').waitFor();
  await press('ArrowRight');
  assert.equal(await focused(page), 'set');
  await saved(page);

  await press('ControlOrMeta+Shift+p');
  const sheet = page.getByRole('dialog');
  const submit = sheet.getByRole('button', { name: /^Publish/ });
  await submit.waitFor();
  await page.waitForFunction(() => {
    const button = document.querySelector<HTMLButtonElement>('[role=dialog] button[type=submit]');
    return button !== null && button.getAttribute('aria-disabled') === null && !button.disabled;
  });
  const isOn = (): Promise<boolean> =>
    submit.evaluate((button) => button === document.activeElement);
  while (!(await isOn()) && keys < MOST_KEYS) await press('Tab');
  await press('Enter');
  await sheet.waitFor({ state: 'hidden' });
  await page.getByText('Live · v1').waitFor();

  await press('ControlOrMeta+Enter');
  await page.waitForURL(/\?execution=[0-9a-f-]{36}$/);
  await card(page, 'Set fields')
    .getByText(/Completed/)
    .waitFor({ state: 'attached' });

  const draft = await draftOf(page, id);
  assert.deepEqual(
    draft.edges.map(({ source, target }) => [source, target]),
    [['manual', 'set']],
  );
  test.diagnostic(`${keys} keys`);
  assert.ok(keys <= MOST_KEYS, `${keys} keys`);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('what is done on the canvas is saved, and is there again after a reload', async () => {
  const { page, context, complaints } = await visit();
  await signIn(page);
  const id = await open(page, `Canvas ${Date.now()}`, chain);

  await card(page, 'Ask').click();
  await page.keyboard.press('F2');
  await page.keyboard.type('Ask twice');
  await page.keyboard.press('Enter');
  await said(page, 'Rename to “Ask twice”');
  await page.keyboard.press('ControlOrMeta+d');
  await said(page, 'Duplicate');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('ControlOrMeta+g');
  await page.getByRole('textbox', { name: 'Title of the group' }).waitFor();
  await page.keyboard.type('All of it');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Shift+S');
  await page.getByRole('textbox', { name: 'Text of the note' }).fill('Remember');
  await page.keyboard.press('Escape');
  await said(page, 'Write a note');
  await saved(page);
  await page.reload();

  await card(page, 'Ask twice').waitFor();
  await page.getByText('All of it').waitFor();
  await page.getByText('Remember').waitFor();
  const draft = await draftOf(page, id);
  assert.equal(draft.nodes.length, 4);
  assert.equal(Object.keys(draft.editor?.groups ?? {}).length, 1);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a deleted node heals the way past it, and comes back by Undo', async () => {
  const { page, context, complaints } = await visit();
  await signIn(page);
  const id = await open(page, `Healed ${Date.now()}`, chain);

  await card(page, 'Ask').click();
  await page.keyboard.press('Delete');
  await page.getByText('“Ask” is deleted').waitFor();
  await saved(page);
  const without = await draftOf(page, id);
  assert.deepEqual(
    without.edges.map(({ source, target }) => `${source} ${target}`),
    ['start answer'],
  );

  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await card(page, 'Ask').waitFor();
  await saved(page);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a wire dropped on empty canvas asks for the next node, and one from the palette lands on an edge', async () => {
  const { page, context, complaints } = await visit();
  await signIn(page);
  const id = await open(page, `Drawn ${Date.now()}`, chain);

  const handle = card(page, 'Answer').locator('.react-flow__handle.source');
  const from = await handle.boundingBox();
  assert.ok(from !== null);
  await page.mouse.move(from.x + 4, from.y + 4);
  await page.mouse.down();
  await page.mouse.move(from.x - 60, from.y + 120, { steps: 8 });
  await page.mouse.up();
  await page.getByRole('dialog', { name: 'Add after “Answer”' }).waitFor();
  await page.keyboard.type('no operation');
  await page
    .getByRole('option', { name: /No operation/ })
    .first()
    .waitFor();
  await page.keyboard.press('Enter');
  await said(page, 'Add “No operation”');

  await page.keyboard.press('Escape');
  await page.keyboard.press('1');
  await page.keyboard.press('n');
  await page.getByRole('dialog').waitFor();
  const line = await page.locator('.react-flow__edge').first().boundingBox();
  const code = await page.getByRole('option', { name: /^Code/ }).first().boundingBox();
  assert.ok(code !== null && line !== null);
  await page.mouse.move(code.x + 40, code.y + 20);
  await page.mouse.down();
  await page.mouse.move(code.x + 60, code.y + 40, { steps: 4 });
  const [x, y] = [line.x + line.width / 2, line.y + line.height / 2];
  await page.mouse.move(x, y, { steps: 6 });
  await page.mouse.up();
  await said(page, 'Put in “Code”');
  await saved(page);

  const draft = await draftOf(page, id);
  const ends = draft.edges.map(({ source, target }) => `${source} ${target}`);
  assert.ok(ends.includes('start code') && ends.includes('code ask'), ends.join(', '));
  assert.ok(ends.includes('answer no_op'), ends.join(', '));
  assert.deepEqual(complaints, []);
  await context.close();
});

test('the outline says and does the same below 720 pixels', async () => {
  const { page, context, complaints } = await visit('light', { width: 390, height: 844 });
  await signIn(page);
  const { id } = await apiOf(page)('POST', '/workflows', {
    name: `Outline ${Date.now()}`,
    definition: chain,
  });
  await page.goto(`${demo.base_url}/workflows/${String(id)}`);

  const rows = page.getByRole('treeitem');
  await rows.first().waitFor();
  assert.deepEqual(
    await rows.evaluateAll((all) => all.map((row) => row.getAttribute('aria-label'))),
    ['Start, Manual', 'Ask, Set', 'Answer, Set'],
  );
  await rows.nth(2).focus();
  await page.keyboard.press('Alt+ArrowUp');
  await said(page, 'Move “Answer” before the previous node');
  await saved(page);
  const draft = await draftOf(page, String(id));
  assert.deepEqual(draft.edges.map(({ source, target }) => `${source} ${target}`).sort(), [
    'answer ask',
    'start answer',
  ]);
  assert.deepEqual(complaints, []);
  await context.close();
});
