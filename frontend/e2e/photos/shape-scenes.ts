import type { Page } from 'playwright-core';
import { demo } from '../stage.ts';
import type { Scene } from './scenes.ts';
import type { Shapes } from './shapes.ts';

const execution =
  (name: keyof Shapes, then?: (page: Page) => Promise<void>): Scene['pose'] =>
  async (page, story) => {
    await page.goto(`${demo.base_url}/executions/${story.shapes[name]}`);
    await page.locator('.react-flow__node').first().waitFor();
    await then?.(page);
  };

const onNode =
  (name: RegExp) =>
  async (page: Page): Promise<void> => {
    await page.getByRole('button', { name }).last().click();
  };

const credentials = async (page: Page): Promise<void> => {
  await page.goto(`${demo.base_url}/credentials`);
  await page.getByText('team-slack').waitFor();
};

const onMenu = async (page: Page, name: string, item: string): Promise<void> => {
  await credentials(page);
  await page.getByRole('button', { name: `Actions of ${name}` }).click();
  await page.getByRole('menuitem', { name: item }).click();
  await page.getByRole('dialog').waitFor();
};

export const SHAPE_SCENES: readonly Scene[] = [
  { name: 'shape-passes', pose: execution('passes') },
  { name: 'shape-passes-node', pose: execution('passes', onNode(/^Note the failure/)) },
  { name: 'shape-passes-loop', pose: execution('passes', onNode(/^Each carrier/)) },
  { name: 'shape-hook', pose: execution('hook', onNode(/^Until the printer/)) },
  { name: 'shape-approval', pose: execution('approval', onNode(/^May it go out/)) },
  {
    name: 'shape-approval-answer',
    pose: execution('approval', async (page) => {
      await onNode(/^May it go out/)(page);
      await page.getByRole('button', { name: 'Approve' }).click();
      await page.getByRole('dialog').waitFor();
    }),
  },
  { name: 'shape-paused', pose: execution('paused') },
  { name: 'shape-copied', pose: execution('copied', onNode(/^Price with tax/)) },
  { name: 'shape-parent', pose: execution('parent', onNode(/^Price of each/)) },
  { name: 'shape-child', pose: execution('child') },
  { name: 'shape-log', pose: execution('log', onNode(/^Count by city/)) },
  {
    name: 'shape-retry-menu',
    pose: execution('copied', async (page) => {
      await page.getByRole('button', { name: 'Retry' }).click();
      await page.getByRole('menuitem').first().waitFor();
    }),
  },
  {
    name: 'shape-all',
    pose: async (page, story) => {
      await page.goto(`${demo.base_url}/workflows/${story.shapes.all}`);
      await page.locator('.react-flow__node').first().waitFor();
    },
  },
  {
    name: 'shape-all-fit',
    pose: async (page, story) => {
      await page.goto(`${demo.base_url}/workflows/${story.shapes.all}`);
      await page.getByRole('button', { name: 'Fit the graph' }).click();
    },
  },
  { name: 'credentials', pose: credentials },
  {
    name: 'credentials-new',
    pose: async (page) => {
      await credentials(page);
      await page.getByRole('button', { name: 'New credential' }).click();
      await page.getByLabel('Type').selectOption('api_key');
      await page.getByRole('button', { name: 'Save credential' }).click();
    },
  },
  { name: 'credentials-edit', pose: (page) => onMenu(page, 'archive', 'Edit') },
  { name: 'credentials-rotate', pose: (page) => onMenu(page, 'archive', 'Replace secrets') },
  {
    name: 'credentials-delete',
    pose: async (page) => {
      await onMenu(page, 'team-slack', 'Delete');
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await page.getByText('Orders of the day').first().waitFor();
    },
  },
  {
    name: 'credentials-menu',
    pose: async (page) => {
      await credentials(page);
      await page.getByRole('button', { name: 'Actions of archive' }).click();
      await page.getByRole('menuitem').first().waitFor();
    },
  },
];
