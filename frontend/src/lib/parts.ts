/** How a part of the screen is fetched: `vite.config.ts` puts this in the place of Vite's own way. */

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15_000;

const here = performance
  .getEntriesByType('resource')
  .map(({ name }) => [new URL(name).pathname, Promise.resolve()] as const);

/** What is here, and what is under way. What the page began with is here, or this would not run. */
const files = new Map<string, Promise<void>>(here);

/** After a while, or as soon as the browser says that there is a network again. */
function pause(ms: number): Promise<void> {
  return new Promise((goOn) => {
    const timer = setTimeout(over, ms);
    function over(): void {
      clearTimeout(timer);
      removeEventListener('online', over);
      goOn();
    }
    addEventListener('online', over);
  });
}

/** Whether time may heal it: a server that is not well, or one before it that has been asked too much. */
const mayHeal = (status: number): boolean => status >= 500 || status === 408 || status === 429;

/** Null: nobody answers, or somebody who will get better. */
async function answerOf(url: string): Promise<Response | null> {
  try {
    const answer = await fetch(url);
    // Read to its end, or the browser does not keep it.
    await answer.arrayBuffer();
    return mayHeal(answer.status) ? null : answer;
  } catch {
    return null;
  }
}

function draw(url: string): Promise<void> {
  const { href } = new URL(url, location.href);
  if ([...document.styleSheets].some((one) => one.href === href)) return Promise.resolve();
  return new Promise((done, failed) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = href;
    link.onload = () => done();
    link.onerror = () => failed(new Error(`${href} is no stylesheet`));
    document.head.append(link);
  });
}

async function bring(url: string): Promise<void> {
  let answer = await answerOf(url);
  for (
    let waitMs = FIRST_WAIT_MS;
    answer === null;
    waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)
  ) {
    dispatchEvent(new Event('gorax:waiting'));
    await pause(waitMs);
    answer = await answerOf(url);
  }
  if (!answer.ok) throw new Error(`${url} is gone`);
  if (url.endsWith('.css')) await draw(url);
}

function brought(url: string): Promise<void> {
  const known = files.get(url);
  if (known !== undefined) return known;
  const coming = bring(url);
  files.set(url, coming);
  coming.catch(() => files.delete(url));
  return coming;
}

/**
 * Fetches a part of the screen with all that it needs. Chromium remembers a module that did not come, and never asks
 * for it again: so the files are fetched as what they are first, until all are here, and then only taken from what the
 * browser keeps. Without a network a part waits for one. Rejected only where a file is gone: after a release.
 */
export async function fetchPart<Part>(
  load: () => Promise<Part>,
  names: readonly string[] = [],
): Promise<Part> {
  try {
    await Promise.all(names.map((name) => brought(import.meta.env.BASE_URL + name)));
    return await load();
  } catch (reason) {
    dispatchEvent(new Event('vite:preloadError'));
    throw reason;
  }
}
