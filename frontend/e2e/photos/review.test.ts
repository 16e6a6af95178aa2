import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { SCENES, SIZES, THEMES } from './all.ts';

// Scenes name the demo's addresses; which they are makes no difference here.
vi.mock('../stage.ts', () => ({ demo: {}, FACTS: '' }));

const REVIEW = new URL('../../../docs/design/review.md', import.meta.url);
const ROUTER = new URL('../../src/app/pages.tsx', import.meta.url);
const AXE = new URL('../axe.spec.ts', import.meta.url);

const scenes = Object.values(SCENES).flat();

const routes = [
  ...new Set(
    [...readFileSync(ROUTER, 'utf8').matchAll(/<Route\s+path="([^"]+)"/g)].map(
      (one) => one[1] ?? '',
    ),
  ),
  '/oauth/callback',
];

interface Line {
  key: string;
  scene: string;
  found: string;
}

/** The lines of the tables that stand below a route. */
function readReview(): Line[] {
  let route = '';
  return readFileSync(REVIEW, 'utf8')
    .split('\n')
    .flatMap((text) => {
      if (text.startsWith('#')) route = /^## `(.+)`$/.exec(text)?.[1] ?? '';
      const cells = text.split('|').map((cell) => cell.trim());
      const [, scene = '', state, theme, width, found = ''] = cells;
      const isLine = route !== '' && /^(light|dark)$/.test(theme ?? '');
      return isLine ? [{ key: [route, scene, state, theme, width].join(' | '), scene, found }] : [];
    });
}

const lines = readReview();

test('each scene has a line of the review in each theme and width, and each line a scene', () => {
  const wanted = scenes.flatMap(({ route, name, state }) =>
    THEMES.flatMap((theme) =>
      Object.keys(SIZES).map((width) => [route, name, state, theme, width].join(' | ')),
    ),
  );
  const has = lines.map(({ key }) => key);
  expect({
    withoutLine: wanted.filter((key) => !has.includes(key)),
    withoutScene: has.filter((key) => !wanted.includes(key)),
    twice: has.filter((key, index) => has.indexOf(key) !== index),
  }).toEqual({ withoutLine: [], withoutScene: [], twice: [] });
});

test('a line says what was seen there: no word for many, and none left out', () => {
  const byWords = new Map<string, Set<string>>();
  for (const { found, scene } of lines)
    byWords.set(found, (byWords.get(found) ?? new Set()).add(scene));
  expect(lines.filter(({ found }) => found.length < 20).map(({ key }) => key)).toEqual([]);
  expect([...byWords].filter(([, of]) => of.size > 1).map(([words]) => words)).toEqual([]);
});

test('two scenes never share a name', () => {
  const names = scenes.map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

/** Pages of which there is always something to show. */
const NEVER_EMPTY = new Set(['/executions/:id', '/webhook/:id', '/audit']);
/** Forms and messages: nothing is waited for before they are shown. */
const STANDS_AT_ONCE = new Set(['/not-connected', '*']);
const WAITS_FOR_NOTHING = new Set(['/sign-in', '/sign-up', '/forgot', '/reset', '/verify']);

test('each route is photographed with data, without, while it waits and when it fails', () => {
  const has = new Set(scenes.map(({ route, state }) => `${route} ${state}`));
  const isOwn = (route: string): boolean => scenes.some((one) => one.route === route);
  const isPublic = (route: string): boolean =>
    SCENES.stranger.some((one) => one.route === route) || route === '/account';
  const wanted = routes.flatMap((route) => {
    if (STANDS_AT_ONCE.has(route)) return [`${route} data`];
    const states = ['data', 'failing'];
    if (!WAITS_FOR_NOTHING.has(route)) states.push('loading');
    if (!isPublic(route) && route !== '/oauth/callback' && !NEVER_EMPTY.has(route))
      states.push('empty');
    return states.map((state) => `${route} ${state}`);
  });
  expect(routes.length).toBeGreaterThan(30);
  expect(routes.filter((route) => !isOwn(route))).toEqual([]);
  expect(wanted.filter((one) => !has.has(one))).toEqual([]);
  expect(scenes.map(({ route }) => route).filter((route) => !routes.includes(route))).toEqual([]);
});

test('axe looks at each route in the end-to-end run', () => {
  const text = readFileSync(AXE, 'utf8');
  const looked = [...text.matchAll(/look(?:At)?\('(\/[^']*)'/g)].map((one) => one[1]);
  const listed = [...(/const PLACES = \[([^\]]*)\]/.exec(text)?.[1] ?? '').matchAll(/'([^']*)'/g)];
  const seen = [...looked, ...listed.map((one) => one[1])];
  expect(routes.filter((route) => route !== '*' && !seen.includes(route))).toEqual([]);
});
