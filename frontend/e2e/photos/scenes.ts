import type { Page } from 'playwright-core';
import { apiOf } from '../api.ts';
import { demo } from '../stage.ts';
import { doom, type Fate } from './fates.ts';
import { order, type Story } from './story.ts';

/** One page in one state. `pose` leaves the browser with exactly that before it. */
export interface Scene {
  name: string;
  /** Whether the whole page is wanted, however long, and not what a window shows of it. */
  isWhole?: boolean;
  pose: (page: Page, story: Story) => Promise<void>;
}

const at = (page: Page, path: string) => page.goto(`${demo.base_url}${path}`);

const shown = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();

const execution =
  (name: keyof Story['executions'], then?: (page: Page) => Promise<void>): Scene['pose'] =>
  async (page, story) => {
    await at(page, `/executions/${story.executions[name]}`);
    await page.locator('.react-flow__node').first().waitFor();
    await then?.(page);
  };

const workflow =
  (name: keyof Story['workflows'], then?: (page: Page) => Promise<void>): Scene['pose'] =>
  async (page, story) => {
    await at(page, `/workflows/${story.workflows[name]}`);
    await page.locator('.react-flow__node').first().waitFor();
    await then?.(page);
  };

const list = async (page: Page): Promise<void> => {
  await at(page, '/workflows');
  await page.getByRole('link', { name: 'Announce pushes to main' }).waitFor();
};

const inFate =
  (fate: Fate, path: (story: Story) => string, until?: string): Scene['pose'] =>
  async (page, story) => {
    await doom(page, fate);
    await at(page, path(story));
    if (until === undefined) await page.locator('.skeleton').first().waitFor();
    else await shown(page, until);
  };

const executionPath = (story: Story) => `/executions/${story.executions.completed}`;
const workflowPath = (story: Story) => `/workflows/${story.workflows.demo}`;
const FAILED = 'Try again';

