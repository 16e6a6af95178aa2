import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { apiOf } from './api.ts';
import { deliver } from './deliver.ts';
import { signUp } from './people.ts';
import { closeBrowser, FAILED_REQUEST, visit } from './stage.ts';

after(closeBrowser);

/** What the sender sends has no price: the first formula fails on it, the mended one does not. */
const DELIVERY = { amount: 100 };
const WRONG = 'round(trigger.body.price * 1.19, 2)';
const RIGHT = 'round(trigger.body.amount * 1.19, 2)';

const card = (page: Page, name: string): Locator =>
  page.locator('.react-flow__node-card', { hasText: name }).first();

const saved = (page: Page): Promise<void> =>
  page
    .getByText(/^Saved/)
    .first()
    .waitFor();

const ended = (page: Page, how: string): Promise<void> =>
  page.getByText(`The execution ended: ${how}`).first().waitFor({ state: 'attached' });

const formula = (page: Page): Locator => page.getByRole('textbox', { name: 'Formula' });

/** Adds a node after the chosen one, by keys. */
async function add(page: Page, word: string, title: string): Promise<void> {
  await page.keyboard.press('n');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.type(word);
  await page
    .getByRole('option', { name: new RegExp(`^${title}`) })
    .first()
    .waitFor();
  await page.keyboard.press('Enter');
  await page
    .locator('output', { hasText: `Add “${title}”` })
    .first()
    .waitFor({ state: 'attached' });
  await page.waitForFunction(
    (wanted) =>
      document.activeElement?.matches('.react-flow__node') === true &&
      document.activeElement.textContent?.includes(wanted) === true,
    title,
  );
}

/** Goes on by Tab until what is wanted has the focus; a field becomes its editor as it is entered, which takes a moment. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  await wanted.waitFor();
  const isOn = (): Promise<boolean> =>
    wanted
      .and(page.locator(':focus'))
      .waitFor({ timeout: 600 })
      .then(
        () => true,
        () => false,
      );
  for (let presses = 0; presses < 30; presses += 1) {
    await page.keyboard.press('Tab');
    if (await isOn()) return;
  }
  assert.fail('Tab does not lead there');
}

/** By keys, too. */
async function publish(page: Page): Promise<void> {
  await page.keyboard.press('ControlOrMeta+Shift+p');
  const sheet = page.getByRole('dialog');
  const submit = sheet.getByRole('button', { name: /^Publish/ });
  await submit.and(page.locator(':not([aria-disabled]):not(:disabled)')).waitFor();
  await tabTo(page, submit);
  await page.keyboard.press('Enter');
  await sheet.waitFor({ state: 'hidden' });
}

/** Makes the webhook's secret on its page; returns it with the last part of the address. */
async function makeSecret(page: Page): Promise<{ path: string; secret: string }> {
  await page.getByRole('link', { name: 'Webhook', exact: true }).click();
  await page.getByRole('button', { name: 'Make a secret' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Make it' }).click();
  const secret = await page.getByRole('dialog').getByRole('status').locator('code').innerText();
  await page.getByRole('button', { name: 'I have kept it' }).click();
  const { results } = await apiOf(page)('GET', '/webhooks');
  return { path: (results as { path: string }[])[0]?.path ?? '', secret };
}

test('somebody signs up, makes a workflow by keys, lets a webhook fire it, mends what fails, publishes and goes back', async () => {
  const { page, context, complaints, forgive } = await visit();
  const { home } = await signUp(page, 'Grace', `whole-${Date.now().toString(36)}`);

  // From nothing, with the keyboard alone.
  await page.keyboard.press('g');
  await page.keyboard.press('w');
  await page.getByText('No workflow yet').waitFor();
  await page.keyboard.press('c');
  await page.getByRole('heading', { name: 'Start with a trigger' }).waitFor();
  await add(page, 'webhook', 'Webhook');
  await add(page, 'formula', 'Formula');
  await page.keyboard.press('Enter');
  await tabTo(page, formula(page));
  await page.keyboard.type(WRONG);
  await saved(page);
  const editor = page.url();

  // What verifies its senders needs a secret before it listens: the screen leads there.
  forgive(FAILED_REQUEST);
  await publish(page);
  await page.getByText('Version 1 is published, but it is not active yet').waitFor();
  await page.getByRole('button', { name: 'To the webhooks' }).click();
  const { path, secret } = await makeSecret(page);
  await page.goto(editor);
  await page.getByRole('switch', { name: 'Active' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Activate' }).click();
  await page.getByText('Live · v1').waitFor();

  // It fires from outside, and the run lights up.
  await page.getByText('Run it and see what each node makes').waitFor();
  assert.equal((await deliver(home, path, secret, DELIVERY)).status, 202);
  await page.getByRole('button', { name: /^Show the latest run/ }).click();
  await page.waitForURL(/\?execution=[0-9a-f-]{36}$/);
  await card(page, 'Webhook')
    .getByText(/Completed/)
    .waitFor({ state: 'attached' });
  await card(page, 'Formula')
    .getByText(/Failed/)
    .waitFor({ state: 'attached' });
  await ended(page, 'Failed');
  const failed = new URL(page.url()).searchParams.get('execution');

  // The failing node is chosen already: it is mended and retried from there.
  await formula(page).click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type(RIGHT);
  await page.getByRole('button', { name: 'Retry from here' }).first().click();
  await page.waitForURL((url) => url.searchParams.get('execution') !== failed);
  await ended(page, 'Completed');
  const retried = new URL(page.url()).searchParams.get('execution') ?? '';
  const shown = await apiOf(page)('GET', `/executions/${retried}?include=steps`);
  assert.equal(shown.start_at, 'formula');
  assert.deepEqual(
    (shown.steps as { node_id: string; output: unknown }[])
      .filter(({ node_id: at }) => at === 'formula')
      .map(({ output }) => output),
    [119],
  );

  // What was mended is published, and the older version comes back as the draft.
  await publish(page);
  await page.getByText('Live · v2').waitFor();
  await page.keyboard.press('Alt+h');
  await page.waitForURL(/\/versions$/);
  await page
    .getByRole('list', { name: 'Versions' })
    .getByRole('button', { name: /^Version 1/ })
    .click();
  await page.getByRole('button', { name: 'Restore as draft' }).click();
  await page.getByText('Version 1 is the draft now.').waitFor();
  await page.getByRole('link', { name: 'Back to the editor' }).click();
  await card(page, 'Formula').click();
  await formula(page).getByText(WRONG).waitFor();
  await page.getByText('Live · v2').waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});
