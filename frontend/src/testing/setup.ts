import '@testing-library/jest-dom/vitest';
import { cleanup, configure } from '@testing-library/react';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { fetchMessages, setUpMessages } from '@/i18n/setup';
import { FakeSocket } from './fake-socket';
import { server } from './server';

/** jsdom has no layout, and React Flow shows no card before it was measured: here everything has a size. */
class MeasuredAtOnce implements ResizeObserver {
  private readonly callback: ResizeObserverCallback;

  constructor(callback: ResizeObserverCallback) {
    this.callback = callback;
  }

  observe(target: Element): void {
    const size = [{ inlineSize: 1_200, blockSize: 800 }];
    const entry = {
      target,
      borderBoxSize: size,
      contentBoxSize: size,
      contentRect: target.getBoundingClientRect(),
    };
    queueMicrotask(() => this.callback([entry as unknown as ResizeObserverEntry], this));
  }

  unobserve(): void {
    // nothing is watched
  }

  disconnect(): void {
    // nothing is watched
  }
}

class IdentityMatrix {
  readonly m22: number;

  constructor(transform?: string) {
    this.m22 = Number(/scale\(([0-9.]+)\)/.exec(transform ?? '')?.[1] ?? 1);
  }
}

Object.assign(globalThis, {
  ResizeObserver: MeasuredAtOnce,
  DOMMatrixReadOnly: IdentityMatrix,
  matchMedia: () => ({
    matches: false,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }),
  scrollTo: () => undefined,
});
for (const name of ['offsetHeight', 'clientHeight', 'offsetWidth', 'clientWidth']) {
  const get = (): number => (name.endsWith('Height') ? 800 : 1_200);
  Object.defineProperty(HTMLElement.prototype, name, { get, configurable: true });
}
Object.assign(Element.prototype, {
  scrollIntoView: () => undefined,
  scrollTo: () => undefined,
  hasPointerCapture: () => false,
  setPointerCapture: () => undefined,
  releasePointerCapture: () => undefined,
});
// An editor of texts measures its lines.
Object.assign(Range.prototype, {
  getClientRects: () => [],
  getBoundingClientRect: () => new DOMRect(),
});
Object.assign(SVGElement.prototype, { getBBox: () => ({ x: 0, y: 0, width: 0, height: 0 }) });

// The first test of a file waits for the modules that pages load when they are shown; on a busy machine that took more than
// five seconds. What never comes still shows: a test has twenty.
configure({ asyncUtilTimeout: 15_000 });

beforeAll(async () => {
  server.listen({ onUnhandledFrame: 'error' });
  // After msw, which puts a WebSocket of its own in the browser's place.
  Object.defineProperty(globalThis, 'WebSocket', { value: FakeSocket, configurable: true });
  await setUpMessages('en');
  await fetchMessages();
});

afterEach(() => {
  cleanup();
  server.resetHandlers();
  FakeSocket.all.length = 0;
  localStorage.clear();
});

afterAll(() => server.close());
