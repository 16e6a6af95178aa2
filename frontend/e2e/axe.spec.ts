import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import { closeBrowser, demo, runDemo, signIn, visit } from './stage.ts';

after(closeBrowser);

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Pages that are looked at as they come. */
const PLACES = ['', 'webhooks', 'schedules', 'members', 'roles', 'sso', 'audit', 'settings'];

interface Finding {
  id: string;
  nodes: { target: string[]; failureSummary: string }[];
}

/** Every breach of WCAG 2.2 AA that axe finds on the page as it is now. */
async function breaches(page: Page, place: string): Promise<string[]> {
  const found = await page.evaluate(async (tags) => {
    const axe = (
      window as unknown as {
        axe: { run: (context: Document, options: object) => Promise<{ violations: unknown }> };
      }
    ).axe;
    return (await axe.run(document, { runOnly: { type: 'tag', values: tags } })).violations;
  }, RULES);
  return (found as Finding[]).flatMap(({ id, nodes }) =>
    nodes.map(
      (node) =>
        `${place}: ${id} at ${node.target.join(' ')}: ${node.failureSummary.replaceAll('\n', ' ')}`,
    ),
  );
}

for (const theme of ['light', 'dark'] as const) {
  test(`every page keeps WCAG 2.2 AA in its ${theme} theme`, async () => {
    const { page, context } = await visit(theme);
    await context.addInitScript(AXE);
    const found: string[] = [];
    const look = async (place: string): Promise<void> => {
      // Skeletons and menus fade in: what is half there has no contrast yet.
      await page.waitForTimeout(400);
      found.push(...(await breaches(page, place)));
    };

    await page.goto(`${demo.public_url}/sign-up`);
    await page.getByRole('button', { name: 'Create tenant' }).click();
    await look('sign up with faults');
    await page.goto(`${demo.public_url}/sign-in`);
    await look('sign in');
    await signIn(page);
    await page.getByRole('link', { name: 'Announce pushes to main' }).waitFor();
    await look('workflows');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').waitFor();
    await look('palette');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Import' }).click();
    await page.getByLabel('Text').fill('{"nodes": [');
    await page.getByText(/^This is not JSON/).waitFor();
    await look('import with a fault');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /Account menu/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
    await look('account menu');
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Announce pushes to main' }).click();
    await page.getByRole('button', { name: /^GitHub push Webhook/ }).waitFor();
    await page.getByText('Try it from a terminal').click();
    await look('workflow');
    await page.getByRole('button', { name: /^GitHub push Webhook/ }).click();
    await page.getByRole('button', { name: 'Close the inspector' }).waitFor();
    await look('workflow with a node');
    await page.getByRole('button', { name: /^Tell the receiver HTTP/ }).click();
    await page.getByRole('combobox', { name: 'Credential' }).click();
    await page.getByPlaceholder('Search for a credential').waitFor();
    await look('choosing a credential');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Add node' }).click();
    await page.getByRole('listbox').waitFor();
    await look('choosing a node');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByRole('dialog').waitFor();
    await look('publishing');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Share…' }).click();
    await page.getByRole('dialog').getByLabel('Share with').waitFor();
    await look('sharing');
    await page.keyboard.press('Escape');
    await page.goto(`${demo.base_url}/workflows`);
    await runDemo(page);
    await page.getByRole('button', { name: /^Tell the receiver HTTP, Completed/ }).click();
    await look('execution');
    await page.getByRole('button', { name: 'Run again' }).click();
    await page.getByRole('dialog').waitFor();
    await look('run again');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Retry from here' }).click();
    await page.getByRole('menuitem', { name: 'With other data…' }).click();
    await page.getByRole('dialog').waitFor();
    await look('retry with other data');
    await page.keyboard.press('Escape');
    await page.goto(`${demo.base_url}/executions`);
    await page.getByRole('row').nth(1).waitFor();
    await look('executions');
    await page.getByRole('rowgroup').getByRole('checkbox').first().click();
    await look('executions chosen');
    await page.getByRole('button', { name: 'Cancel executions' }).click();
    await page.getByRole('dialog').waitFor();
    await look('executions to be cancelled');
    await page.keyboard.press('Escape');
    await page.goto(`${demo.base_url}/credentials`);
    await page.getByRole('button', { name: 'New credential' }).first().waitFor();
    await look('credentials');
    await page.getByRole('button', { name: 'New credential' }).first().click();
    await page.getByLabel('Type').selectOption('api_key');
    await page.getByRole('button', { name: 'Save credential' }).click();
    await look('new credential with faults');
    await page.keyboard.press('Escape');
    await page.goto(`${demo.base_url}/api-keys`);
    await page
      .getByRole('button', { name: /^Revoke / })
      .first()
      .waitFor();
    await look('API keys');
    await page.getByRole('button', { name: 'New API key' }).first().click();
    await page.getByRole('checkbox', { name: 'workflow.read' }).waitFor();
    await page.getByRole('button', { name: 'Create key' }).click();
    await look('new API key with faults');
    await page.keyboard.press('Escape');
    await page.goto(`${demo.public_url}/account`);
    await page.getByRole('button', { name: 'Sign out everywhere' }).waitFor();
    await page.getByRole('button', { name: 'Set up an app' }).click();
    await page.getByRole('img', { name: /^Picture of the key/ }).waitFor();
    await look('account');
    await page.goto(`${demo.base_url}/oauth/callback`);
    await page.getByRole('link', { name: 'To the credentials' }).waitFor();
    await look('nothing was connected');
    for (const place of PLACES) {
      await page.goto(`${demo.base_url}/${place}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
      await look(place);
    }
    await page.goto(`${demo.base_url}/executions`);
    await page.getByRole('row').nth(1).waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    await look('executions on a phone');
    await page.goto(`${demo.base_url}/nowhere`);
    await look('not found');

    assert.deepEqual(found, []);
    await context.close();
  });
}
