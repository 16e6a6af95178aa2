import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import { type Api, apiOf } from './api.ts';
import { deliver } from './deliver.ts';
import { closeBrowser, demo, signIn, visit } from './stage.ts';

after(closeBrowser);

const node = (id: string, type: string, name: string, config: object) => ({
  id,
  type,
  position: { x: 0, y: 0 },
  data: { name, config },
});

interface Made {
  workflow: string;
  webhook: string;
  path: string;
}

/** A live workflow that starts by a signed webhook and by a clock, and answers with what it was sent. */
async function made(api: Api, mark: string): Promise<Made> {
  const path = `t-${mark}`;
  const { id } = await api('POST', '/workflows', {
    name: `Triggers ${mark}`,
    definition: {
      nodes: [
        node('hook', 'trigger:webhook', `Hook ${mark}`, { path, auth_type: 'signature' }),
        node('clock', 'trigger:schedule', `Clock ${mark}`, {
          cron: '0 9 * * 1-5',
          timezone: 'Europe/Berlin',
        }),
        node('end', 'control:no_op', 'End', {}),
      ],
      edges: [
        { id: 'a', source: 'hook', target: 'end' },
        { id: 'b', source: 'clock', target: 'end' },
      ],
    },
  });
  const workflow = String(id);
  await api('POST', `/workflows/${workflow}/publish`);
  const { results } = await api('GET', `/webhooks?workflow_id=${workflow}`);
  const webhook = (results as { id: string }[])[0]?.id ?? '';
  return { workflow, webhook, path };
}

const send = (made: Made, secret: string, body: object) =>
  deliver(demo.base_url, made.path, secret, body);

const section = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

