import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

/** For `addInitScript`: what finds breaches is there before the page is. */
export const AXE = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

interface Finding {
  id: string;
  nodes: { target: string[]; failureSummary: string }[];
}

/** Every breach of WCAG 2.2 AA that axe finds on the page as it is now. */
export async function breaches(page: Page): Promise<string[]> {
  const found = await page.evaluate(async (tags) => {
    const axe = (
      window as unknown as {
        axe: { run: (context: Document, options: object) => Promise<{ violations: unknown }> };
      }
    ).axe;
    return (await axe.run(document, { runOnly: { type: 'tag', values: tags } })).violations;
  }, RULES);
  return (found as Finding[]).flatMap(({ id, nodes }) =>
    nodes.map(
      (node) => `${id} at ${node.target.join(' ')}: ${node.failureSummary.replaceAll('\n', ' ')}`,
    ),
  );
}

/** What lies beyond the right edge, so that the whole page can be pushed aside. */
export async function overhang(page: Page): Promise<string[]> {
  const over = await page.evaluate(() => {
    const boxes = [document.documentElement, ...document.querySelectorAll('main')];
    return Math.max(...boxes.map((box) => box.scrollWidth - box.clientWidth));
  });
  return over > 0 ? [`the page is ${over} pixels wider than its window`] : [];
}
