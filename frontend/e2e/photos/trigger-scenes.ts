import type { Page } from 'playwright-core';
import { demo } from '../stage.ts';
import { doom } from './fates.ts';
import type { Scene } from './scenes.ts';

const at = (page: Page, path: string) => page.goto(`${demo.base_url}${path}`);

const webhooks = async (page: Page): Promise<void> => {
  await at(page, '/webhooks');
  await page.getByRole('link', { name: 'GitHub push' }).first().waitFor();
};

const webhook = async (page: Page): Promise<void> => {
  await webhooks(page);
  await page.getByRole('link', { name: 'GitHub push' }).first().click();
  await page.getByRole('list', { name: 'Events' }).waitFor();
};

const asked =
  (button: string, until: string): Scene['pose'] =>
  async (page) => {
    await webhook(page);
    await page.getByRole('button', { name: button }).first().click();
    await page.getByRole('dialog').getByText(until).first().waitFor();
  };

const inFate =
  (fate: 'hangs' | 'fails', path: string): Scene['pose'] =>
  async (page) => {
    await doom(page, fate);
    await at(page, path);
    if (fate === 'hangs') await page.locator('.skeleton').first().waitFor();
    else await page.getByText('Try again').first().waitFor();
  };

/** Webhooks and schedules: what starts workflows, and what came of it. */
export const TRIGGER_SCENES: readonly Scene[] = [
  { name: 'webhooks', pose: webhooks },
  { name: 'webhooks-loading', pose: inFate('hangs', '/webhooks') },
  { name: 'webhooks-failing', pose: inFate('fails', '/webhooks') },
  {
    name: 'webhooks-no-match',
    pose: async (page) => {
      await at(page, '/webhooks?q=zebra');
      await page.getByText('No webhook fits.').waitFor();
    },
  },
  { name: 'webhook', pose: webhook, isWhole: true },
  { name: 'webhook-trial', pose: asked('Send a test event', 'Body') },
  { name: 'webhook-event', pose: asked('Event ', 'Started') },
  { name: 'webhook-filters', pose: asked('Edit the filters', 'pass') },
  { name: 'webhook-secret', pose: asked('Replace the secret', 'Nobody can read') },
  {
    name: 'schedules-none',
    pose: async (page) => {
      await at(page, '/schedules?q=zebra');
      await page.getByText(/No schedule/).waitFor();
    },
  },
  { name: 'schedules-loading', pose: inFate('hangs', '/schedules') },
  { name: 'schedules-failing', pose: inFate('fails', '/schedules') },
];