export const SCENES: readonly Scene[] = [
  { name: 'workflows', pose: list },
  {
    name: 'workflows-no-match',
    pose: async (page) => {
      await at(page, '/workflows?q=zebra');
      await shown(page, /zebra/);
    },
  },
  { name: 'workflows-loading', pose: inFate('hangs', () => '/workflows') },
  { name: 'workflows-failing', pose: inFate('fails', () => '/workflows', FAILED) },
  { name: 'workflows-offline', pose: inFate('is cut', () => '/workflows', FAILED) },
  {
    name: 'workflows-palette',
    pose: async (page) => {
      await list(page);
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').waitFor();
    },
  },
  {
    name: 'workflows-shortcuts',
    pose: async (page) => {
      await list(page);
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'workflows-focus',
    pose: async (page) => {
      await list(page);
      await page.keyboard.press('j');
      await page.keyboard.press('j');
    },
  },
  {
    name: 'import',
    pose: async (page) => {
      await list(page);
      await page.getByRole('button', { name: 'Import' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'import-fault',
    pose: async (page) => {
      await list(page);
      await page.getByRole('button', { name: 'Import' }).click();
      await page.getByLabel('Text').fill('{\n  "nodes": [\n    {"id": "start",}\n  ]\n}');
    },
  },
  {
    name: 'edit-json-problems',
    pose: async (page, story) => {
      await workflow('broken')(page, story);
      await page.getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name: 'Edit as JSON' }).click();
      await page.getByRole('button', { name: 'Save draft' }).click();
      await shown(page, 'Errors block publishing.');
    },
  },
  {
    name: 'run',
    pose: async (page) => {
      await list(page);
      await page.getByRole('button', { name: 'Run Orders', exact: true }).first().click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'account-menu',
    pose: async (page) => {
      await list(page);
      const open = page.getByRole('button', { name: 'Open the menu' });
      if (await open.isVisible()) await open.click();
      await page
        .getByRole('button', { name: /Account menu/ })
        .last()
        .click();
      await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
    },
  },
  { name: 'workflow', pose: workflow('demo', (page) => shown(page, /GitHub signature/)) },
  {
    name: 'workflow-webhook',
    pose: workflow('demo', async (page) => {
      await page.getByText('Try it from a terminal').click();
      await page.getByRole('button', { name: 'Make a new secret' }).click();
    }),
  },
  { name: 'workflow-problems', pose: workflow('broken') },
  {
    name: 'workflow-node',
    pose: workflow('orders', async (page) => {
      await page.getByRole('button', { name: /^How large is it/ }).click();
    }),
  },
  { name: 'workflow-branches', pose: workflow('orders') },
  { name: 'workflow-long', pose: workflow('long') },
  { name: 'workflow-wide', pose: workflow('deep') },
  { name: 'workflow-loading', pose: inFate('hangs', workflowPath) },
  { name: 'workflow-failing', pose: inFate('fails', workflowPath, FAILED) },
  {
    name: 'executions',
    pose: async (page) => {
      await at(page, '/executions');
      await page.getByRole('row').nth(3).waitFor();
    },
  },
  {
    name: 'executions-filtered',
    pose: async (page, story) => {
      await at(page, `/executions?status=failed&workflow=${story.workflows.orders}`);
      await page.locator('[role=rowgroup] [role=row]').first().waitFor();
      await page.getByRole('button', { name: /^Status: / }).click();
      await page.getByRole('menuitemradio').first().waitFor();
    },
  },
  {
    name: 'executions-no-match',
    pose: async (page) => {
      await at(page, '/executions?status=paused');
      await page.getByText('No execution matches').waitFor();
    },
  },
  { name: 'executions-loading', pose: inFate('hangs', () => '/executions') },
  { name: 'executions-failing', pose: inFate('fails', () => '/executions', FAILED) },
  {
    name: 'executions-forbidden',
    pose: inFate('is refused', () => '/executions', 'You may not see this'),
  },
  { name: 'execution', pose: execution('completed') },
  {
    name: 'execution-node',
    pose: execution('completed', async (page) => {
      await page
        .getByRole('button', { name: /^Tell the receiver/ })
        .last()
        .click();
    }),
  },
  {
    // The README's picture.
    name: 'execution-retried',
    pose: execution('retried', async (page) => {
      await page.getByRole('button', { name: /^Book the parcel HTTP, Completed/ }).click();
      await shown(page, '2 attempts');
    }),
  },
  { name: 'execution-failed', pose: execution('failed') },
  { name: 'execution-waiting', pose: execution('waiting') },
  { name: 'execution-retrying', pose: execution('retrying') },
  { name: 'execution-warned', pose: execution('warned') },
  { name: 'execution-large', pose: execution('large') },
  {
    name: 'execution-large-json',
    pose: execution('large', async (page) => {
      await page.getByRole('button', { name: 'JSON', exact: true }).first().click();
    }),
  },
  { name: 'execution-wide', pose: execution('wide') },
  {
    name: 'execution-running',
    pose: async (page, story) => {
      await at(page, '/workflows');
      const started = await apiOf(page)('POST', `/workflows/${story.workflows.orders}/execute`, {
        input: order(1_900, 'slow/15000'),
      });
      await at(page, `/executions/${String(started.execution_id)}`);
      await page.getByRole('button', { name: /^Book the parcel HTTP, Running/ }).waitFor();
      await page.waitForTimeout(1_500);
    },
  },
  { name: 'execution-loading', pose: inFate('hangs', executionPath) },
  { name: 'execution-failing', pose: inFate('fails', executionPath, FAILED) },
  { name: 'credentials-loading', pose: inFate('hangs', () => '/credentials') },
  { name: 'credentials-failing', pose: inFate('fails', () => '/credentials', FAILED) },
  {
    name: 'not-found',
    pose: async (page) => {
      await at(page, '/nowhere');
      await shown(page, 'Nothing is here');
    },
  },
];

/** For who has just signed up: nothing is there yet. */
export const EMPTY_SCENES: readonly Scene[] = [
  {
    name: 'empty-workflows',
    pose: async (page) => {
      await page.goto(new URL('/workflows', page.url()).href);
      await shown(page, 'No workflow yet');
    },
  },
  {
    name: 'empty-example',
    pose: async (page) => {
      await page.goto(new URL('/workflows', page.url()).href);
      await page.getByRole('button', { name: 'Start from an example' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'empty-credentials',
    pose: async (page) => {
      await page.goto(new URL('/credentials', page.url()).href);
      await shown(page, 'No credential yet');
    },
  },
  {
    name: 'empty-api-keys',
    pose: async (page) => {
      await page.goto(new URL('/api-keys', page.url()).href);
      await shown(page, 'No API key yet');
    },
  },
  {
    name: 'empty-executions',
    pose: async (page) => {
      await page.goto(new URL('/executions', page.url()).href);
      await shown(page, 'Executions appear here');
    },
  },
];

/** For who is not signed in. */
export const PUBLIC_SCENES: readonly Scene[] = [
  {
    name: 'sign-in',
    pose: async (page) => {
      await page.goto(`${demo.public_url}/sign-in`);
      await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
    },
  },
  {
    name: 'sign-in-wrong',
    pose: async (page) => {
      await page.goto(`${demo.public_url}/sign-in`);
      await page.getByLabel('E-mail').fill('ada@example.com');
      await page.getByLabel('Password', { exact: true }).fill('certainly not this');
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'sign-up',
    pose: async (page) => {
      await page.goto(`${demo.public_url}/sign-up`);
      await page.getByLabel('Tenant name').fill('Northwind Trading');
    },
  },
  {
    name: 'sign-up-faults',
    pose: async (page) => {
      await page.goto(`${demo.public_url}/sign-up`);
      await page.getByRole('button', { name: 'Create tenant' }).click();
    },
  },
];
