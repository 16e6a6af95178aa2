// `npm run photos`: photographs every page in every state, in both themes, on a desk and on a phone.
// The pictures are for people to look at; nothing compares them.
import { mkdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { signUp } from '../people.ts';
import { closeProvider } from '../provider.ts';
import { closeBrowser, demo, signIn, visit } from '../stage.ts';
import { DEBUG_SCENES } from './debug-scenes.ts';
import { EMPTY_SCENES, PUBLIC_SCENES, SCENES, type Scene } from './scenes.ts';
import { SHAPE_SCENES } from './shape-scenes.ts';
import { type Story, tellStory } from './story.ts';
import { TRIGGER_SCENES } from './trigger-scenes.ts';
import { ACTING_SCENES, OWN_SCENES, SECOND_SCENES, WHO_SCENES } from './who-scenes.ts';
import { actAsMember } from './who-story.ts';

const FOLDER =
  process.env.GORAX_SCREENSHOTS ?? new URL('../../../.gorax/screenshots', import.meta.url).pathname;
/** Only scenes whose name contains one of these, with commas between. */
const ONLY = (process.env.GORAX_SCENES ?? '').split(',');

const SIZES = {
  desk: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
} as const;

type State = Awaited<ReturnType<Awaited<ReturnType<typeof visit>>['context']['storageState']>>;

const wanted = (scenes: readonly Scene[]): readonly Scene[] =>
  scenes.filter(({ name }) => ONLY.some((part) => name.includes(part)));

/** Photographs what the window shows, and what it shows instead where the scene could not be set. */
async function photograph(page: Page, scene: Scene, story: Story, file: string): Promise<boolean> {
  try {
    await scene.pose(page, story);
    await page.waitForTimeout(450);
    await page.screenshot({ path: `${FOLDER}/${file}.png`, fullPage: scene.isWhole ?? false });
    return true;
  } catch (reason) {
    console.error(`${file}: ${String(reason).split('\n')[0]}`);
    await page.screenshot({ path: `${FOLDER}/${file}-missed.png` });
    return false;
  } finally {
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  }
}

interface People {
  story: Story;
  owner: State;
  newcomer: State;
  operator: State;
  home: string;
}

/** Three people sign in once; their cookies serve all the browsers to come. */
async function prepare(): Promise<People> {
  const one = await visit();
  await signIn(one.page);
  const story = await tellStory(one.page);
  const other = await visit();
  const slug = `northwind-${Date.now().toString(36)}`;
  await signUp(other.page, 'Grace Hopper', slug);
  const third = wanted(ACTING_SCENES).length > 0 ? await actAsMember() : await visit();
  const people = {
    story,
    owner: await one.context.storageState(),
    newcomer: await other.context.storageState(),
    operator: await third.context.storageState(),
    home: other.page.url(),
  };
  await one.context.close();
  await other.context.close();
  await third.context.close();
  return people;
}

async function main(): Promise<number> {
  mkdirSync(FOLDER, { recursive: true });
  const { story, owner, newcomer, operator, home } = await prepare();
  const groups = [
    { scenes: [...PUBLIC_SCENES, ...SECOND_SCENES], state: undefined, start: demo.public_url },
    {
      scenes: [...SCENES, ...SHAPE_SCENES, ...DEBUG_SCENES, ...TRIGGER_SCENES, ...WHO_SCENES],
      state: owner,
      start: demo.base_url,
    },
    { scenes: ACTING_SCENES, state: operator, start: demo.base_url },
    { scenes: [...EMPTY_SCENES, ...OWN_SCENES], state: newcomer, start: home },
  ];
  let missed = 0;
  for (const theme of ['light', 'dark'] as const) {
    for (const [size, viewport] of Object.entries(SIZES)) {
      for (const { scenes, state, start } of groups) {
        if (wanted(scenes).length === 0) continue;
        const { page, context } = await visit(theme, viewport, state);
        page.setDefaultTimeout(8_000);
        await page.goto(start);
        for (const scene of wanted(scenes)) {
          const isThere = await photograph(page, scene, story, `${scene.name}-${theme}-${size}`);
          missed += isThere ? 0 : 1;
        }
        await context.close();
      }
    }
  }
  closeProvider();
  await closeBrowser();
  console.log(`pictures in ${FOLDER}${missed > 0 ? `; ${missed} could not be taken` : ''}`);
  return missed === 0 ? 0 : 1;
}

process.exit(await main());
