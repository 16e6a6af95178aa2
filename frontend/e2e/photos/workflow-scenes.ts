import type { Page } from 'playwright-core';
import { apiOf } from '../api.ts';
import {
  at,
  inFate,
  nodeOf,
  of,
  type Pose,
  type Scene,
  shown,
  waiting,
  workflow,
} from './scene.ts';
import { order, type Story } from './story.ts';

const list =
  (then?: (page: Page) => Promise<void>): Pose =>
  async (page) => {
    await at(page, '/workflows');
    await page.getByRole('link', { name: 'Announce pushes to main' }).waitFor();
    await then?.(page);
  };

const LIST = of('/workflows', [
  { name: 'workflows', pose: list() },
  {
    name: 'workflows-no-match',
    state: 'no match',
    pose: async (page) => {
      await at(page, '/workflows?q=zebra');
      await shown(page, /zebra/);
    },
  },
  { name: 'workflows-offline', state: 'failing', pose: inFate('is cut', '/workflows') },
  {
    name: 'workflows-palette',
    state: 'asking',
    pose: list(async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').waitFor();
    }),
  },
  {
    name: 'workflows-shortcuts',
    state: 'asking',
    pose: list(async (page) => {
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    }),
  },
  {
    name: 'workflows-focus',
    pose: list(async (page) => {
      await page.keyboard.press('j');
      await page.keyboard.press('j');
    }),
  },
  {
    name: 'import',
    state: 'asking',
    pose: list(async (page) => {
      await page.getByRole('button', { name: 'Import', exact: true }).click();
      await page.getByRole('dialog').waitFor();
    }),
  },
  {
    name: 'import-fault',
    state: 'faulty',
    pose: list(async (page) => {
      await page.getByRole('button', { name: 'Import', exact: true }).click();
      await page.getByLabel('Text').fill('{\n  "nodes": [\n    {"id": "start",}\n  ]\n}');
    }),
  },
  {
    name: 'run',
    state: 'asking',
    pose: list(async (page) => {
      await page.getByRole('button', { name: 'Run Orders', exact: true }).first().click();
      await page.getByRole('dialog').waitFor();
    }),
  },
  {
    name: 'account-menu',
    state: 'asking',
    pose: list(async (page) => {
      const open = page.getByRole('button', { name: 'Open the menu' });
      if (await open.isVisible()) await open.click();
      await page
        .getByRole('button', { name: /Account menu/ })
        .last()
        .click();
      await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
    }),
  },
]);

const ORDERS = ({ workflows }: Story): string => workflows.orders;

const chosen = (name: RegExp, then?: (page: Page) => Promise<void>): Pose =>
  workflow(ORDERS, async (page) => {
    await nodeOf(page, name).click();
    await page.getByRole('complementary', { name: 'The chosen node' }).waitFor();
    await then?.(page);
  });

/** On a phone it is a line until somebody opens it. */
const openPanel = async (page: Page): Promise<void> => {
  const open = page.getByRole('button', { name: 'Open the panel' });
  if (await open.isVisible()) await open.click();
};

/** A run on the canvas, with the panel below it. */
const ran =
  (path: (story: Story) => string, then?: (page: Page) => Promise<void>): Pose =>
  async (page, story) => {
    await at(page, `/workflows/${path(story)}`);
    await page.getByRole('button', { name: /^Execution / }).waitFor();
    await openPanel(page);
    await then?.(page);
  };

const share = (id: (story: Story) => string): Pose =>
  workflow(id, async (page) => {
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Share…' }).click();
    await page.getByRole('dialog').getByLabel('Share with').waitFor();
  });

