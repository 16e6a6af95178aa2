import type { Page } from 'playwright-core';
import { apiOf } from './api.ts';
import { demo, visit } from './stage.ts';

export const PASSWORD = 'a sentence nobody guesses';

export interface Newcomer {
  email: string;
  /** Where the tenant that they made lives. */
  home: string;
}

/** Signs somebody up and leaves the page on the tenant that this made. */
export async function signUp(page: Page, name: string, slug: string): Promise<Newcomer> {
  const email = `${slug}@example.com`;
  await page.goto(`${demo.public_url}/sign-up`);
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Tenant name').fill(slug);
  await page.getByRole('button', { name: 'Create tenant' }).click();
  await page.getByText('Make your first workflow').waitFor();
  return { email, home: new URL(page.url()).origin };
}

/** The link of the newest letter to somebody, as the folder of mail shows it. */
async function linkTo(page: Page, email: string, path: string): Promise<string> {
  await page.goto(`${demo.public_url}/dev/mail`);
  const letter = page.getByRole('row').filter({ hasText: email }).first();
  // A letter is a row first; it is sent a moment later.
  for (let tries = 0; tries < 40 && (await letter.count()) === 0; tries += 1) {
    await page.waitForTimeout(250);
    await page.reload();
  }
  await letter.getByRole('link').click();
  const link = page.locator(`.letter a[href*="${path}"]`).first();
  return (await link.getAttribute('href')) ?? '';
}

/** In a browser of their own, somebody who was invited to the demo's tenant opens the letter and joins. */
export async function enter(
  email: string,
  name: string,
): Promise<Awaited<ReturnType<typeof visit>>> {
  const guest = await visit();
  await guest.page.goto(await linkTo(guest.page, email, '/invitation'));
  await guest.page.getByLabel('Your name').fill(name);
  await guest.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await guest.page.getByRole('button', { name: 'Create account and join' }).click();
  await guest.page.waitForURL(`${demo.base_url}/**`);
  return guest;
}

/** Invites somebody to the demo's tenant, and lets them come in. */
export async function join(
  owner: Page,
  name: string,
  role: string,
): Promise<Awaited<ReturnType<typeof visit>>> {
  const email = `${name.toLowerCase()}-${Date.now().toString(36)}@example.com`;
  await apiOf(owner)('POST', '/invitations', { email, role });
  return enter(email, name);
}
