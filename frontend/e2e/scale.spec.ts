import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser, demo, signIn, visit } from './stage.ts';

after(closeBrowser);

const NODES = 1_000;
const COLUMNS = 40;
/** Generous on purpose: a machine shared by many is slow, a page that draws everything is ten times slower. */
const LONGEST_MS = 6_000;

test('a workflow of a thousand nodes shows itself without drawing what nobody sees', async (test) => {
  const { page, context, complaints } = await visit();
  await signIn(page);
  const id = await page.evaluate(store, { csrf: await csrfOf(), definition: grid() });

  const started = performance.now();
  await page.goto(`${demo.base_url}/workflows/${id}`);
  await page.getByRole('button', { name: /^node 0 Manual/ }).waitFor();
  const took = performance.now() - started;

  const drawn = await page.locator('.react-flow__node').count();
  test.diagnostic(
    `${NODES} nodes: ${drawn} drawn, ${Math.round(took)} ms from address to first card`,
  );
  assert.ok(drawn > 0 && drawn < 150, `${drawn} cards were drawn`);
  assert.ok(took < LONGEST_MS, `it took ${took} ms`);
  assert.deepEqual(complaints, []);
  await context.close();

  async function csrfOf(): Promise<string> {
    const cookies = await context.cookies(demo.base_url);
    return cookies.find((cookie) => cookie.name.endsWith('gorax_csrf'))?.value ?? '';
  }
});

/** Stores a draft from within the page, as the screen would. */
async function store({ csrf, definition }: { csrf: string; definition: unknown }): Promise<string> {
  const answer = await fetch('/api/v1/workflows', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf },
    body: JSON.stringify({ name: `Thousand ${Date.now()}`, definition }),
  });
  const workflow = (await answer.json()) as { id: string };
  return workflow.id;
}

function grid(): unknown {
  const nodes = Array.from({ length: NODES }, (_, index) => ({
    id: `n${index}`,
    type: index === 0 ? 'trigger:manual' : 'control:no_op',
    position: { x: (index % COLUMNS) * 280, y: Math.floor(index / COLUMNS) * 110 },
    data: { name: `node ${index}`, config: {} },
  }));
  const edges = nodes
    .slice(1)
    .map((node, index) => ({ id: `e${index}`, source: `n${index}`, target: node.id }));
  return { nodes, edges };
}
