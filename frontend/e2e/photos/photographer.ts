import { mkdirSync } from 'node:fs';
import type { BrowserContext, Page } from 'playwright-core';
import { AXE, breaches, overhang } from '../breaches.ts';
import { join, signUp } from '../people.ts';
import { demo, FAILED_REQUEST, signIn, visit } from '../stage.ts';
import { type Onlooker, SCENES, SIZES, THEMES } from './all.ts';
import type { Scene } from './scene.ts';
import { type Story, tellStory } from './story.ts';
import { actAsMember } from './who-story.ts';

type State = Awaited<ReturnType<BrowserContext['storageState']>>;
type Theme = (typeof THEMES)[number];
type Width = keyof typeof SIZES;

/** Where to begin, and the cookies by which the onlooker is known there. */
interface Seat {
  start: string;
  state: State | undefined;
}

export interface Stage {
  story: Story;
  seats: Record<Onlooker, Seat>;
}

async function leave(page: Page, start = demo.base_url): Promise<Seat> {
  const context = page.context();
  const state = await context.storageState();
  await context.close();
  return { start, state };
}

/** Everybody signs in once; their cookies serve all the browsers to come. */
export async function prepare(): Promise<Stage> {
  const { page } = await visit();
  await signIn(page);
  const story = await tellStory(page);
  const viewer = await join(page, 'Vera', 'viewer');
  const newcomer = await visit();
  const { home } = await signUp(
    newcomer.page,
    'Grace Hopper',
    `northwind-${Date.now().toString(36)}`,
  );
  const operator = await actAsMember();
  return {
    story,
    seats: {
      stranger: { start: demo.public_url, state: undefined },
      owner: await leave(page),
      viewer: await leave(viewer.page),
      operator: await leave(operator.page),
      newcomer: await leave(newcomer.page, home),
    },
  };
}

interface Film {
  folder: string;
  stage: Stage;
  /** Which scenes are wanted. */
  isWanted: (scene: Scene) => boolean;
}

/** Photographs what the window shows, or what it shows instead where the scene could not be set; returns the faults. */
async function photograph(
  page: Page,
  scene: Scene,
  { folder, stage }: Film,
  name: string,
): Promise<string[]> {
  const file = `${folder}/${name}`;
  try {
    await scene.pose(page, stage.story);
    await page.waitForTimeout(450);
    await page.screenshot({ path: `${file}.png`, fullPage: scene.isWhole ?? false });
    return [...(await overhang(page)), ...(await breaches(page))];
  } catch (reason) {
    await page.screenshot({ path: `${file}-missed.png` });
    return [String(reason).split('\n')[0] ?? ''];
  } finally {
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  }
}

/** All that one onlooker sees, in one theme and width. */
async function look(film: Film, who: Onlooker, theme: Theme, width: Width): Promise<string[]> {
  const scenes = SCENES[who].filter(film.isWanted);
  if (scenes.length === 0) return [];
  const { start, state } = film.stage.seats[who];
  const { page, context, complaints, forgive } = await visit(theme, SIZES[width], state);
  forgive(FAILED_REQUEST);
  await context.addInitScript(AXE);
  page.setDefaultTimeout(8_000);
  await page.goto(start);
  const faults: string[] = [];
  for (const scene of scenes) {
    const name = `${scene.name}-${theme}-${width}`;
    const seen = await photograph(page, scene, film, name);
    faults.push(...[...seen, ...complaints.splice(0)].map((fault) => `${name}: ${fault}`));
  }
  // Sessions are renewed as they go: who comes next goes on with the newest.
  if (state !== undefined) film.stage.seats[who] = await leave(page, start);
  else await context.close();
  return faults;
}

/** Takes every picture; returns what a machine can see of their faults. The rest is for people. */
export async function shoot(film: Film): Promise<string[]> {
  mkdirSync(film.folder, { recursive: true });
  const faults: string[] = [];
  for (const who of Object.keys(SCENES) as Onlooker[])
    for (const theme of THEMES)
      for (const width of [1440, 390] as const)
        faults.push(...(await look(film, who, theme, width)));
  return faults;
}
