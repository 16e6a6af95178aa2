import { expect, it, vi } from 'vitest';
import type { Operation } from '@/engine/edits/operations';
import { later } from '@/testing/later';
import { makeWorkflow } from '@/testing/makers';
import { lateSync } from './late-sync';
import { createCore, makeActions } from './store';
import type { Sync, SyncPorts } from './sync';

type Part = typeof import('./sync');

const MOVE: Operation = { op: 'node.move', id: 'push', x: 40, y: 0 };

/** An editor whose saving comes when `bring` or `lose` is called. */
function open() {
  const made = {
    edited: vi.fn(),
    flush: vi.fn(() => Promise.resolve()),
    heard: vi.fn(),
    follow: vi.fn(() => Promise.resolve()),
    retry: vi.fn(),
    wake: vi.fn(() => Promise.resolve()),
    open: vi.fn(),
    close: vi.fn(),
  } satisfies Sync;
  const core = createCore(makeWorkflow(), false);
  const keep = vi.fn();
  const keeper = { keep, leftBehind: () => Promise.resolve(), open: vi.fn(), close: vi.fn() };
  const ports = { core, keeper, words: (key: string) => key } as unknown as SyncPorts;
  const coming: ReturnType<typeof later<Part>>[] = [];
  const sync = lateSync(ports, () => {
    const next = later<Part>();
    coming.push(next);
    return next.promise;
  });
  const { edit } = makeActions(core, sync.edited, vi.fn());
  return {
    made,
    keep,
    sync,
    edit: () => edit([MOVE], 'move a node'),
    status: () => core.store.getState().save.status,
    asked: () => coming.length,
    bring: async () => {
      coming.at(-1)?.resolve({ createSync: () => made });
      await Promise.resolve();
    },
    lose: () => coming.at(-1)?.reject(new Error('gone')),
  };
}

it('keeps an edit on this device before what saves it has come, and hands it over then', async () => {
  const { sync, edit, keep, status, bring, made } = open();
  sync.open();

  edit();
  expect(keep).toHaveBeenCalledOnce();
  expect(status()).toBe('waiting');

  await bring();
  await vi.waitFor(() => expect(made.edited).toHaveBeenCalledOnce());
  expect(made.open).toHaveBeenCalledBefore(made.edited);
  edit();
  expect(made.edited).toHaveBeenCalledTimes(2);
});

it('is asked for once, and answers who waits for it once it has come', async () => {
  const { sync, asked, bring, made } = open();
  const flushed = sync.flush();
  const workflow = makeWorkflow();
  sync.heard(workflow);

  await bring();
  await flushed;

  expect(made.flush).toHaveBeenCalledOnce();
  expect(made.heard).toHaveBeenCalledWith(workflow);
  expect(asked()).toBe(1);
});

it('sends off what was edited in a page that is gone when it comes', async () => {
  const { sync, edit, bring, made } = open();
  sync.open();
  edit();
  sync.close();

  await bring();

  await vi.waitFor(() => expect(made.close).toHaveBeenCalledOnce());
  expect(made.open).not.toHaveBeenCalled();
});

it('that a release has taken away says that nothing is saved, and is asked for again', async () => {
  const { sync, edit, lose, bring, status, asked, made } = open();
  edit();
  lose();
  await vi.waitFor(() => expect(status()).toBe('refused'));

  const flushed = sync.flush();
  expect(asked()).toBe(2);
  lose();
  await expect(flushed).rejects.toThrow('unsaved');

  const again = sync.flush();
  await bring();
  await again;
  expect(made.flush).toHaveBeenCalledOnce();
});