const EDITOR = of('/workflows/:id', [
  {
    name: 'editor-empty',
    state: 'empty',
    pose: async (page, { workflows }) => {
      await at(page, `/workflows/${workflows.empty}`);
      await shown(page, 'Start with a trigger');
    },
  },
  {
    name: 'workflow',
    pose: workflow(({ workflows }) => workflows.demo),
  },
  {
    name: 'workflow-terminal',
    state: 'asking',
    pose: workflow(
      ({ workflows }) => workflows.demo,
      (page) => page.getByText('Try it from a terminal').click(),
    ),
  },
  {
    name: 'workflow-problems',
    state: 'faulty',
    pose: workflow(({ workflows }) => workflows.broken),
  },
  { name: 'workflow-branches', pose: workflow(ORDERS) },
  { name: 'workflow-long', pose: workflow(({ workflows }) => workflows.long) },
  { name: 'workflow-wide', pose: workflow(({ workflows }) => workflows.deep) },
  { name: 'workflow-families', pose: workflow(({ shapes }) => shapes.all) },
  {
    name: 'workflow-thousand',
    pose: workflow(
      ({ workflows }) => workflows.thousand,
      (page) => page.keyboard.press('1'),
    ),
  },
  {
    name: 'editor-outline',
    pose: workflow(ORDERS, async (page) => {
      if (await page.getByRole('treeitem').first().isVisible()) return;
      await page.keyboard.press('Alt+o');
      await page.getByRole('treeitem').first().waitFor();
    }),
  },
  {
    name: 'editor-palette',
    state: 'asking',
    pose: workflow(ORDERS, async (page) => {
      await page.keyboard.press('n');
      await page.getByRole('listbox').waitFor();
    }),
  },
  { name: 'workflow-node', pose: chosen(/How large is it/) },
  { name: 'workflow-form', pose: chosen(/Reserve the stock/) },
  {
    name: 'workflow-behaviour',
    pose: chosen(/Ask the risk service/, async (page) => {
      await page.getByRole('tab', { name: 'Behaviour' }).click();
    }),
  },
  {
    name: 'workflow-credential',
    state: 'asking',
    pose: chosen(/Ask the risk service/, async (page) => {
      await page.getByRole('combobox', { name: 'Credential' }).click();
      await page.getByPlaceholder('Search for a credential').waitFor();
    }),
  },
  {
    name: 'edit-json-problems',
    state: 'faulty',
    pose: workflow(
      ({ workflows }) => workflows.broken,
      async (page) => {
        await page.getByRole('button', { name: 'More actions' }).click();
        await page.getByRole('menuitem', { name: 'Edit as JSON' }).click();
        await page.getByRole('button', { name: 'Save draft' }).click();
        await shown(page, 'Errors block publishing.');
      },
    ),
  },
  { name: 'share-everybody', state: 'asking', pose: share(({ workflows }) => workflows.demo) },
  { name: 'share-some', state: 'asking', pose: share(({ workflows }) => workflows.shared) },
  {
    name: 'publish',
    state: 'asking',
    pose: workflow(
      ({ workflows }) => workflows.changed,
      async (page) => {
        await page.keyboard.press('Control+Shift+p');
        await page.getByRole('dialog').getByRole('list', { name: 'Changes' }).waitFor();
      },
    ),
  },
  {
    name: 'publish-problems',
    state: 'faulty',
    pose: workflow(
      ({ workflows }) => workflows.broken,
      async (page) => {
        await page.keyboard.press('Control+Shift+p');
        await page.getByRole('dialog').getByText('Errors keep it from being published.').waitFor();
      },
    ),
  },
  {
    name: 'run-none',
    state: 'empty',
    pose: workflow(
      ({ workflows }) => workflows.broken,
      async (page) => {
        await openPanel(page);
        await shown(page, 'Run it and see what each node makes');
      },
    ),
  },
  {
    name: 'run-data',
    state: 'asking',
    pose: workflow(ORDERS, async (page) => {
      await page.getByRole('button', { name: 'Choose what runs' }).click();
      await page.getByRole('menuitem', { name: 'Edit the data…' }).click();
      await page.getByRole('dialog').waitFor();
    }),
  },
  {
    name: 'run-failed',
    state: 'failing',
    pose: ran(({ workflows, executions }) => `${workflows.orders}?execution=${executions.failed}`),
  },
  {
    name: 'run-passes',
    pose: ran(
      ({ shapes }) => `${shapes.parcels}?execution=${shapes.passes}`,
      async (page) => {
        await page
          .getByRole('region', { name: 'Run', exact: true })
          .getByText('Book the parcel')
          .first()
          .click();
      },
    ),
  },
  {
    name: 'run-replayed',
    pose: ran(({ workflows, executions }) => `${workflows.changed}?execution=${executions.before}`),
  },
  {
    name: 'run-running',
    pose: async (page, story) => {
      const { orders } = story.workflows;
      await at(page, '/workflows');
      const started = await apiOf(page)('POST', `/workflows/${orders}/execute`, {
        input: order(1_900, 'slow/15000'),
      });
      await ran(() => `${orders}?execution=${String(started.execution_id)}`)(page, story);
      await page.getByRole('button', { name: 'Stop' }).waitFor();
      await page.waitForTimeout(1_500);
    },
  },
  {
    name: 'run-loading',
    state: 'loading',
    pose: workflow(ORDERS, async (page) => {
      await page.route('**/api/v1/executions/*', () => undefined);
      await page.goto(`${page.url()}?execution=0198c5d2-a7f0-7c3e-8000-000000000001`);
      await page.locator('.skeleton').first().waitFor();
    }),
  },
]);

const versions =
  (id: (story: Story) => string, then?: (page: Page) => Promise<void>): Pose =>
  async (page, story) => {
    await at(page, `/workflows/${id(story)}/versions`);
    await page.getByRole('list', { name: 'Versions' }).waitFor();
    await page.locator('.react-flow__node').first().waitFor();
    await then?.(page);
  };

const VERSIONS = of('/workflows/:id/versions', [
  { name: 'versions', pose: versions(({ workflows }) => workflows.changed) },
  {
    name: 'versions-compared',
    pose: versions(
      ({ workflows }) => workflows.changed,
      async (page) => {
        await page.getByRole('button', { name: /^Version 2/ }).click();
        await shown(page, /^1 of|changed/);
      },
    ),
  },
  {
    name: 'versions-try',
    state: 'asking',
    pose: versions(
      ({ workflows }) => workflows.changed,
      async (page) => {
        await page.getByRole('button', { name: /^Version 1/ }).click();
        await page.getByRole('button', { name: 'Try it' }).click();
        await page.getByRole('dialog').waitFor();
      },
    ),
  },
  {
    name: 'versions-none',
    state: 'empty',
    pose: versions(
      ({ workflows }) => workflows.broken,
      (page) => shown(page, /Nothing is published yet/),
    ),
  },
]);

/** The list of workflows, the editor, and the versions of one. */
export const WORKFLOW_SCENES: readonly Scene[] = [
  ...LIST,
  ...waiting('workflows', '/workflows'),
  ...EDITOR,
  ...waiting('workflow', '/workflows/:id', (story) => `/workflows/${story.workflows.demo}`),
  ...VERSIONS,
  ...waiting(
    'versions',
    '/workflows/:id/versions',
    (story) => `/workflows/${story.workflows.demo}/versions`,
  ),
];
