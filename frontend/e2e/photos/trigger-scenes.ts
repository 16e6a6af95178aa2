import type { Page } from 'playwright-core';
import { at, of, type Pose, type Scene, shown, waiting } from './scene.ts';

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
  (button: string | RegExp, until: string): Pose =>
  async (page) => {
    await webhook(page);
    await page.getByRole('button', { name: button }).first().click();
    await page.getByRole('dialog').getByText(until).first().waitFor();
  };

const WEBHOOKS = of('/webhooks', [
  { name: 'webhooks', pose: webhooks },
  {
    name: 'webhooks-no-match',
    state: 'no match',
    pose: async (page) => {
      await at(page, '/webhooks?q=zebra');
      await shown(page, 'No webhook fits.');
    },
  },
]);

const WEBHOOK = of('/webhook/:id', [
  { name: 'webhook', pose: webhook, isWhole: true },
  {
    name: 'webhook-listening',
    state: 'asking',
    pose: async (page) => {
      await webhook(page);
      await page.getByRole('button', { name: 'Listen for a test event' }).click();
      await shown(page, 'Listening for the next event…');
    },
  },
  { name: 'webhook-trial', state: 'asking', pose: asked('Send a test event', 'Body') },
  { name: 'webhook-event', state: 'asking', pose: asked(/^Event /, 'Started') },
  { name: 'webhook-filters', state: 'asking', pose: asked('Edit the filters', 'pass') },
  { name: 'webhook-secret', state: 'asking', pose: asked('Replace the secret', 'Nobody can read') },
]);

const schedules =
  (then?: (page: Page) => Promise<void>): Pose =>
  async (page) => {
    await at(page, '/schedules');
    await page.getByRole('list', { name: 'Schedules' }).getByRole('listitem').first().waitFor();
    await then?.(page);
  };

const open = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Show the times of Every morning' }).first().click();
  await shown(page, 'Next times');
};

const SCHEDULES = of('/schedules', [
  { name: 'schedules', pose: schedules() },
  { name: 'schedules-open', pose: schedules(open) },
  {
    name: 'schedules-edit',
    state: 'asking',
    pose: schedules(async (page) => {
      await open(page);
      await page.getByRole('button', { name: 'Edit in the draft' }).click();
      await page.getByRole('dialog').getByLabel('Cron').waitFor();
    }),
  },
  {
    name: 'schedules-no-match',
    state: 'no match',
    pose: async (page) => {
      await at(page, '/schedules?q=zebra');
      await shown(page, 'No schedule fits.');
    },
  },
]);

const NO_SUCH = '/webhook/0198c5d2-a7f0-7c3e-8000-000000000001';

/** Webhooks and schedules: what starts workflows, and what came of it. */
export const TRIGGER_SCENES: readonly Scene[] = [
  ...WEBHOOKS,
  ...waiting('webhooks', '/webhooks'),
  ...WEBHOOK,
  ...waiting('webhook', '/webhook/:id', NO_SUCH),
  ...SCHEDULES,
  ...waiting('schedules', '/schedules'),
];
