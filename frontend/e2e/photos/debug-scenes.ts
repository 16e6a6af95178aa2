import type { Page } from 'playwright-core';
import { demo } from '../stage.ts';
import type { Scene } from './scenes.ts';
import type { Story } from './story.ts';

const failed = async (page: Page, story: Story): Promise<void> => {
  await page.goto(`${demo.base_url}/executions/${story.executions.failed}`);
  await page.getByRole('button', { name: 'Retry from here' }).waitFor();
};

const node = async (page: Page, story: Story, name: RegExp): Promise<void> => {
  await page.goto(`${demo.base_url}/workflows/${story.workflows.orders}`);
  await page.getByRole('button', { name }).first().click();
  await page.getByRole('button', { name: 'Run this node' }).waitFor();
};

const chosen = async (page: Page): Promise<void> => {
  await page.goto(`${demo.base_url}/executions`);
  const boxes = page.getByRole('rowgroup').getByRole('checkbox');
  await boxes.nth(1).click();
  await boxes.nth(6).click({ modifiers: ['Shift'] });
};

/** Running again, trying and choosing: what a person does who looks for a mistake. */
export const DEBUG_SCENES: readonly Scene[] = [
  {
    name: 'debug-retry-here',
    pose: async (page, story) => {
      await failed(page, story);
      await page.getByRole('button', { name: 'Retry from here' }).click();
      await page.getByRole('menuitem').first().waitFor();
    },
  },
  {
    name: 'debug-retry-data',
    pose: async (page, story) => {
      await failed(page, story);
      await page.getByRole('button', { name: 'Retry from here' }).click();
      await page.getByRole('menuitem', { name: 'With other data…' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'debug-chosen', pose: chosen },
  {
    name: 'debug-refused',
    pose: async (page) => {
      await chosen(page);
      await page.getByRole('button', { name: 'Cancel executions' }).click();
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /^Cancel \d/ })
        .click();
      await page.getByText(/refused:/).waitFor();
    },
  },
  { name: 'debug-node', pose: (page, story) => node(page, story, /^Packing list/) },
  {
    name: 'debug-pin',
    pose: async (page, story) => {
      await node(page, story, /^Packing list/);
      await page.getByRole('button', { name: 'Pin an output' }).click();
      await page.getByRole('button', { name: 'Take its output' }).click();
    },
  },
  {
    name: 'debug-picker',
    pose: async (page, story) => {
      await node(page, story, /^Book the parcel/);
      await page.getByRole('combobox', { name: 'Credential' }).click();
      await page.getByPlaceholder('Search for a credential').waitFor();
    },
  },
  {
    name: 'debug-error-workflow',
    pose: async (page, story) => {
      await node(page, story, /^Book the parcel/);
      await page.getByRole('combobox', { name: 'Error workflow' }).click();
      await page.getByRole('listbox').getByRole('option').first().waitFor();
    },
  },
];
