import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeSocket } from '@/testing/fake-socket';
import { listen, useConnection, waitMs } from './socket';

const state = (): string => useConnection.getState().state;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('the wait before trying again', () => {
  it('doubles, up to fifteen seconds, and loses up to half by chance', () => {
    expect([0, 1, 2, 10].map((failures) => waitMs(failures, () => 0))).toEqual([
      500, 1_000, 2_000, 15_000,
    ]);
    expect(waitMs(1, () => 1)).toBe(500);
  });
});

describe('a socket', () => {
  it('opens at its path, tells what it hears, and passes over what is no JSON', () => {
    const heard: unknown[] = [];
    const stop = listen('/ws/executions/1', {
      onMessage: (message) => heard.push(message),
      onOpen: () => undefined,
    });

    expect(state()).toBe('connecting');
    FakeSocket.last.onopen?.();
    FakeSocket.last.say({ seq: 1 });
    FakeSocket.last.onmessage?.({ data: 'pong' });

    expect(FakeSocket.last.url).toMatch(/\/ws\/executions\/1$/);
    expect(state()).toBe('open');
    expect(heard).toEqual([{ seq: 1 }, null]);
    stop();
    expect(state()).toBe('idle');
  });

  it('comes back after it broke, and says that it is not the first time', () => {
    const opened: boolean[] = [];
    const stop = listen('/ws', {
      onMessage: () => undefined,
      onOpen: (isAgain) => opened.push(isAgain),
    });
    FakeSocket.last.onopen?.();

    FakeSocket.last.onclose?.({ code: 1006 });
    expect(state()).toBe('lost');
    vi.advanceTimersByTime(500);
    FakeSocket.last.onopen?.();

    expect(FakeSocket.all).toHaveLength(2);
    expect(opened).toEqual([false, true]);
    stop();
  });

  it.each([4401, 4403, 4404])('does not insist where the server has refused with %i', (code) => {
    const stop = listen('/ws', { onMessage: () => undefined, onOpen: () => undefined });

    FakeSocket.last.onclose?.({ code });
    vi.advanceTimersByTime(60_000);

    expect(FakeSocket.all).toHaveLength(1);
    stop();
  });

  it('is closed as soon as it is open where it was stopped before, and says nothing more', () => {
    const heard: unknown[] = [];
    const stop = listen('/ws', {
      onMessage: (message) => heard.push(message),
      onOpen: () => heard.push('open'),
    });
    FakeSocket.last.readyState = FakeSocket.CONNECTING;
    stop();
    expect(FakeSocket.last.isClosed).toBe(false);

    FakeSocket.last.onopen?.();
    FakeSocket.last.say({ seq: 1 });

    expect(FakeSocket.last.isClosed).toBe(true);
    expect([heard, state()]).toEqual([[], 'idle']);
  });

  it('stays away once it was stopped', () => {
    const stop = listen('/ws', { onMessage: () => undefined, onOpen: () => undefined });
    stop();

    FakeSocket.last.onclose?.({ code: 1006 });
    vi.advanceTimersByTime(60_000);

    expect(FakeSocket.all).toHaveLength(1);
    expect(FakeSocket.last.isClosed).toBe(true);
  });
});
