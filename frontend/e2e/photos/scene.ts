import type { Page } from 'playwright-core';
import { demo } from '../stage.ts';
import { doom, type Fate } from './fates.ts';
import type { Story } from './story.ts';

/** What stands on a page: something, nothing yet, nothing that fits, what comes, a failure, a refusal; or what it asks. */
export type State =
  | 'data'
  | 'empty'
  | 'no match'
  | 'loading'
  | 'failing'
  | 'refused'
  | 'asking'
  | 'faulty';

export type Pose = (page: Page, story: Story) => Promise<void>;

/** One page in one state. `pose` leaves the browser with exactly that before it. */
export interface Scene {
  /** The name of its pictures, and of its lines in docs/design/review.md. */
  name: string;
  /** The route, as src/app/pages.tsx writes it. */
  route: string;
  state: State;
  /** Whether the whole page is wanted, however long, and not what a window shows of it. */
  isWhole?: boolean;
  pose: Pose;
}

/** Scenes of one route; where a state is left out it stands there with data. */
export const of = (
  route: string,
  scenes: readonly (Omit<Scene, 'route' | 'state'> & { state?: State })[],
): readonly Scene[] => scenes.map((scene) => ({ state: 'data', ...scene, route }));

export const at = (page: Page, path: string) => page.goto(`${demo.base_url}${path}`);

export const shown = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();

type Where = string | ((story: Story) => string);

const pathOf = (where: Where, story: Story): string =>
  typeof where === 'string' ? where : where(story);

const FATED = {
  hangs: 'main .skeleton',
  fails: 'text=Try again',
  'is cut': 'text=Try again',
  'is refused': 'text=You may not see this',
} as const;

export const inFate =
  (fate: Fate, where: Where, base = demo.base_url): Pose =>
  async (page, story) => {
    await doom(page, fate);
    await page.goto(`${base}${pathOf(where, story)}`);
    await page.locator(FATED[fate]).first().waitFor();
  };

/** A page while it waits for its data, and when they do not come. */
export const waiting = (name: string, route: string, where: Where = route): readonly Scene[] =>
  of(route, [
    { name: `${name}-loading`, state: 'loading', pose: inFate('hangs', where) },
    { name: `${name}-failing`, state: 'failing', pose: inFate('fails', where) },
  ]);

/** A card of the canvas, or its line of the outline where there is no room for a canvas. */
const CARDS = '.react-flow__node, [role=treeitem]';

export const nodeOf = (page: Page, name: string | RegExp) =>
  page.locator(CARDS).filter({ hasText: name }).first();

export const execution =
  (id: (story: Story) => string, then?: (page: Page) => Promise<void>): Pose =>
  async (page, story) => {
    await at(page, `/executions/${id(story)}`);
    await page.locator(CARDS).first().waitFor();
    await then?.(page);
  };

export const workflow =
  (id: (story: Story) => string, then?: (page: Page, story: Story) => Promise<void>): Pose =>
  async (page, story) => {
    await at(page, `/workflows/${id(story)}`);
    await page.locator(CARDS).first().waitFor();
    await then?.(page, story);
  };