test('a webhook gets a secret, is listened to, tried, filtered in the draft, and its events are replayed', async () => {
  const { page, context, complaints } = await visit();
  await signIn(page);
  const api = apiOf(page);
  const mark = String(Date.now());
  const hook = await made(api, mark);

  // The list says that it has no secret; its page makes one, shown this once.
  await page.keyboard.press('g');
  await page.keyboard.press('b');
  await page.waitForURL(`${demo.base_url}/webhooks`);
  await page.getByRole('searchbox').fill(mark);
  await page.getByRole('link', { name: `Hook ${mark}` }).click();
  await page.waitForURL(`${demo.base_url}/webhook/${hook.webhook}`);
  await page.getByRole('button', { name: 'Make a secret' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Make it' }).click();
  const secret = await page.getByRole('dialog').getByRole('status').locator('code').innerText();
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await api('POST', `/workflows/${hook.workflow}/activate`);
  // What is reached by its address alone is the same page.
  await page.reload();
  await page.getByText('Listening', { exact: true }).waitFor();

  // Whoever listens sees what arrives from outside at once.
  await page.getByRole('button', { name: 'Listen for a test event' }).click();
  await page.getByText('Listening for the next event…').waitFor();
  assert.equal((await send(hook, 'wrong-secret', { n: 1 })).status, 401);
  assert.equal((await send(hook, secret, { n: 1 })).status, 202);
  await page.getByText('It has arrived').waitFor();
  await page.getByRole('button', { name: 'Look at it' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('n: ').waitFor();
  await dialog.getByRole('link', { name: 'See its execution' }).waitFor();
  await dialog.getByRole('button', { name: 'Edit and replay' }).click();
  await dialog.getByLabel('Body').fill('{"n": 7}');
  await dialog.getByRole('button', { name: 'Replay', exact: true }).click();
  await page.waitForURL(/\/executions\/[0-9a-f-]{36}$/);
  const replayed = await api('GET', `/executions/${page.url().split('/').at(-1) ?? ''}`);
  assert.deepEqual((replayed.trigger as { body: unknown }).body, { n: 7 });

  // A test event of one's own making, and the answer as its sender would read it.
  await page.goto(`${demo.base_url}/webhook/${hook.webhook}`);
  await page.getByRole('button', { name: 'Send a test event' }).click();
  await dialog.getByLabel('Body').fill('{"n": 2}');
  await dialog.getByRole('button', { name: 'Send', exact: true }).click();
  await dialog.getByText('The sender is told 202').waitFor();
  await dialog.getByRole('button', { name: 'Close' }).last().click();

  // A filter, judged over what arrived, is saved into the draft by an operation.
  await section(page, 'Filters').getByRole('button', { name: 'Add a filter' }).click();
  await dialog.getByRole('button', { name: 'Add a filter' }).click();
  await dialog.getByLabel('Field').fill('$.body.n');
  await dialog.getByLabel('Value').fill('2');
  await dialog.getByText('1 of the last 2 events pass').waitFor();
  await dialog.getByRole('button', { name: 'Save to the draft' }).click();
  await dialog.waitFor({ state: 'detached' });
  const draft = await api('GET', `/workflows/${hook.workflow}`);
  const { nodes } = draft.definition as { nodes: { data: { config: { filters?: unknown } } }[] };
  assert.deepEqual(nodes[0]?.data.config.filters, [
    { path: '$.body.n', operator: 'equals', value: 2 },
  ]);
  await api('POST', `/workflows/${hook.workflow}/publish`);
  assert.match((await send(hook, secret, { n: 3 })).text, /"filtered": ?true/);

  // What is new waits in a pill; several are chosen by keys and replayed.
  await page.getByRole('button', { name: /^Show \d new$/ }).click();
  const rows = page.getByRole('list', { name: 'Events' }).getByRole('listitem');
  await rows.nth(2).waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.getByText('2 chosen').waitFor();
  await page.getByRole('button', { name: 'Replay' }).click();
  await dialog.getByRole('button', { name: 'Replay' }).click();
  await dialog.getByText('2 of 2 · 2 started').waitFor();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Export as CSV' }).click(),
  ]);
  assert.equal(download.suggestedFilename(), `events-${hook.webhook}.csv`);

  assert.deepEqual(complaints, []);
  await context.close();
});

test('a schedule is switched off and on, and when it fires is changed in the draft', async () => {
  const { page, context, complaints } = await visit();
  await signIn(page);
  const api = apiOf(page);
  const mark = String(Date.now());
  const hook = await made(api, mark);
  await api('POST', `/webhooks/${hook.webhook}/regenerate-secret`, {});
  await api('POST', `/workflows/${hook.workflow}/activate`);

  await page.keyboard.press('g');
  await page.keyboard.press('s');
  await page.waitForURL(`${demo.base_url}/schedules`);
  await page.getByRole('searchbox').fill(mark);
  const row = page
    .getByRole('list', { name: 'Schedules' })
    .getByRole('listitem')
    .filter({ hasText: `Clock ${mark}` });
  await row.getByText('At 09:00, Monday through Friday').waitFor();
  const button = page.getByRole('switch', { name: `Clock ${mark} fires` });
  await button.click();
  await row.getByText('Paused', { exact: true }).waitFor();
  await button.click();
  await row.getByText('Paused', { exact: true }).waitFor({ state: 'detached' });

  await page.getByRole('button', { name: `Show the times of Clock ${mark}` }).click();
  await section(page, 'Next times').getByRole('listitem').nth(4).waitFor();
  await section(page, 'Times that came').getByText('None of its times has come yet.').waitFor();
  await page.getByRole('button', { name: 'Edit in the draft' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Sat' }).click();
  assert.equal(await dialog.getByLabel('Cron').inputValue(), '0 9 * * 1-6');
  await dialog.getByLabel('Cron').fill('*/15 * * * *');
  assert.equal(await dialog.getByLabel('How often').inputValue(), 'minutes');
  await dialog.getByText('Every 15 minutes', { exact: true }).last().waitFor();
  await dialog.getByRole('combobox', { name: 'Time zone' }).click();
  await page.getByPlaceholder('Search a time zone').fill('new york');
  await page.getByRole('option', { name: /New York/ }).click();
  await dialog.getByRole('button', { name: 'Save to the draft' }).click();
  await dialog.waitFor({ state: 'detached' });

  const draft = await api('GET', `/workflows/${hook.workflow}`);
  const { nodes } = draft.definition as { nodes: { data: { config: object } }[] };
  assert.deepEqual(nodes[1]?.data.config, {
    cron: '*/15 * * * *',
    timezone: 'America/New_York',
  });
  // The published version fires as before until the draft is published.
  await row.getByText('At 09:00, Monday through Friday').waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});
