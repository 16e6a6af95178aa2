import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** What `make up` wrote into `.gorax/demo.json`. */
interface Demo {
  base_url: string;
  public_url: string;
  tenant: string;
  receiver_url: string;
  email: string;
  password: string;
  operator_email: string;
  operator_password: string;
}

/** The file that says how to get into the demo; it lies in the `.gorax` of the checkout that runs. */
export const FACTS =
  process.env.GORAX_DEMO_FACTS ?? new URL('../../.gorax/demo.json', import.meta.url).pathname;
const CHROMIUM = process.env.GORAX_CHROMIUM ?? '/usr/bin/chromium';

function readDemo(): Demo {
  try {
    return JSON.parse(readFileSync(FACTS, 'utf8')) as Demo;
  } catch (reason) {
    throw new Error(
      `No demo at ${FACTS}: start \`make up\` first, or name the file by GORAX_DEMO_FACTS.`,
      { cause: reason },
    );
  }
}

export const demo = readDemo();

// Headless, and silent: nothing but the pages under test is fetched.
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let browser: Promise<Browser> | null = null;

const launched = (): Promise<Browser> => {
  browser ??= chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  return browser;
};

/** What every visitor has heard, so that no journey forgets to ask. */
const heard: string[][] = [];

/** Ends the browser; nobody may have heard a complaint. */
export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
  assert.deepEqual(heard.flat(), []);
}

interface Visitor {
  page: Page;
  context: BrowserContext;
  /** What the browser complained of on any of their pages: errors and warnings, and what a policy has refused. */
  complaints: string[];
  /** From now on what fits is no complaint: a browser says itself that it was refused or has no network. */
  forgive: (pattern: RegExp) => void;
}

/** A browser's own words for an answer that is no success, and for none at all. */
export const FAILED_REQUEST = /^Failed to load resource/;

function listen(context: BrowserContext): Pick<Visitor, 'complaints' | 'forgive'> {
  const complaints: string[] = [];
  const forgiven: RegExp[] = [];
  heard.push(complaints);
  const complain = (what: string): void => {
    if (!forgiven.some((pattern) => pattern.test(what))) complaints.push(what);
  };
  context.on('weberror', (event) => complain(String(event.error())));
  context.on('console', (message) => {
    const isGrave = message.type() === 'error' || message.type() === 'warning';
    if (isGrave || message.text().includes('Content Security Policy')) complain(message.text());
  });
  return { complaints, forgive: (pattern) => forgiven.push(pattern) };
}

const DESK = { width: 1440, height: 900 };

/** A person with a fresh browser, who hears every complaint. */
export async function visit(
  theme: 'light' | 'dark' = 'light',
  viewport: { width: number; height: number } = DESK,
  storageState?: Awaited<ReturnType<BrowserContext['storageState']>>,
): Promise<Visitor> {
  const context = await (await launched()).newContext({
    ...(storageState === undefined ? {} : { storageState }),
    viewport,
    colorScheme: theme,
    reducedMotion: 'reduce',
  });
  const ears = listen(context);
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  return { page, context, ...ears };
}

/** Signs in on the public host and arrives on the demo's own. */
export async function signIn(page: Page, next = '/workflows'): Promise<void> {
  const arrival = new URLSearchParams({ tenant: demo.tenant, next });
  await page.goto(`${demo.public_url}/sign-in?${arrival}`);
  await page.getByLabel('E-mail').fill(demo.email);
  await page.getByLabel('Password', { exact: true }).fill(demo.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL(`${demo.base_url}${next}`);
}

/** Sends the demo delivery from the list and waits until its execution has completed. */
export async function runDemo(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Send the demo delivery' }).first().click();
  await page.waitForURL(/\/executions\/[0-9a-f-]{36}$/);
  await page.getByText('The execution ended: Completed').waitFor({ state: 'attached' });
}
