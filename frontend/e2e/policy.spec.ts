import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser, demo, runDemo, signIn, visit } from './stage.ts';

after(closeBrowser);

test('no page asks for more than the content security policy gives', async () => {
  const { page, context, complaints } = await visit();
  const refused: string[] = [];
  await context.exposeFunction('tellRefused', (what: string) => refused.push(what));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const tell = (window as unknown as { tellRefused: (what: string) => void }).tellRefused;
      tell(
        `${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`,
      );
    });
  });

  const answer = await page.goto(`${demo.public_url}/sign-up`);
  const policy = answer?.headers()['content-security-policy'] ?? '';
  assert.match(policy, /script-src 'self'(;|$)/);
  assert.match(policy, /style-src 'self' 'nonce-/);
  assert.match(policy, /require-trusted-types-for 'script'/);
  await page.getByRole('button', { name: 'Create tenant' }).click();
  await signIn(page);
  await page.getByRole('link', { name: 'Announce pushes to main' }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('ann');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /Switch tenant/ }).click();
  await page.getByRole('menuitemradio').first().waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByRole('dialog').getByLabel('Text').fill(bigDocument());
  await page.getByRole('dialog').getByLabel('Name').fill(`Big ${Date.now()}`);
  await page.getByRole('button', { name: 'Create workflow' }).click();
  // Two hundred nodes without positions: laid out by a worker, which has rules of its own.
  await page.getByRole('button', { name: /^node 0 Manual/ }).waitFor();
  await page.getByRole('button', { name: 'Show the whole graph' }).click();
  await page.goto(`${demo.base_url}/workflows`);
  await runDemo(page);
  await page
    .getByRole('button', { name: /^Tell the receiver HTTP/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'JSON' }).first().click();
  await page.goto(`${demo.base_url}/executions`);
  await page.getByRole('row').nth(1).waitFor();

  assert.deepEqual(refused, []);
  assert.deepEqual(complaints, []);
  await context.close();
});

function bigDocument(): string {
  const nodes = Array.from({ length: 200 }, (_, index) => ({
    id: `n${index}`,
    type: index === 0 ? 'trigger:manual' : 'control:no_op',
    data: { name: `node ${index}`, config: {} },
  }));
  const edges = nodes.slice(1).map((node, index) => ({
    id: `e${index}`,
    source: `n${Math.floor(index / 2)}`,
    target: node.id,
  }));
  return JSON.stringify({ nodes, edges });
}
