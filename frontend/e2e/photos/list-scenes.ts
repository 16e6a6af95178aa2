import type { Page } from 'playwright-core';
import { apiOf } from '../api.ts';
import { at, inFate, of, type Pose, type Scene, shown } from './scene.ts';
import { order, type Story } from './story.ts';

type Rows = { id: string; name: string }[];

const FOLDERS = ['Finance', 'People'] as const;

/** Puts workflows into folders, under tags and into the bin; what an earlier picture has put there stays. */
async function arrange(page: Page): Promise<string> {
  await at(page, '/workflows');
  const api = apiOf(page);
  const rows = async (path: string): Promise<Rows> => (await api('GET', path)).results as Rows;
  const known = await rows('/folders');
  for (const name of FOLDERS)
    if (!known.some((one) => one.name === name)) await api('POST', '/folders', { name });
  const [finance] = (await rows('/folders')).filter(({ name }) => name === 'Finance');
  const all = await rows('/workflows?limit=100');
  const ids = all
    .filter(({ name }) => name === 'Orders' || name === 'Refund triage')
    .map(({ id }) => id);
  await api('POST', '/workflows/move', { ids, folder_id: finance?.id });
  await api('POST', '/workflows/tag', { ids, add: ['money', 'weekly'], remove: [] });
  const binned = await rows('/workflows?bin=true');
  for (const name of ['Spring campaign', 'Trial of the new importer', 'Orders (old)']) {
    if (binned.some((one) => one.name === name)) continue;
    const made = await api('POST', '/workflows', { name, definition: {} });
    await api('POST', '/workflows/delete', { ids: [made.id] });
  }
  return String(finance?.id);
}

const inFolder =
  (then?: (page: Page) => Promise<void>): Pose =>
  async (page) => {
    await at(page, `/workflows?folder=${await arrange(page)}`);
    await page.getByRole('link', { name: 'Refund triage' }).waitFor();
    await then?.(page);
  };

/** All rows of the folder are chosen. */
const chosen = (then?: (page: Page) => Promise<void>): Pose =>
  inFolder(async (page) => {
    await page.keyboard.press('a');
    await shown(page, '2 chosen');
    await then?.(page);
  });

const bin =
  (then?: (page: Page) => Promise<void>): Pose =>
  async (page) => {
    await arrange(page);
    await at(page, '/workflows?bin=true');
    await page.getByText('Spring campaign', { exact: true }).waitFor();
    await then?.(page);
  };

const asked = (key: string): Pose =>
  chosen(async (page) => {
    await page.keyboard.press(key);
    await page.getByRole('dialog').waitFor();
  });

const WORKFLOWS = of('/workflows', [
  { name: 'workflows-folder', pose: inFolder() },
  { name: 'workflows-chosen', state: 'asking', pose: chosen() },
  { name: 'workflows-move', state: 'asking', pose: asked('m') },
  { name: 'workflows-tags', state: 'asking', pose: asked('t') },
  { name: 'workflows-delete', state: 'asking', pose: asked('Backspace') },
  {
    name: 'workflows-refused',
    state: 'faulty',
    pose: async (page) => {
      await at(page, '/workflows?q=Onboard');
      await page.getByRole('link', { name: 'Onboard a new hire' }).waitFor();
      await page.keyboard.press('a');
      // It was never published, so its switch is refused.
      await page.getByRole('button', { name: 'Activate' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'bin', pose: bin() },
  {
    name: 'bin-purge',
    state: 'asking',
    pose: bin(async (page) => {
      await page.keyboard.press('a');
      await page.keyboard.press('Backspace');
      await page.getByRole('dialog').waitFor();
    }),
  },
  { name: 'bin-failing', state: 'failing', pose: inFate('fails', '/workflows?bin=true') },
]);

/** More executions than a list shows at once. */
async function runMany(page: Page, { workflows }: Story): Promise<void> {
  await at(page, '/executions');
  const api = apiOf(page);
  const { count } = (await api('GET', '/executions/count')) as { count: number };
  for (let made = count; made < 60; made += 1)
    await api('POST', `/workflows/${workflows.orders}/execute`, { input: order(250 + made, 'ok') });
}

const fitting = async (page: Page, story: Story): Promise<void> => {
  await runMany(page, story);
  await at(page, '/executions');
  await page.getByRole('row').nth(7).waitFor();
  await page.keyboard.press('a');
  await page.getByRole('button', { name: 'Choose all that fit' }).click();
  await shown(page, /^All \d+ that fit$/);
};

const EXECUTIONS = of('/executions', [
  { name: 'executions-fitting', state: 'asking', pose: fitting },
  {
    name: 'executions-wish',
    state: 'asking',
    pose: async (page, story) => {
      await fitting(page, story);
      await page.getByRole('button', { name: 'Delete' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'executions-wished',
    pose: async (page) => {
      await at(page, '/executions');
      // Those are cancelled already, so that nothing of the story is.
      await apiOf(page)('POST', '/executions/wishes/cancel', { status: ['cancelling'] });
      await page.reload();
      await shown(page, 'No execution was left to do this with.');
    },
  },
]);

/** Folders, tags, the bin, and what is wished for many. */
export const LIST_SCENES: readonly Scene[] = [...WORKFLOWS, ...EXECUTIONS];
