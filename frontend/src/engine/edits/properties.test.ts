import { describe, expect, it } from 'vitest';
import { Chance, randomDraft, randomOperation } from '@/testing/random-edits';
import { apply } from './apply';
import { compact } from './compact';
import type { Draft, Operation } from './operations';
import { added, emptyQueue, type Queue } from './queue';
import { departed, landed, rebased } from './sending';

const SEEDS = Array.from({ length: 300 }, (_, seed) => seed);

/** Operations that fit one after the other, and where they lead. */
function fittingRun(chance: Chance, draft: Draft, count: number) {
  const operations: Operation[] = [];
  let here = draft;
  for (let tried = 0; tried < count; tried += 1) {
    const operation = randomOperation(chance, here);
    const applied = apply(here, [operation]);
    if (!applied.ok) continue;
    operations.push(operation);
    here = applied.draft;
  }
  return { operations, after: here };
}

function must(draft: Draft, operations: readonly Operation[]) {
  const applied = apply(draft, operations);
  if (!applied.ok) throw new Error(JSON.stringify(applied.refusal));
  return applied;
}

describe('whatever was edited', () => {
  it('is taken back by its inverse, and done again by the inverse of that', () => {
    for (const seed of SEEDS) {
      const chance = new Chance(seed);
      const before = randomDraft(chance);
      const { operations, after } = fittingRun(chance, before, 12);
      const done = must(before, operations);
      const undone = must(done.draft, done.inverse);

      expect(done.draft, `seed ${seed}`).toEqual(after);
      expect(undone.draft, `seed ${seed}`).toEqual(before);
      expect(must(undone.draft, undone.inverse).draft, `seed ${seed}`).toEqual(after);
    }
  });

  it('comes to the same when it is made compact, forwards and back', () => {
    for (const seed of SEEDS) {
      const chance = new Chance(seed);
      const before = randomDraft(chance, 2);
      const { operations, after } = fittingRun(chance, before, 30);
      const { inverse } = must(before, operations);

      expect(must(before, compact(operations)).draft, `seed ${seed}`).toEqual(after);
      expect(must(after, compact(inverse)).draft, `seed ${seed}`).toEqual(before);
    }
  });
});

/** A server that takes a batch at its newest revision only. */
class Server {
  draft: Draft;
  batches: (readonly Operation[])[] = [];

  constructor(draft: Draft) {
    this.draft = draft;
  }

  get revision(): number {
    return this.batches.length;
  }

  take(revision: number, operations: readonly Operation[]): boolean {
    if (revision !== this.revision) return false;
    this.draft = must(this.draft, operations).draft;
    this.batches.push(operations);
    return true;
  }
}

/** Sends one batch, or, where others were quicker, takes over what they have done. */
function exchange(queue: Queue, server: Server): Queue {
  const sent = departed(queue, 'batch');
  if (sent.flight !== null && server.take(sent.revision, sent.flight.operations))
    return landed(sent, server.revision);
  let { base } = sent;
  for (const operations of server.batches.slice(sent.revision)) base = must(base, operations).draft;
  return rebased(sent, base, server.revision).queue;
}

describe('tabs that edit the same draft', () => {
  it('show the same as the server has, once all is said', () => {
    for (const seed of SEEDS) {
      const chance = new Chance(seed);
      const draft = randomDraft(chance);
      const server = new Server(draft);
      let tabs = [1, 2, 3].map(() => emptyQueue(draft, 0));
      for (let turn = 0; turn < 30; turn += 1) {
        const index = chance.below(tabs.length);
        const queue = tabs[index] ?? emptyQueue(draft, 0);
        const result = added(queue, [randomOperation(chance, queue.shown)]);
        const edited = result.ok ? result.queue : queue;
        tabs = tabs.with(index, chance.below(3) === 0 ? exchange(edited, server) : edited);
      }
      for (let round = 0; round < 6; round += 1)
        tabs = tabs.map((queue) => exchange(queue, server));

      for (const queue of tabs) {
        expect(queue.revision, `seed ${seed}`).toBe(server.revision);
        expect(queue.pending, `seed ${seed}`).toEqual([]);
        expect(queue.shown, `seed ${seed}`).toEqual(server.draft);
      }
    }
  });
});
