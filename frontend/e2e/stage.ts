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

export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
}

interface Visitor {
  page: Page;
  context: BrowserContext;
  /** What the browser complained of: errors of scripts, and what a policy has refused. */
  complaints: string[];
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
  const complaints: string[] = [];
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.text().includes('Content Security Policy'))
      complaints.push(message.text());
  });
  page.setDefaultTimeout(20_000);
  return { page, context, complaints };
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
