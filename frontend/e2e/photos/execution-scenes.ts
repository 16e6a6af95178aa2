import type { Page } from 'playwright-core';
import { apiOf } from '../api.ts';
import { at, execution, inFate, of, type Pose, type Scene, shown, waiting } from './scene.ts';
import { order, type Story } from './story.ts';

const chosen = async (page: Page, query = ''): Promise<void> => {
  await at(page, `/executions${query}`);
  await page.getByRole('row').nth(7).waitFor();
  const boxes = page.getByRole('rowgroup').getByRole('checkbox');
  await boxes.nth(1).click();
  await boxes.nth(6).click({ modifiers: ['Shift'] });
};

const LIST = of('/executions', [
  {
    name: 'executions',
    pose: async (page) => {
      await at(page, '/executions');
      await page.getByRole('row').nth(3).waitFor();
    },
  },
  {
    name: 'executions-filtered',
    state: 'asking',
    pose: async (page, story) => {
      await at(page, `/executions?status=failed&workflow=${story.workflows.orders}`);
      await page.locator('[role=rowgroup] [role=row]').first().waitFor();
      await page.getByRole('button', { name: /^Status: / }).click();
      await page.getByRole('menuitemradio').first().waitFor();
    },
  },
  {
    name: 'executions-no-match',
    state: 'no match',
    pose: async (page) => {
      await at(page, '/executions?status=cancelling');
      await page.getByText('No execution matches').waitFor();
    },
  },
  { name: 'executions-chosen', state: 'asking', pose: (page) => chosen(page) },
  {
    name: 'executions-refused',
    state: 'faulty',
    pose: async (page) => {
      // Those have ended already, so that nothing of the story is cancelled.
      await chosen(page, '?status=completed');
      await page.getByRole('button', { name: 'Cancel executions' }).click();
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /^Cancel \d/ })
        .click();
      await page
        .getByText(/\d refused/)
        .first()
        .waitFor();
    },
  },
  { name: 'executions-forbidden', state: 'refused', pose: inFate('is refused', '/executions') },
]);

type Name = keyof Story['executions'];
type Shape = keyof Story['shapes'];

const ran = (name: Name, then?: (page: Page) => Promise<void>): Pose =>
  execution(({ executions }) => executions[name], then);

const shaped = (name: Shape, then?: (page: Page) => Promise<void>): Pose =>
  execution(({ shapes }) => shapes[name], then);

const onNode =
  (name: RegExp) =>
  async (page: Page): Promise<void> => {
    await page.getByRole('button', { name }).last().click();
  };

const retryHere = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Retry from here' }).click();
  await page.getByRole('menuitem').first().waitFor();
};

