import type { Page } from 'playwright-core';

const API = '**/api/v1/**';
/** What the shell asks for; it works in every scene, so that only the page itself is in its state. */
const OF_THE_SHELL = /\/(me|auth\/[a-z-]+|tenants)(\?|$)/;

export type Fate = 'hangs' | 'fails' | 'is refused' | 'is cut';

const PROBLEMS = {
  fails: { status: 503, code: 'unavailable', detail: 'The database does not answer.' },
  'is refused': { status: 403, code: 'forbidden', detail: 'This needs another role.' },
} as const;

/** Decides what happens to the page's own requests from now on. */
export async function doom(page: Page, fate: Fate): Promise<void> {
  await page.route(API, async (route) => {
    if (OF_THE_SHELL.test(route.request().url())) return route.continue();
    if (fate === 'hangs') return undefined;
    if (fate === 'is cut') return route.abort();
    const problem = PROBLEMS[fate];
    return route.fulfill({
      status: problem.status,
      contentType: 'application/problem+json',
      body: JSON.stringify({ ...problem, title: problem.code, request_id: '0198c5d2a7f07c3e' }),
    });
  });
}
