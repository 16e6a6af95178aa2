import { HttpResponse, http } from 'msw';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { server } from '@/testing/server';
import { fetchPart } from './parts';

/** Answers a file as `answers` say, one after the other; returns how often it was asked for. */
function serveFile(name: string, answers: (() => Response)[]): () => number {
  let asked = 0;
  server.use(
    http.get(`*/${name}`, () => {
      const answer = answers[Math.min(asked, answers.length - 1)]!;
      asked += 1;
      return answer();
    }),
  );
  return () => asked;
}

const here = (): Response => new HttpResponse('export {}');
const away = (): Response => HttpResponse.error();

/** How often something was said to the window in this test. */
const heard: Record<string, number> = {};
const hear = ({ type }: Event): void => void (heard[type] = (heard[type] ?? 0) + 1);
const SAID = ['gorax:waiting', 'vite:preloadError'];

beforeEach(() => {
  for (const name of SAID) {
    heard[name] = 0;
    addEventListener(name, hear);
  }
});

afterEach(() => {
  for (const name of SAID) removeEventListener(name, hear);
});

it('takes a part once all its files are here, and asks for none twice', async () => {
  const asked = serveFile('assets/one.js', [here]);
  const load = vi.fn(() => Promise.resolve('the part'));

  await expect(fetchPart(load, ['assets/one.js'])).resolves.toBe('the part');
  await fetchPart(load, ['assets/one.js']);

  expect(asked()).toBe(1);
  expect(load).toHaveBeenCalledTimes(2);
});

it('waits for the network, and only then loads', async () => {
  const asked = serveFile('assets/two.js', [away, here]);
  const load = vi.fn(() => Promise.resolve('the part'));
  const part = fetchPart(load, ['assets/two.js']);
  await vi.waitFor(() => expect(heard['gorax:waiting']).toBe(1));
  expect(load).not.toHaveBeenCalled();

  dispatchEvent(new Event('online'));

  await expect(part).resolves.toBe('the part');
  expect(asked()).toBe(2);
});

it.each([502, 429])(
  'asks again by itself where a server answers %i for a moment',
  async (status) => {
    const name = `assets/away-${status}.js`;
    const asked = serveFile(name, [() => new HttpResponse(null, { status }), here]);

    await fetchPart(() => Promise.resolve(), [name]);

    expect(asked()).toBe(2);
  },
);

it('says that a release has taken a file away, and asks for it anew the next time', async () => {
  const asked = serveFile('assets/four.js', [() => new HttpResponse(null, { status: 404 }), here]);
  const load = vi.fn(() => Promise.resolve());

  await expect(fetchPart(load, ['assets/four.js'])).rejects.toThrow('/assets/four.js is gone');
  expect(heard['vite:preloadError']).toBe(1);
  expect(load).not.toHaveBeenCalled();
  await fetchPart(load, ['assets/four.js']);
  expect(asked()).toBe(2);
});