const ONE = of('/executions/:id', [
  { name: 'execution', pose: ran('completed') },
  { name: 'execution-node', pose: ran('completed', onNode(/^Tell the receiver/)) },
  {
    // The README's picture.
    name: 'execution-retried',
    pose: ran('retried', async (page) => {
      await page.getByRole('button', { name: /^Book the parcel HTTP, Completed/ }).click();
      await shown(page, '2 attempts');
    }),
  },
  { name: 'execution-failed', pose: ran('failed') },
  {
    name: 'execution-lanes',
    pose: ran('completed', async (page) => {
      await page.getByRole('button', { name: 'Lanes' }).click();
      await page.getByRole('list', { name: 'Nodes by when they ran' }).waitFor();
    }),
  },
  {
    name: 'execution-then',
    pose: ran('completed', async (page) => {
      await page.getByRole('slider').fill('300');
    }),
  },
  { name: 'execution-waiting', pose: ran('waiting') },
  { name: 'execution-retrying', pose: ran('retrying') },
  { name: 'execution-warned', pose: ran('warned') },
  { name: 'execution-large', pose: ran('large') },
  {
    name: 'execution-large-json',
    pose: ran('large', async (page) => {
      await page.getByRole('button', { name: 'JSON', exact: true }).first().click();
    }),
  },
  { name: 'execution-wide', pose: ran('wide') },
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
  { name: 'shape-passes', pose: shaped('passes') },
  { name: 'shape-passes-node', pose: shaped('passes', onNode(/^Note the failure/)) },
  { name: 'shape-passes-loop', pose: shaped('passes', onNode(/^Each carrier/)) },
  { name: 'shape-hook', pose: shaped('hook', onNode(/^Until the printer/)) },
  { name: 'shape-approval', pose: shaped('approval', onNode(/^May it go out/)) },
  {
    name: 'shape-approval-answer',
    state: 'asking',
    pose: shaped('approval', async (page) => {
      await onNode(/^May it go out/)(page);
      await page.getByRole('button', { name: 'Approve' }).click();
      await page.getByRole('dialog').waitFor();
    }),
  },
  { name: 'shape-paused', pose: shaped('paused') },
  { name: 'shape-copied', pose: shaped('copied', onNode(/^Price with tax/)) },
  { name: 'shape-parent', pose: shaped('parent', onNode(/^Price of each/)) },
  {
    name: 'shape-parent-open',
    pose: shaped('parent', async (page) => {
      await page
        .getByRole('button', { name: /^What .* has called$/ })
        .first()
        .click();
      await page
        .getByRole('link', { name: /^Open execution / })
        .first()
        .waitFor();
    }),
  },
  { name: 'shape-child', pose: shaped('child') },
  { name: 'shape-log', pose: shaped('log', onNode(/^Count by city/)) },
  {
    name: 'shape-retry-menu',
    state: 'asking',
    pose: shaped('copied', async (page) => {
      await page.getByRole('button', { name: 'Retry', exact: true }).click();
      await page.getByRole('menuitem').first().waitFor();
    }),
  },
  { name: 'debug-retry-here', state: 'asking', pose: ran('failed', retryHere) },
  {
    name: 'debug-retry-data',
    state: 'asking',
    pose: ran('failed', async (page) => {
      await retryHere(page);
      await page.getByRole('menuitem', { name: 'With other data…' }).click();
      await page.getByRole('dialog').waitFor();
    }),
  },
]);

const compared =
  (then?: (page: Page) => Promise<void>): Pose =>
  async (page, { executions }) => {
    await at(page, `/executions/${executions.failed}/compare/${executions.completed}`);
    await page.getByText(/ of \d+ differ/).waitFor();
    await page
      .getByText(/^\d+ differences?$/)
      .first()
      .waitFor();
    await then?.(page);
  };

const COMPARED = of('/executions/:id/compare/:other', [
  { name: 'compare', pose: compared() },
  {
    name: 'compare-whole',
    pose: compared(async (page) => {
      await page.getByRole('button', { name: 'All nodes' }).click();
      await page.getByRole('button', { name: 'Side by side' }).click();
      await page.getByRole('region', { name: 'Before' }).last().waitFor();
    }),
  },
  {
    name: 'compare-choose',
    state: 'asking',
    pose: compared(async (page) => {
      await page.getByRole('button', { name: 'Before: take another execution' }).click();
      await page.getByRole('dialog').getByRole('listitem').first().waitFor();
    }),
  },
  {
    name: 'compare-same',
    state: 'empty',
    pose: async (page, { executions }) => {
      const id = executions.completed;
      await at(page, `/executions/${id}/compare/${id}?show=differing`);
      await shown(page, 'No node differs');
    },
  },
  {
    name: 'compare-forbidden',
    state: 'refused',
    pose: inFate(
      'is refused',
      ({ executions }) => `/executions/${executions.failed}/compare/${executions.completed}`,
    ),
  },
]);

/** The list of executions, and each way in which one can stand. */
export const EXECUTION_SCENES: readonly Scene[] = [
  ...LIST,
  ...waiting('executions', '/executions'),
  ...ONE,
  ...waiting(
    'execution',
    '/executions/:id',
    (story) => `/executions/${story.executions.completed}`,
  ),
  ...COMPARED,
  ...waiting(
    'compare',
    '/executions/:id/compare/:other',
    ({ executions }) => `/executions/${executions.failed}/compare/${executions.completed}`,
  ),
];
